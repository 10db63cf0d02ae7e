"""Random stacks of Keras' own layers are written as ONNX and computed by ONNX Runtime."""

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.export.checking import check
from tests.export.stacks import stacks

PATIENT = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)


@seed(0)
@settings(PATIENT, max_examples=5, phases=[Phase.generate])
@given(stacks(most=4))
def test_a_few_stacks_are_computed_by_onnx_runtime(model):
    check(model, depth=4)


@pytest.mark.slow
@settings(PATIENT, max_examples=300)
@given(stacks(most=7))
def test_stacks_are_computed_by_onnx_runtime(model):
    check(model, depth=7)
