"""Integers of four bits and floats of eight, which Keras' tensors only carry, keep their type in what is written."""

import keras
import ml_dtypes
import numpy as np
import onnx
import pytest
from onnx import TensorProto
from onnx.reference import ReferenceEvaluator

import onnx_keras
from tests.export.comparing import exported, valid

LOW = """
<ir_version: 10, opset_import: ["" : 21]>
low (float[N,3] x) => (float[N,2] y)
<float scale = {0.5}, float[3,2] w = {1, 2, 3, 4, 5, 6}, int64[2] shape = {-1, 3}, ZERO zero = {0}>
{
    [quantize] q = QuantizeLinear(x, scale, zero)
    [flat] r = Reshape(q, shape)
    [back] d = DequantizeLinear(r, scale, zero)
    [product] y = MatMul(d, w)
}
"""

TYPES = {
    "int4": (TensorProto.INT4, ml_dtypes.int4),
    "uint4": (TensorProto.UINT4, ml_dtypes.uint4),
    "float8e4m3fn": (TensorProto.FLOAT8E4M3FN, ml_dtypes.float8_e4m3fn),
    "float8e5m2": (TensorProto.FLOAT8E5M2, ml_dtypes.float8_e5m2),
}

of_each = pytest.mark.parametrize(("name", "number"), [(n, t[0]) for n, t in TYPES.items()], ids=TYPES)

X = np.array([[0.5, 1, -0.5], [1.5, -1, 2]], "float32")


def model_of(name):
    return onnx_keras.load(onnx.parser.parse_model(LOW.replace("ZERO", name)))


def evaluated(proto, value):
    """Run a file in onnx' evaluator: ONNX Runtime reshapes no integers of four bits."""
    return ReferenceEvaluator(proto).run(None, {proto.graph.input[0].name: value})[0]


def element_type(info):
    return info.type.tensor_type.elem_type


@of_each
def test_a_part_that_begins_or_ends_there_has_the_type(name, number):
    model = model_of(name)
    first, rest = exported(onnx_keras.cut(model, "r")), exported(onnx_keras.cut(model, inputs="q"))
    assert element_type(first.graph.output[0]) == element_type(rest.graph.input[0]) == number
    assert valid(first) and valid(rest)


@of_each
def test_so_has_a_keras_model_of_its_tensors(name, number):
    model = model_of(name)
    first = exported(keras.Model(model.inputs, onnx_keras.get_layer(model, "r").output))
    assert element_type(first.graph.output[0]) == number and valid(first)


@of_each
def test_a_new_head_on_what_comes_of_it_computes_the_same(name, number):
    model = model_of(name)
    new = keras.Model(model.inputs, keras.layers.Dense(2)(model.output))
    proto = exported(new)
    assert valid(proto)
    np.testing.assert_allclose(evaluated(proto, X), keras.ops.convert_to_numpy(new([X])), rtol=1e-5)


@pytest.mark.parametrize("name", ["int4", "uint4"])
def test_keras_layers_get_small_integers_as_wider_ones(name):
    model = model_of(name)
    value = onnx_keras.get_layer(model, "r").output
    new = keras.Model(model.inputs, keras.ops.cast(value, "float32") * 2)
    proto = exported(new)
    assert valid(proto)
    np.testing.assert_allclose(evaluated(proto, X), keras.ops.convert_to_numpy(new([X])))


def test_they_are_refused_the_bits_of_small_floats():
    value = onnx_keras.get_layer(model := model_of("float8e4m3fn"), "r").output
    with pytest.raises(onnx_keras.ExportError, match="float8_e4m3fn, which Keras has only as bits"):
        exported(keras.Model(model.inputs, keras.ops.cast(value, "float32")))
