"""Models that were cut, extended or put together compute in ONNX what they compute in Keras."""

import keras
import numpy as np
import onnx
import pytest

import onnx_keras
from onnx_keras.graph.oracle import oracle
from tests.export import graphs
from tests.export.comparing import difference, exported, valid
from tests.small_models import classifier, images

layers = keras.layers

SIZES = """
<ir_version: 8, opset_import: ["" : 13]>
sizes (float[N,4,6] x) => (float[N,2,12] y)
<float[6,6] w = {1,0,0,0,0,1, 0,1,0,0,1,0, 0,0,1,1,0,0, 0,0,1,1,0,0, 0,1,0,0,1,0, 1,0,0,0,0,1}, int64[2] rest = {2, 12}>
{
    [shape] a = Shape(x)
    [zero] zero = Constant<value = int64[1] {0}>()
    [first] b = Gather<axis = 0>(a, zero)
    [target] s = Concat<axis = 0>(b, rest)
    [product] p = MatMul(x, w)
    [act] r = Relu(p)
    [reshape] q = Reshape(r, s)
    [soft] y = Softmax<axis = 2>(q)
}
"""


@pytest.fixture(params=["channels_last", "channels_first"])
def body(request):
    """A loaded classifier, shaken so that its weights aren't those of the file."""
    model = onnx_keras.load(classifier(), data_format=request.param)
    rng = np.random.default_rng(0)
    for variable in model.weights:
        array = np.asarray(keras.ops.convert_to_numpy(variable))
        variable.assign(array + rng.uniform(0, 0.1, array.shape).astype(array.dtype))
    return model


def by_keras(model):
    """Run a model on images as it stores them; give outputs by name, in ONNX' order where they are images."""
    x = images()
    stored = x.transpose(0, 2, 3, 1) if model.input_shape[-1] in (3, 1) and model.input_shape[1] != 3 else x
    return model.predict(stored, verbose=0)


