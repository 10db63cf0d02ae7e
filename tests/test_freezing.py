"""`freeze` and `unfreeze` by the names of the file, together with `trainable=` and with Keras' own switches."""

import keras
import numpy as np
import pytest

import onnx_keras
from tests.small_models import classifier, images

LEARNED = {
    *("conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv.weight", "layer1.0.conv.bias"),
    *("layer2.conv.weight", "fc.weight", "fc.bias"),
}
STATISTICS = {"bn1.mean", "bn1.var"}


@pytest.fixture
def model():
    return onnx_keras.load(classifier(), data_format="channels_last")


def trained(model):
    """Name the initializers that gradients change; those that Keras lists are the same."""
    found = {p.initializer for p in onnx_keras.parameters(model) if p.trainable}
    assert len(model.trainable_variables) == len(found)
    return found


def fitted(model):
    """Train one step; name what changed."""
    before = values_of(model)
    model.compile("sgd", "mse")
    x = images().transpose(0, 2, 3, 1)
    model.fit(x, np.ones((len(x), model.output_shape[-1]), "float32"), verbose=0)
    return {name for name, value in values_of(model).items() if (value != before[name]).any()}


def values_of(model):
    """Give all variables by the names of their initializers."""
    infos = [p for p in onnx_keras.parameters(model) if p.variable]
    weights = {p.initializer: model.get_layer(p.layer).weights for p in infos}
    found = {p.initializer: next(v for v in weights[p.initializer] if v.name == p.variable) for p in infos}
    return {name: np.array(keras.ops.convert_to_numpy(v)) for name, v in found.items()}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("layer1", {"layer1.0.conv.weight", "layer1.0.conv.bias"}),
        ("/layer1/layer1.0", {"layer1.0.conv.weight", "layer1.0.conv.bias"}),
        ("layer1.0.conv", {"layer1.0.conv.weight", "layer1.0.conv.bias"}),
        ("layer1.0.conv.bias", {"layer1.0.conv.bias"}),
        ("layer?", {"layer1.0.conv.weight", "layer1.0.conv.bias", "layer2.conv.weight"}),
        ("*.weight", {"conv1.weight", "bn1.weight", "layer1.0.conv.weight", "layer2.conv.weight", "fc.weight"}),
        ("logits", {"fc.weight", "fc.bias"}),
        (["fc", "bn1"], {"fc.weight", "fc.bias", "bn1.weight", "bn1.bias"}),
        (None, LEARNED),
    ],
)
def test_a_scope_freezes_what_lies_in_it(model, scope, expected):
    onnx_keras.freeze(model, scope)
    assert trained(model) == LEARNED - expected
    if expected != LEARNED:
        assert fitted(model) - STATISTICS == LEARNED - expected
    onnx_keras.unfreeze(model, scope)
    assert trained(model) == LEARNED


def test_until_freezes_what_the_scope_is_computed_from(model):
    onnx_keras.freeze(model, until="layer2")
    assert trained(model) == {"layer2.conv.weight", "fc.weight", "fc.bias"}
    onnx_keras.unfreeze(model, since="layer1")
    assert trained(model) == LEARNED - {"conv1.weight", "bn1.weight", "bn1.bias"}
    assert fitted(model) == trained(model)


@pytest.mark.parametrize("call", [onnx_keras.freeze, onnx_keras.unfreeze])
def test_a_scope_that_matches_nothing_is_refused_with_close_names(model, call):
    with pytest.raises(onnx_keras.UnknownNameError, match=r"'layer4' is no scope.* of 'classifier'. Close are 'layer"):
        call(model, "layer4")
    with pytest.raises(onnx_keras.UnknownNameError, match="'layer1.0.conw' .* Close are 'layer1.0.conv'"):
        call(model, ["fc", "layer1.0.conw"])
    word = {onnx_keras.freeze: "until", onnx_keras.unfreeze: "since"}[call]
    with pytest.raises(onnx_keras.UnknownNameError, match="'head' is no scope"):
        call(model, **{word: "head"})


def computed(layer, x, training):
    return keras.ops.convert_to_numpy(layer(x, training=training))


