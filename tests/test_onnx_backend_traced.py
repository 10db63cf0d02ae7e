"""onnx's own backend tests once more, compiled: inside `tf.function`, or `jit` on JAX."""

import pytest

from tests.backend_suites import backend, cases_of, expected_failures, passing, suite

pytestmark = pytest.mark.traced
FAILURES = expected_failures(compiled=True)
CLASSES = suite(backend("Traced", data_format="channels_last", trace=True), __name__, FAILURES)
globals().update(CLASSES)


def test_every_expected_failure_has_a_reason_and_a_case():
    cases = cases_of(CLASSES)
    for name, reason in FAILURES.items():
        assert f"{name}_cpu" in cases, f"{name} is no case of onnx"
        assert reason and "\n" not in reason


def test_nearly_all_cases_pass():
    assert passing(cases_of(CLASSES), FAILURES) > 0.97
