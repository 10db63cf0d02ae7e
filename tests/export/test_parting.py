"""What exporters wrote once because it was equal is written apart once layers have learned other values."""

import keras
import numpy as np
import pytest

import onnx_keras
from onnx_keras.graph.oracle import oracle
from tests.export import graphs
from tests.export.comparing import difference, exported, valid
from tests.export.test_trained import assert_computes_the_same, shaken

FRESH = """
<ir_version: 8, opset_import: ["" : 17], producer_name: "pytorch">
fresh (float[N,2] x) => (float[N,2] y)
<float[2,2] v = {1, 2, 3, 4}, float[2,2] w = {5, 6, 7, 8}, float[2] bias = {0, 0}>
{
    [first] a = Gemm(x, v, bias)
    [second] y = Gemm(a, w, bias)
}
"""

COPIED = """
<ir_version: 8, opset_import: ["" : 17], producer_name: "pytorch">
copied (float[N,2] x) => (float[N,2] y)
<float[2] bias = {0, 0}>
{
    [copy] other = Identity(bias)
    [first] a = Add(x, bias)
    [second] b = Mul(a, other)
    [third] y = Sub(b, other)
}
"""

PARTED = {"of a file": (FRESH, {"bias", "bias/second"}), "of a copy": (COPIED, {"bias", "other", "other/third"})}

of_each = pytest.mark.parametrize(("text", "names"), PARTED.values(), ids=PARTED)


@of_each
def test_a_file_gets_a_tensor_for_each_layer(text, names):
    model = onnx_keras.load(graphs.model_of(text))
    assert not difference(exported(model), graphs.model_of(text))
    back = exported(shaken(model))
    assert {t.name for t in back.graph.initializer} >= names and valid(back)
    assert_computes_the_same(model, back)


@of_each
def test_so_does_a_model_with_a_new_head(text, names):
    body = onnx_keras.load(graphs.model_of(text))
    model = shaken(keras.Model(body.inputs, keras.layers.Dense(3)(body.output)))
    back = exported(model)
    assert {t.name for t in back.graph.initializer} >= names and valid(back)
    x = np.random.default_rng(0).standard_normal((4, 2)).astype("float32")
    (got,) = oracle(back)[1]({"x": x}).values()
    np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model([x])), rtol=1e-5, atol=1e-5)
