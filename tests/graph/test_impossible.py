"""A branch after which an operator would get a rank that it excludes is never taken; else both stay."""

import numpy as np
import onnx
import onnxruntime
import pytest

import onnx_keras
from onnx_keras.errors import InvalidModelError, UnsupportedModelError

SQUEEZED = """
one = Constant<value_ints = [1]>() last = Constant<value_ints = [2]>() s = Shape<start = 2>(x)
is_one = Equal(s, one)
r = If(is_one) <
  then_branch = t () => (float[N, 4] a) { a = Squeeze(x, last) },
  else_branch = e () => (float[N, 4, L] b) { b = Identity(x) }
>
"""
RECURRENT = """
first = Constant<value_ints = [0]>() steps = Unsqueeze(r, first)
y, h, c = LSTM<hidden_size = 2>(steps, w, v)
"""
WEIGHTS = {"w": (1, 8, 4), "v": (1, 8, 2)}


def model_of(nodes: str, outputs: str, weights=()) -> onnx.ModelProto:
    opset = '<ir_version: 10, opset_import: ["": 21]>'
    model = onnx.parser.parse_model(f"{opset} g (float[N, 4, L] x) => ({outputs}) {{ {nodes} }}")
    draw = np.random.default_rng(0)
    for name in weights:
        array = draw.standard_normal(WEIGHTS[name]).astype("float32")
        model.graph.initializer.append(onnx.numpy_helper.from_array(array, name))
    return model


@pytest.fixture(scope="module")
def recurrent():
    return model_of(SQUEEZED + RECURRENT, "float[A, B, C, D] y", WEIGHTS)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("trace", [False, True])
def test_what_can_only_be_one_rank_is_that(recurrent, data_format, trace):
    model = onnx_keras.load(recurrent, data_format=data_format)
    x = np.random.default_rng(1).standard_normal((3, 4, 1)).astype("float32")
    (expected,) = onnxruntime.InferenceSession(recurrent.SerializeToString()).run(None, {"x": x})
    np.testing.assert_allclose(onnx_keras.run(model, {"x": x}, trace=trace), expected, rtol=1e-5, atol=1e-6)
    assert not [layer for layer in model.layers if type(layer).__name__ == "If"]


def test_sizes_that_need_the_other_branch_are_an_error(recurrent):
    model = onnx_keras.load(recurrent)
    with pytest.raises(Exception, match=r"(?i)squeeze"):
        onnx_keras.run(model, {"x": np.zeros((3, 4, 2), "float32")})


def test_where_both_ranks_fit_the_rank_stays_open():
    model = onnx_keras.load(model_of(f"{SQUEEZED} y = Relu(r)", "float y"))
    for length in (1, 2):
        x = np.ones((3, 4, length), "float32")
        result = onnx_keras.run(model, {"x": x})
        assert result.shape == (x[..., 0] if length == 1 else x).shape


def test_where_neither_rank_fits_the_error_names_the_node():
    nodes = f"{SQUEEZED} axes = Constant<value_ints = [0, 1, 2]>() steps = Unsqueeze(r, axes)"
    nodes += "y, h, c = LSTM<hidden_size = 2>(steps, w, v)"
    with pytest.raises(UnsupportedModelError, match="LSTM.*rank depends on data"):
        onnx_keras.load(model_of(nodes, "float[A, B, C, D] y", WEIGHTS))


def test_a_branch_is_traced_with_sizes_that_only_the_other_fits():
    nodes = """
    last = Constant<value_ints = [1]>()
    y = If(c) <
      then_branch = t () => (float[N] a) { a = Squeeze(x, last) },
      else_branch = e () => (float[N] b) { b = ReduceSum<keepdims = 0>(x, last) }
    >
    """
    opset = '<ir_version: 10, opset_import: ["": 21]>'
    proto = onnx.parser.parse_model(f"{opset} g (float[N, L] x, bool c) => (float[M] y) {{ {nodes} }}")
    inputs = {"x": np.arange(6, dtype="float32").reshape(2, 3), "c": np.array(False)}
    result = onnx_keras.run(onnx_keras.load(proto), inputs, trace=True)
    np.testing.assert_array_equal(result, [3, 12])


def test_a_convolution_without_weights_beside_it_is_named():
    nodes = f"{SQUEEZED} q = Conv(x) y = Relu(r)"
    with pytest.raises(InvalidModelError, match=r"'q' has 1 inputs; Conv of version 11 takes 2 to 3"):
        onnx_keras.load(model_of(nodes, "float y, float[A, B, C] q"))
