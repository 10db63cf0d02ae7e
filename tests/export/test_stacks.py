"""Random stacks of Keras' own layers, alone and on an imported body, are computed by ONNX Runtime."""

import keras
import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import onnx_keras
from tests.export.checking import check, compared, examples, randomize, written
from tests.export.stacks import stacked, stacks

PATIENT = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)

BODY = """
<ir_version: 8, opset_import: ["" : 18]>
body (float[N,3,6,5] x) => (float[N,4,6,5] y)
<float[4,3,1,1] w = {1,-1,2, 0.5,1,-2, -1,1,1, 2,0.5,1}, float[4] b = {0.1,0.2,-0.3,0.4}>
{
    [conv] c = Conv(x, w, b)
    [act] y = LeakyRelu(c)
}
"""


def on_a_body(draw, most):
    """Put a random stack on layers that came from a file; the result is a matrix."""
    body = onnx_keras.load(onnx.parser.parse_model(BODY), data_format="channels_last")
    y = stacked(draw, body.output, draw(st.integers(1, most)))
    return keras.Model(body.input, y if len(y.shape) == 2 else keras.layers.Flatten()(y))


def check_on_a_body(model, depth):
    """Compare a model whose input is stored with channels last with its file, whose input is that of the body's."""
    randomize(model)
    arrays = examples(model)
    wanted = np.asarray(keras.ops.convert_to_numpy(model(arrays, training=False)))
    proto = written(model)
    assert [d.dim_value for d in proto.graph.input[0].type.tensor_type.shape.dim][1:] == [3, 6, 5]
    compared(model, proto, [np.moveaxis(arrays[0], -1, 1)], [wanted], depth)


@seed(0)
@settings(PATIENT, max_examples=5, phases=[Phase.generate])
@given(stacks(most=4))
def test_a_few_stacks_are_computed_by_onnx_runtime(model):
    check(model, depth=4)


@seed(1)
@settings(PATIENT, max_examples=5, phases=[Phase.generate])
@given(st.data())
def test_a_few_stacks_on_a_body_are_computed_by_onnx_runtime(data):
    check_on_a_body(on_a_body(data.draw, 4), depth=6)


@pytest.mark.slow
@settings(PATIENT, max_examples=300)
@given(stacks(most=7))
def test_stacks_are_computed_by_onnx_runtime(model):
    check(model, depth=7)


@pytest.mark.slow
@settings(PATIENT, max_examples=200)
@given(st.data())
def test_stacks_on_a_body_are_computed_by_onnx_runtime(data):
    check_on_a_body(on_a_body(data.draw, 6), depth=8)
