"""onnx's own backend tests, in both data formats.

What doesn't pass is listed in `onnx_backend_failures.txt`, each with its reason. The list is strict: a case that
passes although it is listed fails here, until its line is deleted.
"""

import pathlib
import re

import pytest
from onnx.backend.test import BackendTest

from onnx_keras.backend import KerasBackend

FAILURES = pathlib.Path(__file__).with_name("onnx_backend_failures.txt")
KINDS = ("Node", "Simple", "PyTorchConverted", "PyTorchOperator", "Real")


def expected_failures() -> dict[str, str]:
    """Read the names of cases and why they fail."""
    lines = [line for line in FAILURES.read_text().splitlines() if line and not line.startswith("#")]
    return dict(re.split(r":\s+", line, maxsplit=1) for line in lines)


class ChannelsLast(KerasBackend):
    """The backend, with images channels last."""

    @classmethod
    def prepare(cls, model, device="CPU", **options):
        return super().prepare(model, device, data_format="channels_last", **options)


class ChannelsFirst(KerasBackend):
    """The backend, with images channels first."""

    @classmethod
    def prepare(cls, model, device="CPU", **options):
        return super().prepare(model, device, data_format="channels_first", **options)


def suite(backend: type[KerasBackend]) -> dict[str, type]:
    """Make the test classes of onnx for a backend, with the expected failures marked."""
    tests = BackendTest(backend, __name__)
    tests.exclude("_cuda$")
    for name in expected_failures():
        tests.xfail(f"^{re.escape(name)}_cpu$")
    return {f"{backend.__name__}{kind}": cls for kind, cls in tests.enable_report().test_cases.items()}


for _backend in (ChannelsLast, ChannelsFirst):
    globals().update(suite(_backend))


def test_every_expected_failure_has_a_reason_and_a_case():
    tests = {n for c in suite(ChannelsLast).values() for n in dir(c) if n.startswith("test_")}
    for name, reason in expected_failures().items():
        assert f"{name}_cpu" in tests, f"{name} is no case of onnx"
        assert reason and "\n" not in reason


@pytest.mark.parametrize("trace", [False, True])
def test_a_node_runs(trace):
    import numpy as np
    from onnx import helper

    x = np.array([[1.0, -2.0]], "float32")
    (y,) = KerasBackend.run_node(helper.make_node("Add", ["a", "b"], ["y"]), [x, x], trace=trace)
    np.testing.assert_array_equal(y, x + x)