def test_a_frozen_batch_normalization_keeps_and_uses_its_own_statistics(model):
    layer = onnx_keras.get_layer(model, "/bn1/BatchNormalization")
    x = 3 * np.random.default_rng(0).standard_normal((4, 8, 8, 4)).astype("float32") + 1
    before = layer.get_weights()
    inferred = computed(layer, x, training=False)
    onnx_keras.freeze(model, "bn1")
    np.testing.assert_array_equal(computed(layer, x, training=True), inferred)
    assert all((a == b).all() for a, b in zip(before, layer.get_weights()))
    onnx_keras.unfreeze(model, "bn1")
    assert np.abs(computed(layer, x, training=True) - inferred).max() > 0.5
    moved = [p.initializer for p in onnx_keras.parameters(model) if p.initializer in STATISTICS]
    assert set(moved) == STATISTICS
    assert (layer.get_weights()[2] != before[2]).all()


def test_a_frozen_weight_of_a_batch_normalization_leaves_its_statistics_moving(model):
    onnx_keras.freeze(model, "bn1.weight")
    assert fitted(model) >= STATISTICS


def test_what_load_left_out_can_be_unfrozen(model):
    model = onnx_keras.load(classifier(), trainable="fc.*")
    assert trained(model) == {"fc.weight", "fc.bias"} == fitted(model)
    onnx_keras.unfreeze(model, "layer1.0.conv.weight")
    assert trained(model) == {"fc.weight", "fc.bias", "layer1.0.conv.weight"}
    onnx_keras.unfreeze(model)
    assert trained(model) == LEARNED
    model = onnx_keras.load(classifier(), trainable=lambda name: name.endswith("bias"))
    onnx_keras.freeze(model, "layer1")
    assert trained(model) == {"bn1.bias", "fc.bias"}
    assert fitted(model) > STATISTICS
    model = onnx_keras.load(classifier(), trainable=False)
    assert trained(model) == set() == fitted(model)
    model.trainable = True
    assert trained(model) == LEARNED


def test_keras_own_switch_and_ours_go_together(model):
    model.trainable = False
    assert {p.reason for p in onnx_keras.parameters(model) if p.initializer in LEARNED} == {"its layer is frozen"}
    onnx_keras.unfreeze(model, ["fc", "layer1.0.conv.bias"])
    assert trained(model) == {"fc.weight", "fc.bias", "layer1.0.conv.bias"}
    assert fitted(model) == trained(model)


def test_running_statistics_are_never_learned(model):
    onnx_keras.unfreeze(model, "bn1.mean")
    reasons = {p.initializer: p.reason for p in onnx_keras.parameters(model)}
    assert reasons["bn1.mean"] == "BatchNormalization doesn't learn input_mean"


def test_what_is_frozen_stays_so_in_files_and_clones(model, tmp_path):
    onnx_keras.freeze(model, ["fc.weight", "layer1"])
    expected = trained(model)
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    for other in (again, keras.models.clone_model(model)):
        assert trained(other) == expected
        onnx_keras.unfreeze(other)
        assert trained(other) == LEARNED
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_layers_of_a_model_inside_another_are_found():
    inner = onnx_keras.load(classifier(), data_format="channels_last", name="base")
    image = keras.Input((8, 8, 3))
    hidden = keras.layers.Conv2D(3, 1, name="before")(image)
    outer = keras.Model(image, keras.layers.Dense(2, name="head")(inner(hidden)))
    onnx_keras.freeze(outer, until="layer2")
    assert not outer.get_layer("before").trainable
    assert outer.get_layer("head").trainable
    learned = [p.initializer for p in onnx_keras.parameters(outer) if p.trainable]
    assert learned == ["layer2.conv.weight", "fc.weight", "fc.bias"]
    assert len(outer.trainable_variables) == 5
    onnx_keras.freeze(outer)
    onnx_keras.unfreeze(outer, since="fc")
    assert len(outer.trainable_variables) == 4


@pytest.mark.parametrize("call", [onnx_keras.freeze, onnx_keras.parameters, lambda m: onnx_keras.get_layer(m, "fc")])
def test_what_is_no_model_is_refused(call):
    with pytest.raises(onnx_keras.InputError, match="3 is no Keras model"):
        call(3)


def test_what_is_no_name_is_refused():
    model = onnx_keras.load(classifier())
    for scopes in (3, [3]):
        with pytest.raises(onnx_keras.InputError, match="A scope is a name or a pattern of names, not"):
            onnx_keras.freeze(model, scopes)
    with pytest.raises(onnx_keras.UnknownNameError, match="comes from '3'"):
        onnx_keras.get_layer(model, 3)
