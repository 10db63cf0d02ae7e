"""Real models are cut, get new heads and learn new tasks as Keras' guide to transfer learning does it."""

import keras
import numpy as np
import onnx
import pytest

import onnx_keras
from tests.models.collection import entries, feed, names, needs_collection, path_of, stored_sets
from tests.small_models import values_in_onnx

pytestmark = [pytest.mark.models, needs_collection]

REAL = entries("cnn") + entries("transformer")
PLACES = (0.3, 0.6, 0.9)
"""How far into a model it is cut."""


def entry_of(name):
    return next(e for e in entries("main") if e["name"] == name)


@pytest.mark.parametrize("entry", REAL, ids=lambda e: e["name"])
def test_a_model_cut_anywhere_gives_the_values_of_the_file(entry):
    keras.backend.clear_session()
    model = onnx_keras.load(path_of(entry), data_format="channels_last")
    given = feed(model, stored_sets(entry)[0][0])
    file = onnx.load(path_of(entry))
    own = [o for n in file.graph.node for o in n.output if n.op_type != "Constant"]
    found = [n for n in onnx_keras.values(model, given) if n in own]
    chosen = [found[int(p * len(found))] for p in PLACES]
    expected = values_in_onnx(file, given, chosen)
    part = onnx_keras.cut(model, chosen)
    results = onnx_keras.run(part, {n: given[n] for n in part.onnx_inputs}, trace=False)
    results = results if isinstance(results, dict) else {chosen[0]: results}
    for name in chosen:
        scale = np.abs(expected[name].astype("float64")).max() + 1e-6
        np.testing.assert_allclose(results[name], expected[name], rtol=1e-3, atol=entry["tolerance"] * scale)


def stripes(count, size, channels):
    """Make images of vertical and horizontal stripes, and say which they are."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, count)
    waves = np.sin(np.arange(size) * 1.2 + rng.uniform(0, 6, (count, 1)))
    image = np.where(labels[:, None, None] == 0, waves[:, None, :], waves[:, :, None])
    image = image + rng.normal(0, 0.3, image.shape)
    return np.repeat(image[..., None], channels, -1).astype("float32"), labels


def test_transfer_learning_goes_as_in_the_guide_of_keras(tmp_path):
    """https://keras.io/guides/transfer_learning, with a reader of digits in the place of keras.applications.Xception."""
    x, y = stripes(192, 28, 1)
    keras.utils.set_random_seed(0)
    whole = onnx_keras.load(path_of(entry_of("ort_java_cnn_mnist_pytorch")), data_format="channels_last", batch=None)
    base_model = onnx_keras.cut(whole, last_image(whole))
    base_model.trainable = False
    before = base_model.get_weights()

    inputs = keras.Input(shape=(28, 28, 1))
    features = keras.layers.Rescaling(scale=1.0)(inputs)
    features = base_model(features, training=False)
    features = keras.layers.GlobalAveragePooling2D()(features)
    features = keras.layers.Dropout(0.2)(features)
    model = keras.Model(inputs, keras.layers.Dense(1)(features))
    assert len(model.trainable_variables) == 2

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-2), loss, metrics=[keras.metrics.BinaryAccuracy()])
    head_only = model.fit(x, y, epochs=5, verbose=0).history["loss"]
    assert head_only[-1] < head_only[0]
    assert all((a == b).all() for a, b in zip(before, base_model.get_weights(), strict=True))

    base_model.trainable = True
    model.compile(keras.optimizers.Adam(1e-3), loss, metrics=[keras.metrics.BinaryAccuracy(threshold=0)])
    history = model.fit(x, y, epochs=8, verbose=0).history
    assert history["loss"][-1] < head_only[-1]
    assert history["binary_accuracy"][-1] > 0.95
    assert all((a != b).any() for a, b in zip(before, base_model.get_weights(), strict=True))

    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(x[:8], verbose=0), model.predict(x[:8], verbose=0), rtol=1e-4, atol=1e-5)


def last_image(model):
    """Name the last value of four axes before the head."""
    (door,) = model.onnx_inputs.values()
    image = np.zeros([n if isinstance(n, int) else 1 for n in door["shape"]], "float32")
    return [n for n, v in onnx_keras.values(model, [image]).items() if v.shape[2:] > (1, 1)][-1]


def test_our_verbs_do_the_same():
    x, y = stripes(192, 32, 3)
    keras.utils.set_random_seed(0)
    model = onnx_keras.load(path_of(entry_of("resnet50_ts17")), data_format="channels_last")
    model = onnx_keras.replace_head(model, keras.layers.Dense(2, activation="softmax", name="direction"))
    onnx_keras.freeze(model, until="direction")
    assert len(model.trainable_variables) == 2
    model.compile(keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy")
    losses = model.fit(x, y, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    onnx_keras.unfreeze(model)
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=6, verbose=0)
    assert model.evaluate(x, y, verbose=0)[1] > 0.9


@pytest.mark.parametrize("name", names("cnn"))
def test_every_classifier_gets_a_new_head(name):
    keras.backend.clear_session()
    model = onnx_keras.load(path_of(entry_of(name)), data_format="channels_last")
    new = onnx_keras.replace_head(model, [keras.layers.Flatten(), keras.layers.Dense(2, name="new")])
    kept = {p.initializer for p in onnx_keras.parameters(new)}
    learned = [p.initializer for p in onnx_keras.parameters(model) if p.variable]
    assert len(set(learned) - kept) in (1, 2)
    assert new.output_shape[-1] == 2
