"""onnx's own backend tests, in both data formats, on the Keras backend in use."""

import keras
import numpy as np
import pytest
from onnx import helper

from onnx_keras.backend import KerasBackend
from tests.backend_suites import Suite, backend, cases_of, expected_failures, passing, suite

FORMATS = {"ChannelsLast": "channels_last", "ChannelsFirst": "channels_first"}
CLASSES = {
    name: cls
    for title, data_format in FORMATS.items()
    for name, cls in suite(backend(title, data_format=data_format), __name__, expected_failures()).items()
}
globals().update(CLASSES)


def test_every_expected_failure_has_a_reason_and_a_case():
    cases = cases_of(CLASSES)
    for name, reason in expected_failures().items():
        assert f"{name}_cpu" in cases, f"{name} is no case of onnx"
        assert reason and "\n" not in reason


def test_nearly_all_cases_pass():
    least = {"tensorflow": 0.99, "jax": 0.99, "torch": 0.97}[keras.backend.backend()]
    assert passing(cases_of(CLASSES), expected_failures()) > least


@pytest.mark.parametrize("trace", [False, True])
def test_a_node_runs(trace):
    x = np.array([[1.0, -2.0]], "float32")
    (y,) = KerasBackend.run_node(helper.make_node("Add", ["a", "b"], ["y"]), [x, x], trace=trace)
    np.testing.assert_array_equal(y, x + x)


def test_scalars_in_sequences_are_compared():
    zero, one = np.array(0.0, "float32"), np.array(1.0, "float32")
    Suite.assert_similar_outputs([[zero, one]], [[zero, one]], 1e-3, 1e-7)
    with pytest.raises(AssertionError):
        Suite.assert_similar_outputs([[zero, one]], [[zero, zero]], 1e-3, 1e-7)
