"""BatchNormalization and Dropout put back into files that were exported for inference."""

import keras
import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnxruntime import InferenceSession

import onnx_keras

IMAGE = np.random.default_rng(0).normal(1.0, 2.0, (4, 2, 6, 5)).astype("float32")


def model_of(text: str, **shapes: tuple[int, ...]) -> bytes:
    """Parse a model and give its initializers random elements."""
    model = onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["": 21]> {text}')
    rng = np.random.default_rng(0)
    for name, shape in shapes.items():
        array = rng.uniform(0.5, 1.5, shape).astype("float32")
        model.graph.initializer.append(numpy_helper.from_array(array, name))
    return model.SerializeToString()


FOLDED = model_of(
    """
    folded (float[n, 2, 6, 5] x) => (float[n, 3, 6, 5] y) {
        [first] a = Conv <pads = [1, 1, 1, 1]> (x, w1, b1)
        [relu] r = Relu (a)
        [bare] c = Conv (r, w2)
        [last] y = Conv (c, w3, b3)
    }
    """,
    w1=(4, 2, 3, 3),
    b1=(4,),
    w2=(4, 4, 1, 1),
    w3=(3, 4, 1, 1),
    b3=(3,),
)

TRAINING = model_of(
    """
    training (float[n, 2, 6, 5] x) => (float[n, 2, 6, 5] y) {
        ratio = Constant <value_float = 0.5> ()
        always = Constant <value = bool {1}> ()
        [bn] a, m, v = BatchNormalization <training_mode = 1> (x, scale, b, mean, var)
        [drop] y = Dropout (a, ratio, always)
    }
    """,
    **dict.fromkeys(("scale", "b", "mean", "var"), (2,)),
)


def layers_of(model, kind):
    return [layer for layer in model.layers if isinstance(layer, kind)]


def by_runtime(file):
    return InferenceSession(file).run(None, {"x": IMAGE})[0]


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_a_folded_batch_normalization_comes_back_and_changes_no_output(data_format):
    model = onnx_keras.load(FOLDED, training="unfold", data_format=data_format)
    (layer,) = layers_of(model, onnx_keras.layers.BatchNormalization)
    assert layer.onnx_name == "first/BatchNormalization"
    np.testing.assert_allclose(onnx_keras.run(model, [IMAGE]), by_runtime(FOLDED), rtol=1e-5)


def test_the_bias_of_the_conv_becomes_what_is_added_after():
    known = {p.initializer: p for p in onnx_keras.parameters(onnx_keras.load(FOLDED, training="unfold"))}
    assert known["b1"].variable == "beta" and known["b3"].variable == "bias"
    assert {n for n, p in known.items() if not p.trainable} == {"first/mean", "first/var"}
    assert known["first/scale"].trainable


def test_what_came_back_trains():
    model = onnx_keras.load(FOLDED, training="unfold", data_format="channels_first")
    (layer,) = layers_of(model, onnx_keras.layers.BatchNormalization)
    before = [keras.ops.convert_to_numpy(w) for w in layer.weights]
    model.compile("sgd", "mse")
    model.train_on_batch(IMAGE, np.zeros((4, 3, 6, 5), "float32"))
    for old, variable in zip(before, layer.weights, strict=True):
        assert not np.array_equal(old, keras.ops.convert_to_numpy(variable)), variable.name


def test_by_default_nothing_is_put_back():
    assert not layers_of(onnx_keras.load(FOLDED), onnx_keras.layers.BatchNormalization)


def test_unfolding_makes_training_a_matter_of_fit():
    model = onnx_keras.load(TRAINING, training="unfold", data_format="channels_first")
    (layer,) = layers_of(model, onnx_keras.layers.BatchNormalization)
    gamma, beta, mean, variance = (keras.ops.convert_to_numpy(w).reshape(2, 1, 1) for w in layer.weights)
    expected = (IMAGE - mean) / np.sqrt(variance + 1e-5) * gamma + beta
    np.testing.assert_allclose(onnx_keras.run(model, [IMAGE]), expected, rtol=1e-4, atol=1e-5)
    assert np.mean(np.asarray(model(IMAGE, training=True)) == 0) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("pattern", ["relu", "r", "re*"])
def test_dropout_comes_back_by_name_and_drops_in_training_only(pattern):
    model = onnx_keras.load(FOLDED, dropout={pattern: 0.25}, data_format="channels_first")
    (layer,) = layers_of(model, onnx_keras.layers.Dropout)
    np.testing.assert_allclose(onnx_keras.run(model, [IMAGE]), by_runtime(FOLDED), rtol=1e-5)
    ones = np.ones((100, 100), "float32")
    dropped = keras.ops.convert_to_numpy(layer(ones, training=True))
    assert np.mean(dropped == 0) == pytest.approx(0.25, abs=0.02)


def test_dropout_after_an_output_keeps_its_name():
    model = onnx_keras.load(FOLDED, dropout={"y": 0.5})
    assert list(model.onnx_outputs) == ["y"]
    np.testing.assert_allclose(onnx_keras.run(model, [IMAGE]), by_runtime(FOLDED), rtol=1e-5)


def test_what_came_back_survives_saving(tmp_path):
    model = onnx_keras.load(FOLDED, training="unfold", dropout={"relu": 0.25})
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    assert len(layers_of(again, onnx_keras.layers.BatchNormalization)) == 1
    np.testing.assert_allclose(onnx_keras.run(again, [IMAGE]), by_runtime(FOLDED), rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dropout": {"rel": 0.5}}, "no node and no value is called so. Close are 'relu'"),
        ({"dropout": {"relu": 1.0}}, "a rate is at least 0 and below 1"),
        ({"training": "fold"}, "training is None or 'unfold', not 'fold'"),
    ],
)
def test_mistakes_are_told(options, message):
    with pytest.raises(onnx_keras.InputError, match=message):
        onnx_keras.load(FOLDED, **options)
