"""Weights inside the bodies of If, Loop and Scan: what they learned is in the file, where they were."""

import keras
import numpy as np
import pytest

import onnx_keras
from onnx_keras.errors import ExportError
from onnx_keras.graph.oracle import oracle
from tests.export import graphs
from tests.export.comparing import difference, exported, valid
from tests.export.test_trained import assert_computes_the_same, inputs_of, shaken
from tests.models.training import named, step, tensors_of

LOOP = """
loop (float[N,2] x) => (float[N,2] y, float[K,N,2] all)
<int64 three = {3}, float[2,2] around = {0.5, -0.5, 1.0, 0.25}>
{
    [begin] x0 = MatMul(x, around)
    [loop] y, all = Loop(three, , x0) <
        body = step (int64 i, bool c, float[N,2] s) => (bool going, float[N,2] t, float[N,2] u)
        <float[2,2] inner = {0.5, 1, -1, 0.5}>
        {
            going = Identity(c)
            [held] bias = Constant<value = float[2] {0.1, 0.2}>()
            [product] p = MatMul(s, inner)
            [shifted] q = Add(p, bias)
            [turned] t = MatMul(q, around)
            u = Tanh(t)
        }
    >
}
"""

SCAN = """
scan (float[S,N,3] x) => (float[N,2] last, float[S,N,2] all)
<float[2] scale = {1.5, 0.5}>
{
    axes = Constant<value = int64[1] {0}>()
    [total] e = ReduceSum<keepdims = 0>(x, axes)
    w = Constant<value = float[3,2] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}>()
    [head] start = MatMul(e, w)
    [scan] last, all = Scan <num_scan_inputs = 1, body = step (float[N,2] h, float[N,3] k) => (float[N,2] n, float[N,2] o)
        <float[3,2] kernel = {1, 2, 3, 4, 5, 6}, float[2,2] recurrent = {0.1, -0.2, 0.3, 0.4}>
        {
            [in] a = MatMul(k, kernel)
            [back] b = MatMul(h, recurrent)
            s = Add(a, b)
            n = Tanh(s)
            o = Mul(n, scale)
        }
    >(start, x)
}
"""

IF = """
choice (float[N,2] x) => (float[N,2] y)
<float[2,2] both = {1, 0.5, -0.5, 1}, float zero = {0}>
{
    [total] t = ReduceSum<keepdims = 0>(x)
    [test] positive = Greater(t, zero)
    [if] y = If(positive) <
        then_branch = then () => (float[N,2] a) <float[2] b = {3, 4}> { m = MatMul(x, both)  a = Add(m, b) },
        else_branch = other () => (float[N,2] e) {
            k = Constant<value = float[2] {5, 6}>()
            n = MatMul(x, both)
            e = Mul(n, k)
        }
    >
}
"""

CONVOLVING = """
convolving (float[N,2,4,4] x) => (float[N,2,4,4] y)
<int64 two = {2}>
{
    [loop] y = Loop(two, , x) <
        body = step (int64 i, bool c, float[N,2,4,4] s) => (bool going, float[N,2,4,4] t)
        <float[2,2,1,1] kernel = {1, 0.5, -0.5, 1}, float[2] scale = {1, 2}, float[2] shift = {0.1, 0.2},
         float[2] mean = {0.5, 0.25}, float[2] var = {1, 4}>
        {
            going = Identity(c)
            [conv] k = Conv(s, kernel)
            [norm] t = BatchNormalization(k, scale, shift, mean, var)
        }
    >
}
"""

NESTED = """
nested (float[N,2] x) => (float[N,2] y)
<int64 two = {2}, float zero = {0}>
{
    [loop] y = Loop(two, , x) <
        body = step (int64 i, bool c, float[N,2] s) => (bool going, float[N,2] t)
        <float[2] around = {1.5, 0.5}>
        {
            going = Identity(c)
            total = ReduceSum<keepdims = 0>(s)
            [test] positive = Greater(total, zero)
            [if] t = If(positive) <
                then_branch = then () => (float[N,2] a) <float[2,2] k = {1, 2, 3, 4}> { m = MatMul(s, k)  a = Mul(m, around) },
                else_branch = other () => (float[N,2] b) { b = Sub(around, s) }
            >
        }
    >
}
"""

