"""What Keras offers for training works on loaded models: precision, compilation, optimizers, going on after a stop."""

import keras
import numpy as np
import onnx
import pytest

import onnx_keras
from tests.small_models import classifier, encoder, images, values_in_onnx


@pytest.fixture
def x():
    return images().transpose(0, 2, 3, 1)


@pytest.fixture
def y():
    return np.random.default_rng(2).standard_normal((6, 5)).astype("float32")


def loaded(**options):
    return onnx_keras.load(classifier(), data_format="channels_last", **options)


def tokens():
    rng = np.random.default_rng(3)
    return {"ids": rng.integers(0, 11, (4, 6)), "mask": np.array([[1] * 6, [1] * 4 + [0] * 2] * 2, "float32")}


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_a_mixed_policy_computes_in_half_precision_and_holds_full(policy, x, y, tmp_path):
    model = loaded(dtype_policy=policy)
    assert {w.dtype for w in model.weights} == {"float32"}
    computed = onnx_keras.get_layer(model, "/conv1/Conv")(x)
    assert keras.backend.standardize_dtype(computed.dtype) == policy.removeprefix("mixed_")
    expected = values_in_onnx(classifier(), {"image": images()}, ["logits"])["logits"]
    got = onnx_keras.run(model, [images()])
    assert got.dtype == "float32" and (got != expected).any()
    np.testing.assert_allclose(got, expected, atol=0.02 * np.abs(expected).max())
    model.compile("sgd", "mse")
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer) == (policy == "mixed_float16")
    before = model.evaluate(x, y, verbose=0)
    model.fit(x, y, verbose=0, epochs=3)
    assert model.evaluate(x, y, verbose=0) < before
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    assert again.dtype_policy.name == policy
    np.testing.assert_array_equal(onnx_keras.run(again, [images()]), onnx_keras.run(model, [images()]))


def test_a_policy_leaves_integers_and_statistics_alone():
    model = onnx_keras.load(encoder(), dtype_policy=keras.dtype_policies.DTypePolicy("mixed_bfloat16"))
    assert [t.dtype for t in model.inputs] == ["int64", "float32"]
    expected = values_in_onnx(encoder(), tokens(), ["out"])["out"]
    np.testing.assert_allclose(onnx_keras.run(model, tokens()), expected, atol=0.03 * np.abs(expected).max())
    half = loaded(dtype_policy="bfloat16")
    dtypes = {p.initializer: half.get_layer(p.layer)._values for p in onnx_keras.parameters(half)}
    assert {v.dtype for v in dtypes["bn1.mean"].values()} == {"float32"}
    assert {v.dtype for v in dtypes["conv1.weight"].values()} == {"bfloat16"}


def test_the_global_policy_of_keras_counts_where_none_is_given(x):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model, exact = loaded(), loaded(dtype_policy="float32")
    finally:
        keras.config.set_dtype_policy("float32")
    assert model.layers[1].compute_dtype == "bfloat16"
    assert exact.layers[1].compute_dtype == "float32"


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="torch.compile is not what is tested here")
@pytest.mark.parametrize("make", [classifier, encoder])
def test_a_compiled_model_trains_as_one_that_is_not(make, x, y):
    losses = []
    for jit in (False, True):
        model = onnx_keras.load(make(), data_format="channels_last")
        onnx_keras.freeze(model, "*ropout*") if make is classifier else None
        without_dropout(model)
        given = x if make is classifier else tokens()
        targets = y if make is classifier else np.ones((4, 6, 8), "float32")
        model.compile("sgd", "mse", jit_compile=jit)
        losses.append(model.fit(given, targets, epochs=3, verbose=0).history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-4)


def without_dropout(model):
    for layer in model.layers:
        if isinstance(layer, onnx_keras.layers.Dropout):
            layer.held["ratio"] = layer._values["ratio"] = 0.0


OPTIMIZERS = {
    "adamw": lambda: keras.optimizers.AdamW(1e-2),
    "momentum": lambda: keras.optimizers.SGD(1e-2, momentum=0.9, nesterov=True),
    "accumulating": lambda: keras.optimizers.Adam(1e-2, gradient_accumulation_steps=4),
    "averaging": lambda: keras.optimizers.Adam(1e-2, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5),
    "scheduled": lambda: keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(1e-2, 2, 0.5)),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_going_on_after_a_reload_is_not_stopping(optimizer, policy, x, y, tmp_path):
    """Three steps an epoch, so that accumulated gradients and averages are saved in the middle of what they are for."""
    model = loaded(dtype_policy=policy)
    onnx_keras.freeze(model, "layer2")
    model.compile(OPTIMIZERS[optimizer](), "mse")
    step = {"batch_size": 2, "shuffle": False, "verbose": 0}
    model.fit(x, y, **step)
    model.save(tmp_path / "m.keras")
    stopped = keras.saving.load_model(tmp_path / "m.keras")
    losses = [m.fit(x, y, epochs=3, **step).history["loss"] for m in (model, stopped)]
    assert losses[0] == losses[1]
    for a, b in zip(model.get_weights(), stopped.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert len(set(losses[0])) == 3


def test_gradients_are_accumulated_over_steps(x, y):
    model = loaded()
    without_dropout(model)
    onnx_keras.freeze(model, "bn1")
    whole = keras.models.clone_model(model)
    whole.set_weights(model.get_weights())
    model.compile(keras.optimizers.SGD(1e-2, gradient_accumulation_steps=3), "mse")
    model.fit(x, y, batch_size=2, shuffle=False, verbose=0)
    whole.compile(keras.optimizers.SGD(1e-2), "mse")
    whole.fit(x, y, batch_size=6, shuffle=False, verbose=0)
    for a, b in zip(model.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


class Noting(keras.callbacks.Callback):
    """Notes a weight after each step."""

    def __init__(self):
        super().__init__()
        self.values = []

    def on_train_batch_end(self, batch, logs=None):
        self.values.append(self.model.get_layer("fc_Gemm").get_weights()[1])


def test_averages_of_weights_are_what_is_left_at_the_end(x, y):
    model, noting = loaded(), Noting()
    model.compile(keras.optimizers.SGD(1e-2, use_ema=True, ema_momentum=0.75), "mse")
    model.fit(x, y, batch_size=2, verbose=0, shuffle=False, callbacks=[noting])
    first, *others = noting.values
    average = first
    for value in others:
        average = 0.75 * average + 0.25 * value
    np.testing.assert_allclose(model.get_layer("fc_Gemm").get_weights()[1], average, rtol=1e-5)


def test_the_small_encoder_is_valid():
    onnx.checker.check_model(encoder(), full_check=True)
