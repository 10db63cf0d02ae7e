"""What exporters wrote once because it was equal is written apart once layers have learned other values."""

import keras
import numpy as np
import onnx_ir as ir
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

TWICE_IN_A_NODE = """
<ir_version: 8, opset_import: ["" : 17], producer_name: "pytorch">
twice (float[N,2] x) => (float[N,2] y)
<float[2] ones = {1, 1}, float[2] zeros = {0, 0}>
{
    [first] a = BatchNormalization(x, ones, zeros, zeros, ones)
    [second] y = BatchNormalization(a, ones, zeros, zeros, ones)
}
"""

WITHOUT_NAMES = TWICE_IN_A_NODE.replace("[first]", "").replace("[second]", "")

PARTED = {
    "of a file": (FRESH, {"bias", "bias/second"}),
    "of a copy": (COPIED, {"bias", "other", "other/third"}),
    "of a node": (
        TWICE_IN_A_NODE,
        {
            *("ones", "ones/first", "ones/second", "ones/second_2"),
            *("zeros", "zeros/first", "zeros/second", "zeros/second_2"),
        },
    ),
    "of nodes without names": (
        WITHOUT_NAMES,
        {
            *("ones", "ones/BatchNormalization", "ones/BatchNormalization_1", "ones/BatchNormalization_1_2"),
            *("zeros", "zeros/BatchNormalization", "zeros/BatchNormalization_1", "zeros/BatchNormalization_1_2"),
        },
    ),
}

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


@pytest.mark.parametrize("way", ["as loaded", "reloaded", "with a new head"])
def test_what_training_parts_in_one_node_reloads_apart(way, tmp_path):
    body = onnx_keras.load(graphs.model_of(TWICE_IN_A_NODE))
    model = keras.Model(body.inputs, keras.layers.Dense(3)(body.output)) if way == "with a new head" else body
    x = np.random.default_rng(0).standard_normal((8, 2)).astype("float32")
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, np.ones((8, model.output_shape[-1])), epochs=2, verbose=0)
    if way == "reloaded":
        model.save(tmp_path / "model.keras")
        model = keras.saving.load_model(tmp_path / "model.keras")
    back = exported(model)
    (got,) = oracle(back)[1]({"x": x}).values()
    np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model([x])), rtol=1e-5, atol=1e-5)
    names = [p.initializer for p in onnx_keras.parameters(onnx_keras.load(back))]
    assert len(names) == len(set(names)) >= 8


COPIES = """
<ir_version: 8, opset_import: ["" : 17], producer_name: "pytorch">
copies (float[N,2] x) => (float[N,2] y)
<float[2] bias = {1, 2}>
{
    [copy] other = Identity(bias)
    [of_copy] third = Identity(other)
    [first] a = Add(x, bias)
    [second] b = Mul(a, other)
    [third] y = Sub(b, third)
}
"""


ONE_CHANNEL = """
<ir_version: 8, opset_import: ["" : 17], producer_name: "pytorch">
one (float[N,1] x) => (float[N,1] y)
<float[1] one = {1}, float[1] zero = {0}>
{
    [norm] y = BatchNormalization(x, one, zero, zero, one)
}
"""

ONE_COPIED = """
<ir_version: 8, opset_import: ["" : 17], producer_name: "pytorch">
one (float[N,1] x) => (float[N,1] y)
<float[1] one = {1}, float[1] zero = {0}>
{
    mean = Identity(zero)
    variance = Identity(one)
    [norm] y = BatchNormalization(x, one, zero, mean, variance)
}
"""


@pytest.mark.parametrize("text", [ONE_CHANNEL, ONE_COPIED])
def test_a_single_channel_has_statistics_of_its_own_too(text):
    model = onnx_keras.load(graphs.model_of(text))
    assert not difference(exported(model), graphs.model_of(text))
    assert [v.name for v in model.weights] == ["gamma", "beta", "moving_mean", "moving_variance"]
    x = np.random.default_rng(0).standard_normal((8, 1)).astype("float32") * 2 + 1
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, 3 * x - 1, epochs=2, verbose=0)
    assert float(model.layers[1].weights[2][0]) > 0.01
    (got,) = oracle(exported(model))[1]({"x": x}).values()
    np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model(x)), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("way", ["as loaded", "reloaded", "with a new head"])
@pytest.mark.parametrize("changed", [{"bias"}, {"other"}, {"third"}, {"bias", "third"}, {"bias", "other", "third"}])
def test_what_the_file_copies_follows_no_weight_that_its_reader_did_not(way, changed, tmp_path):
    body = onnx_keras.load(graphs.model_of(COPIES))
    model = keras.Model(body.inputs, keras.layers.Dense(3)(body.output)) if way == "with a new head" else body
    for number, name in enumerate(sorted(changed)):
        (parameter,) = (p for p in onnx_keras.parameters(body) if p.initializer == name)
        next(v for v in body.weights if v.path == f"{parameter.layer}/{parameter.variable}").assign([3.0 + number, 5.0])
    if way == "reloaded":
        model.save(tmp_path / "model.keras")
        model = keras.saving.load_model(tmp_path / "model.keras")
    back = exported(model)
    x = np.random.default_rng(0).standard_normal((8, 2)).astype("float32")
    (got,) = oracle(back)[1]({"x": x}).values()
    np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model([x])), rtol=1e-5, atol=1e-5)


def test_copies_stay_where_all_learned_the_same():
    model = onnx_keras.load(graphs.model_of(COPIES))
    for variable in model.weights:
        variable.assign([3.0, 5.0])
    back = exported(model)
    assert [n.name for n in back.graph.node] == ["copy", "of_copy", "first", "second", "third"]
    assert ir.from_proto(back.graph.initializer[0]).numpy().tolist() == [3.0, 5.0]