COMPUTED = """
computed (float[N,2] x) => (float[N,2] y)
<int64 two = {2}>
{
    [loop] y = Loop(two, , x) <
        body = step (int64 i, bool c, float[N,2] s) => (bool going, float[N,2] t)
        {
            going = Identity(c)
            shape = Constant<value = int64[2] {2, 2}>()
            [filled] k = ConstantOfShape<value = float[1] {0.5}>(shape)
            [list] bias = Constant<value_floats = [0.1, 0.2]>()
            [product] m = MatMul(s, k)
            [added] t = Add(m, bias)
        }
    >
}
"""

IN_FUNCTION = """
<ir_version: 10, opset_import: ["" : 21, "local" : 1]>
called (float[N,2] x) => (float[N,2] y)
{
    [one] y = local.Repeated(x)
}
<domain: "local", opset_import: ["" : 21]>
Repeated (a) => (b)
{
    two = Constant<value = int64 {2}>()
    [loop] b = Loop(two, , a) <
        body = step (int64 i, bool c, float[N,2] s) => (bool going, float[N,2] t)
        {
            going = Identity(c)
            factor = Constant<value = float[2] {2, 3}>()
            [scaled] t = Mul(s, factor)
        }
    >
}
"""

TEXTS = {
    "loop": LOOP,
    "scan": SCAN,
    "if": IF,
    "convolving": CONVOLVING,
    "nested": NESTED,
    "computed": COMPUTED,
    "in a function": IN_FUNCTION,
}

COMPUTED_IN_FUNCTION = IN_FUNCTION.replace("value = float[2] {2, 3}", "value_floats = [2.0, 3.0]")

in_both_formats = pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
of_each = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def trained(model):
    """Train one step towards other outputs, by which all that learns changes."""
    x = tensors_of(model, inputs_of(model))
    targets = {n: np.asarray(v) * 0.9 + 0.1 for n, v in named(model, model(x)).items()}
    before = [keras.ops.convert_to_numpy(w) for w in model.trainable_weights]
    step(model, x, targets, dict.fromkeys(targets, "mse"), eagerly=True)
    now = [keras.ops.convert_to_numpy(w) for w in model.trainable_weights]
    assert all((a != b).any() for a, b in zip(before, now, strict=True))
    return model


@of_each
@in_both_formats
def test_a_body_comes_back_and_what_it_learned_is_in_it(text, data_format, tmp_path):
    source = graphs.model_of(text)
    model = onnx_keras.load(source, data_format=data_format)
    assert not difference(exported(model), source)
    back = exported(trained(model))
    assert valid(back)
    assert_computes_the_same(model, back)
    model.save(tmp_path / "m.keras")
    assert not difference(exported(keras.saving.load_model(tmp_path / "m.keras")), back)


@of_each
def test_all_weights_of_a_body_are_written_whatever_they_are(text):
    model = shaken(onnx_keras.load(graphs.model_of(text)))
    assert_computes_the_same(model, exported(model))


@of_each
def test_a_body_is_taken_into_a_model_with_other_layers(text):
    body = onnx_keras.load(graphs.model_of(text), data_format="channels_first")
    y = keras.layers.Dense(3)(keras.tree.flatten(body.outputs)[0])
    model = shaken(keras.Model(body.input, y))
    proto = exported(model)
    assert valid(proto)
    (array,) = inputs_of(body).values()
    (got,) = oracle(proto)[1]({proto.graph.input[0].name: array}).values()
    np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model(array)), rtol=1e-5, atol=1e-5)


def test_what_a_function_computes_for_a_body_is_refused_once_it_has_changed():
    model = onnx_keras.load(graphs.model_of(COMPUTED_IN_FUNCTION))
    assert not difference(exported(model), graphs.model_of(COMPUTED_IN_FUNCTION))
    with pytest.raises(ExportError, match="learned other values .* inside a function"):
        exported(shaken(model))
    with pytest.raises(ExportError, match="learned other values .* inside a function"):
        exported(keras.Model(model.inputs, keras.layers.Dense(3)(model.output)))
