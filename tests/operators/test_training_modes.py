"""What BatchNormalization and Dropout do while a model is trained."""

import keras
import numpy as np
import pytest
from keras import ops

from onnx_keras.layers import BatchNormalization, Dropout
from onnx_keras.layers.held import describe

CHANNELS = 5


def batch_normalization(**options):
    held = {
        n: describe(np.zeros(CHANNELS, "float32"), n in ("scale", "b"))
        for n in ("scale", "b", "input_mean", "input_var")
    }
    return BatchNormalization(held=held, channel_axis=3, epsilon=1e-3, momentum=0.8, **options)


def model_of(layer):
    image = keras.Input((6, 7, CHANNELS))
    return keras.Model(image, keras.layers.GlobalAveragePooling2D()(layer(image)))


def trained(layer, steps=3):
    model = model_of(layer)
    model.compile("sgd", "mse", jit_compile=False)
    rng = np.random.default_rng(0)
    for _ in range(steps):
        model.train_on_batch(
            rng.normal(2.0, 3.0, (4, 6, 7, CHANNELS)).astype("float32"), np.ones((4, CHANNELS), "float32")
        )
    return model


def test_batch_normalization_trains_as_that_of_keras():
    ours = trained(batch_normalization())
    theirs = trained(keras.layers.BatchNormalization(momentum=0.8, epsilon=1e-3))
    for a, b in zip(ours.weights, theirs.weights, strict=True):
        assert a.name == b.name
        np.testing.assert_allclose(ops.convert_to_numpy(a), ops.convert_to_numpy(b), rtol=1e-5, atol=1e-5)


def test_frozen_batch_normalization_keeps_statistics():
    layer = batch_normalization(trainable=False)
    before = [ops.convert_to_numpy(w) for w in trained(layer, 0).weights]
    trained(layer)
    for a, b in zip(before, layer.weights, strict=True):
        np.testing.assert_array_equal(a, ops.convert_to_numpy(b))


def test_inference_leaves_statistics_alone():
    layer = batch_normalization()
    model = model_of(layer)
    model.predict(np.random.default_rng(0).normal(size=(4, 6, 7, CHANNELS)), verbose=0)
    np.testing.assert_array_equal(ops.convert_to_numpy(layer.weights[2]), np.zeros(CHANNELS))


def test_half_precision_keeps_statistics_in_float32():
    layer = batch_normalization(dtype="mixed_float16")
    y = layer(np.full((2, 6, 7, CHANNELS), 300.0, "float32"), training=True)
    assert keras.backend.standardize_dtype(y.dtype) == "float16"
    np.testing.assert_allclose(ops.convert_to_numpy(layer.weights[2]), 0.2 * 300.0, rtol=1e-3)
    assert {w.dtype for w in layer.weights} == {"float32"}


def test_dropout_drops_in_training_only():
    layer = Dropout(held={"ratio": 0.25}, seed=1)
    x = np.ones((100, 100), "float32")
    np.testing.assert_array_equal(layer(x), x)
    np.testing.assert_array_equal(layer(x, training=False), x)
    y = ops.convert_to_numpy(layer(x, training=True))
    assert set(np.unique(y)) == {0.0, np.float32(1 / 0.75)}
    assert abs((y == 0).mean() - 0.25) < 0.02


def test_dropout_is_random_where_the_file_says_training():
    layer = Dropout(held={"ratio": 0.5, "training_mode": True}, returns=(0, 1), seed=1)
    x = np.ones((100, 100), "float32")
    y, kept = map(ops.convert_to_numpy, layer(x))
    np.testing.assert_array_equal(kept, y != 0)
    assert not np.array_equal(kept, ops.convert_to_numpy(layer(x)[1]))


def test_a_seed_repeats_its_numbers():
    x = np.ones((100, 100), "float32")
    first, second = (Dropout(seed=7)(x, training=True) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("seed", [None, 3])
def test_the_state_of_random_numbers_is_saved(tmp_path, seed):
    if seed is None and keras.backend.backend() == "torch":
        pytest.skip("without a seed Keras leaves dropping to PyTorch and its own random numbers")
    image = keras.Input((50,))
    model = keras.Model(image, Dropout(seed=seed)(image))
    x = np.ones((4, 50), "float32")
    model(x, training=True)
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(model(x, training=True), again(x, training=True))
