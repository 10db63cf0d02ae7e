"""Gradient in a model that was cut or put together: it names values, which may have other names there."""

import keras
import numpy as np
import onnx
import pytest

import onnx_keras
from tests.export.comparing import exported

TEXT = """
<ir_version: 10, opset_import: ["" : 21, "ai.onnx.preview.training" : 1]>
slopes (float[2,2] a) => (float[2,2] g, float[2,2] e) <float[2,2] w = {1, 2, 3, 4}>
{
    s = Sin(a)
    c = Mul(s, w)
    y = Mul(c, s)
    g = ai.onnx.preview.training.Gradient<xs = ["a"], y = "y">(a)
    e = Neg(s)
}
"""
A = np.array([[1, 2], [3, 4]], "float32")


def slopes():
    return onnx_keras.load(onnx.parser.parse_model(TEXT))


def reloaded(model):
    """Write a model, read it again and run it."""
    return onnx_keras.run(onnx_keras.load(exported(model)), A)


def test_what_is_differentiated_is_written_with_the_gradient():
    part = onnx_keras.cut(slopes(), outputs=["g"])
    assert [n.op_type for n in exported(part).graph.node] == ["Sin", "Mul", "Mul", "Gradient"]
    np.testing.assert_array_equal(reloaded(part), onnx_keras.run(part, A))


def test_a_gradient_that_is_taken_twice_names_the_values_of_its_own_use():
    slope = onnx_keras.cut(slopes(), outputs=["g"])
    x = keras.Input(batch_shape=(2, 2))
    twice = keras.Model(x, slope(keras.layers.Dense(2)(slope(x))))
    first, second = (n for n in exported(twice).graph.node if n.op_type == "Gradient")
    assert first.attribute[0].strings == [b"a"] and second.attribute[0].strings != [b"a"]
    np.testing.assert_allclose(reloaded(twice), twice(A), rtol=1e-6)


def test_other_layers_inside_what_is_differentiated_are_refused():
    tail = onnx_keras.cut(slopes(), inputs=["s", "a"], outputs=["e", "g"])
    x = keras.Input(batch_shape=(2, 2))
    changed = keras.Model(x, list(tail([keras.layers.Dense(2)(x), x]).values()))
    with pytest.raises(onnx_keras.errors.ExportError, match="'g' of the ONNX file is computed from .* give 's' here"):
        exported(changed)