def assert_same(model, proto):
    """Compare the outputs in order; images of Keras may have channels last."""
    assert valid(proto)
    (door,), x = proto.graph.input, images()
    given = {door.name: x if door.type.tensor_type.shape.dim[1].dim_value == 3 else x.transpose(0, 2, 3, 1)}
    got = list(oracle(proto)[1](given).values())
    want = by_keras(model)
    want = list(want.values()) if isinstance(want, dict) else want if isinstance(want, list) else [want]
    for a, b in zip(got, want, strict=True):
        b = b.transpose(0, 3, 1, 2) if a.shape != b.shape else b
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("value", ["c1", "n1", "a2", "r3", "flat", "dropped"])
def test_a_model_that_ends_earlier_is_that_part_of_the_file(body, value):
    layer = onnx_keras.get_layer(body, value)
    back = exported(keras.Model(body.inputs, layer.output))
    source = classifier()
    own = [n for n in source.graph.node if n.name in {b.name for b in back.graph.node}]
    assert list(back.graph.node) == own and back.graph.output[0].name == value
    assert valid(back)
    got = oracle(back)[1]({"image": images()})[value]
    np.testing.assert_allclose(got, onnx_keras.values(body, images())[value], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("value", ["n1", "a2", "r3", "logits"])
def test_a_cut_model_is_that_part_of_the_file(body, value):
    part = onnx_keras.cut(body, value)
    back = exported(part)
    assert back.graph.output[0].name == value and back.graph.input[0].name == "image"
    assert_same(part, back)


@pytest.mark.parametrize("value", ["c1", "a2", "r3", "flat"])
def test_a_model_that_begins_later_is_the_rest_of_the_file(body, value):
    part = onnx_keras.cut(body, inputs=value)
    back = exported(part)
    assert valid(back) and back.graph.input[0].name == value
    x = onnx_keras.values(body, images())[value]
    np.testing.assert_allclose(oracle(back)[1]({value: x})["logits"], onnx_keras.run(part, x), rtol=1e-4, atol=1e-5)


def test_a_new_head_of_keras_layers(body):
    flat = onnx_keras.get_layer(body, "flat").output
    model = keras.Model(body.inputs, layers.Dense(7, activation="softmax", name="head")(layers.Dropout(0.3)(flat)))
    back = exported(model)
    assert back.opset_import[0].version == 22
    assert "Transpose" not in [n.op_type for n in back.graph.node]
    assert_same(model, back)


def test_convolutions_of_keras_on_an_image_of_the_file(body):
    data_format = body.data_format
    if data_format == "channels_first" and keras.backend.backend() == "tensorflow":
        pytest.skip("Keras' own convolutions don't run in channels_first on TensorFlow's CPU")
    x = onnx_keras.get_layer(body, "r3").output
    x = layers.Conv2D(3, 2, padding="same", activation="relu", data_format=data_format)(x)
    model = keras.Model(body.inputs, layers.GlobalAveragePooling2D(data_format=data_format)(x))
    back = exported(model)
    assert "Transpose" not in [n.op_type for n in back.graph.node]
    assert_same(model, back)


def test_a_body_called_as_a_layer(body):
    part = onnx_keras.cut(body, "r3")
    x = keras.Input(part.input_shape[1:], name="picture")
    model = keras.Model(x, layers.Dense(2)(layers.Flatten()(part(x, training=False))))
    assert_same(model, exported(model))


def test_a_sequential_model_with_a_body(body):
    model = keras.Sequential([keras.Input(body.input_shape[1:]), body, layers.Dense(2, name="two")])
    assert_same(model, exported(model))


def test_a_new_stem(body):
    shape = body.input_shape[1:]
    x = keras.Input(shape, name="raw")
    model = keras.Model(x, body(layers.Rescaling(0.5, offset=0.1)(x)))
    assert_same(model, exported(model))


def test_a_body_that_is_called_twice_has_its_weights_once(body):
    x = keras.Input(body.input_shape[1:], name="picture")
    model = keras.Model(x, layers.Add()([body(x), body(layers.Rescaling(-1.0)(x))]))
    back = exported(model)
    assert [n.op_type for n in back.graph.node].count("Conv") == 6
    assert [t.name for t in back.graph.initializer].count("conv1.weight") == 1
    assert len({t.name for t in back.graph.initializer if t.dims == [4, 3, 3, 3]}) == 1
    assert_same(model, back)


def test_two_models_of_one_file_with_weights_of_their_own(body):
    other = onnx_keras.load(classifier(), data_format=body.data_format, name="other")
    x = keras.Input(body.input_shape[1:], name="picture")
    model = keras.Model(x, layers.Average()([body(x), other(x)]))
    assert_same(model, exported(model))


def test_a_layer_between_two_of_the_file(body):
    inner = onnx_keras.cut(body, "c1")
    rest = onnx_keras.cut(body, inputs="c1", name="rest")
    x = keras.Input(inner.input_shape[1:], name="picture")
    model = keras.Model(x, rest(layers.Rescaling(2.0)(inner(x))))
    assert_same(model, exported(model))


def test_a_part_that_was_saved(body, tmp_path):
    flat = onnx_keras.get_layer(body, "flat").output
    model = keras.Model(body.inputs, layers.Dense(7)(flat))
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    assert not difference(exported(again), exported(model))
    assert_same(again, exported(again))


def test_an_older_file_is_brought_to_the_opset_of_keras_layers():
    model = onnx_keras.load(onnx.parser.parse_model(SIZES))
    extended = keras.Model(model.inputs, layers.Dense(3, activation="gelu")(model.output))
    back = exported(extended)
    assert back.opset_import[0].version == 20 and valid(back)
    x = np.random.default_rng(0).standard_normal((5, 4, 6)).astype("float32")
    (got,) = oracle(back)[1]({"x": x}).values()
    np.testing.assert_allclose(got, extended.predict(x, verbose=0), rtol=1e-5, atol=1e-5)


def test_arithmetic_on_sizes_comes_with_the_part_that_needs_it():
    model = onnx_keras.load(onnx.parser.parse_model(SIZES))
    back = exported(onnx_keras.cut(model, "q"))
    assert {"Shape", "Gather", "Concat", "Constant", "Reshape"} <= {n.op_type for n in back.graph.node}
    assert back.graph.input[0] == onnx.parser.parse_model(SIZES).graph.input[0]


def test_sizes_of_what_is_not_there_are_refused():
    model = onnx_keras.load(onnx.parser.parse_model(SIZES))
    with pytest.raises(
        onnx_keras.ExportError, match="'q' of the ONNX file needs its value 'x', which this model doesn't"
    ):
        exported(onnx_keras.cut(model, outputs="q", inputs="r"))


def test_sizes_from_before_other_layers_are_refused():
    model = onnx_keras.load(onnx.parser.parse_model(SIZES))
    before = onnx_keras.cut(model, "p")
    relu, reshape = (onnx_keras.get_layer(model, n) for n in ("act", "reshape"))
    y = reshape(relu(layers.Cropping1D(1)(before.output)))
    with pytest.raises(onnx_keras.ExportError, match="behind 'r' read 'x' too, from before it"):
        exported(keras.Model(before.inputs, y))


def test_values_that_the_file_lacks_are_refused():
    model = onnx_keras.load(graphs.model_of(graphs.FUNCTION))
    inner = next(la for la in model.layers if type(la).__name__ == "Mul")
    with pytest.raises(onnx_keras.ExportError, match="doesn't have '.*' by itself"):
        exported(keras.Model(model.inputs, inner.output))


def test_functions_come_with_their_calls():
    model = onnx_keras.load(graphs.model_of(graphs.FUNCTION))
    back = exported(onnx_keras.cut(model, "h"))
    assert [n.name for n in back.graph.node] == ["one"] and [f.name for f in back.functions] == ["Scaled"]
    assert valid(back)
