"""`cut` and `replace_head`: parts of models compute what ONNX Runtime computes there, and live as models do."""

import keras
import numpy as np
import onnx
import pytest

import onnx_keras
from tests.small_models import classifier, images, values_in_onnx

FORMATS = ("channels_last", "channels_first")
VALUES = ["c1", "r1", "a2", "r3", "flat", "logits"]


@pytest.fixture(params=FORMATS)
def data_format(request):
    return request.param


@pytest.fixture
def model(data_format):
    return onnx_keras.load(classifier(), data_format=data_format)


@pytest.fixture(scope="module")
def values():
    return values_in_onnx(classifier(), {"image": images()}, VALUES)


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", VALUES)
def test_a_model_ends_at_any_value(model, values, name, tmp_path):
    part = onnx_keras.cut(model, name)
    assert list(part.onnx_outputs) == [name]
    part.save(tmp_path / "part.keras")
    clone = keras.models.clone_model(part)
    clone.set_weights(part.get_weights())
    for form in (part, keras.saving.load_model(tmp_path / "part.keras"), clone):
        assert form.onnx_outputs == part.onnx_outputs
        close(onnx_keras.run(form, {"image": images()}), values[name])
        close(onnx_keras.values(form, [images()])[name], values[name])


@pytest.mark.parametrize("name", VALUES[:-1])
def test_a_model_begins_at_any_value(model, values, name, tmp_path):
    if name == "r1":
        pytest.skip("its other reader needs it too, so this is the case of a2")
    part = onnx_keras.cut(model, inputs=name)
    part.save(tmp_path / "part.keras")
    for form in (part, keras.saving.load_model(tmp_path / "part.keras")):
        assert list(form.onnx_inputs) == [name]
        close(onnx_keras.run(form, {name: values[name]}), values["logits"])


def test_images_are_given_in_the_data_format_and_vectors_in_onnx_order(model, data_format, values):
    image = onnx_keras.cut(model, "r3")(stored(images(), data_format))
    close(image, stored(values["r3"], data_format))
    close(onnx_keras.cut(model, "flat")(stored(images(), data_format)), values["flat"])
    close(onnx_keras.cut(model, inputs="flat")(values["flat"]), values["logits"])


def stored(array, data_format):
    return array if data_format == "channels_first" else array.transpose(0, 2, 3, 1)


def test_a_part_between_values_has_several_outputs(model, values):
    part = onnx_keras.cut(model, ["flat", "a2"], "r1")
    assert list(part.onnx_inputs) == ["r1"] and list(part.onnx_outputs) == ["flat", "a2"]
    results = onnx_keras.run(part, {"r1": values["r1"]})
    close(results["flat"], values["flat"])
    close(results["a2"], values["a2"])
    again = onnx_keras.cut(part, ["a2", "c3"])
    close(onnx_keras.run(again, {"r1": values["r1"]})["a2"], values["a2"])


def test_a_part_shares_its_layers(model):
    part = onnx_keras.cut(model, "a2")
    assert onnx_keras.get_layer(part, "/conv1/Conv") is onnx_keras.get_layer(model, "/conv1/Conv")
    assert next(iter(onnx_keras.parameters(part))).initializer == "conv1.weight"


def test_names_that_nothing_has_are_refused(model):
    with pytest.raises(onnx_keras.UnknownNameError, match="'classifier' computes no value 'flatt'. Close are 'flat'"):
        onnx_keras.cut(model, "flatt")
    with pytest.raises(onnx_keras.UnknownNameError, match="computes no value 'c9'"):
        onnx_keras.cut(model, inputs=["c9"])
    with pytest.raises(onnx_keras.InputError, match="'logits' can't be computed from 'c2' alone, only with 'image'"):
        onnx_keras.cut(model, inputs="c2")
    with pytest.raises(onnx_keras.UnknownNameError, match=r"no node and no value '/fc/Gem'. Close are '/fc/Gemm'"):
        onnx_keras.replace_head(model, keras.layers.Dense(2), at="/fc/Gem")


TIED = """
<ir_version: 10, opset_import: ["" : 22]>
g (int64[N, S] ids, float[N, S, 4] more) => (float[N, S, 6] y, float[N, S] z)
<float[6, 4] w = {1,2,3,4,5,6,7,8,9,10,11,12,1,2,3,4,5,6,7,8,9,10,11,12}>
{ e = Gather(w, ids)
  h = Add(e, more)
  t = Transpose <perm = [0, 2, 1]> (h)
  wt = Transpose(w)
  y = MatMul(h, wt)
  z = ReduceSum <keepdims = 0> (t, axis) }
"""


def tied():
    model = onnx.parser.parse_model(TIED)
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array([1]), "axis"))
    return model


def test_values_that_are_only_relabelled_come_in_onnx_order():
    rng = np.random.default_rng(0)
    inputs = {"ids": rng.integers(0, 6, (2, 3)), "more": rng.standard_normal((2, 3, 4)).astype("float32")}
    expected = values_in_onnx(tied(), inputs, ["t", "y", "z"])
    model = onnx_keras.load(tied())
    part = onnx_keras.cut(model, "t")
    assert part.output_shape == (None, 4, None)
    close(part(inputs), expected["t"])
    later = onnx_keras.cut(model, inputs="t")
    close(later(expected["t"])["z"], expected["z"])
    close(later(expected["t"])["y"], expected["y"])


def test_a_tied_weight_hangs_on_the_inputs_that_are_left(tmp_path):
    model = onnx_keras.load(tied())
    h = np.random.default_rng(0).standard_normal((2, 3, 4)).astype("float32")
    part = onnx_keras.cut(model, "y", "h")
    part.save(tmp_path / "part.keras")
    for form in (part, keras.saving.load_model(tmp_path / "part.keras")):
        close(form(h), h @ model.get_layer("w").get_weights()[0].T)


def test_a_head_replaces_the_last_learned_layer(model, data_format, values, tmp_path):
    new = onnx_keras.replace_head(model, [keras.layers.Dropout(0.1), keras.layers.Dense(3, name="classes")])
    assert new.output_shape == (None, 3) and list(new.onnx_outputs) == ["classes"]
    assert [p.initializer for p in onnx_keras.parameters(new) if p.trainable][-1] == "layer2.conv.weight"
    kernel, bias = new.get_layer("classes").get_weights()
    close(onnx_keras.run(new, [images()]), values["flat"] @ kernel + bias)
    close(onnx_keras.values(new, [images()])["classes"], values["flat"] @ kernel + bias)
    new.compile("adam", "mse")
    new.fit(stored(images(), data_format), np.ones((6, 3)), verbose=0)
    new.save(tmp_path / "new.keras")
    again = keras.saving.load_model(tmp_path / "new.keras")
    close(onnx_keras.run(again, [images()]), onnx_keras.run(new, [images()]))
    assert again.onnx_outputs == new.onnx_outputs
    assert keras.models.clone_model(new).onnx_outputs == new.onnx_outputs


def test_a_head_is_put_at_a_node_or_upon_a_value(model):
    def head(x):
        return keras.layers.Dense(2)(keras.layers.Flatten()(x))

    by_node = onnx_keras.replace_head(model, head, at="/layer2/conv/Conv")
    by_value = onnx_keras.replace_head(model, head, at="a2")
    assert by_node.count_params() == by_value.count_params()
    twice = onnx_keras.replace_head(by_value, keras.layers.Dense(7, name="other"))
    assert twice.output_shape == (None, 7) and list(twice.onnx_outputs) == ["other"]


def test_other_outputs_stay():
    rng = np.random.default_rng(0)
    inputs = {"ids": rng.integers(0, 6, (2, 3)), "more": rng.standard_normal((2, 3, 4)).astype("float32")}
    new = onnx_keras.replace_head(onnx_keras.load(tied()), keras.layers.Dense(2, name="new"), at="y")
    assert list(new.onnx_outputs) == ["new", "z"]
    results = onnx_keras.run(new, inputs)
    assert results["new"].shape == (2, 3, 2)
    close(results["z"], values_in_onnx(tied(), inputs, ["z"])["z"])
    tail = onnx_keras.replace_head(onnx_keras.load(tied()), keras.layers.Dense(2, name="new"))
    assert list(tail.onnx_outputs) == ["new", "z"] and tail.output["new"].shape == (None, None, 2)


def test_a_model_without_a_learned_kernel_has_no_head():
    text = '<ir_version: 10, opset_import: ["" : 22]> g (float[N] x) => (float[N] y) { y = Relu(x) }'
    with pytest.raises(onnx_keras.UnknownNameError, match="no layer with a learned kernel. Say with `at`"):
        onnx_keras.replace_head(onnx_keras.load(onnx.parser.parse_model(text)), keras.layers.Dense(1))


NO_GRAPHS = {
    "a class": lambda: type("Own", (keras.Model,), {"call": lambda self, x: x})(),
    "unbuilt": lambda: keras.Sequential([keras.layers.Dense(2)]),
    "a number": lambda: 3,
}


@pytest.mark.parametrize("made", NO_GRAPHS.values(), ids=NO_GRAPHS)
def test_what_has_no_graph_of_layers_is_refused(made):
    x = np.zeros((2, 3), "float32")
    for call in (
        lambda m: onnx_keras.cut(m, "y"),
        lambda m: onnx_keras.replace_head(m, keras.layers.Dense(2)),
        lambda m: onnx_keras.run(m, x),
        lambda m: onnx_keras.values(m, x),
    ):
        with pytest.raises(
            onnx_keras.InputError, match="has no graph of layers. Give a functional or Sequential model"
        ):
            call(made())
    with pytest.raises(onnx_keras.ExportError):
        onnx_keras.export(made(), "never.onnx")


def test_models_of_keras_are_cut_and_headed_by_the_names_of_their_layers():
    dense = [keras.layers.Dense(n, name=f"dense_of_{n}") for n in (4, 2)]
    sequential = keras.Sequential([keras.Input((3,), name="inp"), *dense])
    x = np.random.default_rng(0).standard_normal((2, 3)).astype("float32")
    for model in (sequential, keras.Model(sequential.inputs, sequential.outputs)):
        want = dense[0](x)
        close(onnx_keras.run(onnx_keras.cut(model, "dense_of_4"), x), want)
        close(onnx_keras.values(model, x)["dense_of_4"], want)
        close(onnx_keras.run(onnx_keras.cut(model, inputs="dense_of_4"), want), dense[1](want))
        assert onnx_keras.replace_head(model, keras.layers.Dense(7)).output_shape == (None, 7)
        assert onnx_keras.replace_head(model, keras.layers.Dense(7), at="inp").weights[0].shape == (3, 7)


@pytest.mark.parametrize("names", [[], 3, [3]])
def test_no_names_of_values_are_refused(model, names):
    for what in ("outputs", "inputs"):
        with pytest.raises(onnx_keras.InputError, match=f"{what} is a name of a value or several, not"):
            onnx_keras.cut(model, **{what: names})


@pytest.mark.parametrize("layers", [[], 3, [3]])
def test_no_layers_make_no_head(model, layers):
    with pytest.raises(onnx_keras.InputError, match="layers is a layer, a list of them or a function, not"):
        onnx_keras.replace_head(model, layers)


def test_a_deep_graph_is_cut_and_headed():
    from tests.test_deep_graphs import DEEPER_THAN_KERAS, chain

    model = onnx_keras.load(chain(DEEPER_THAN_KERAS))
    part = onnx_keras.cut(model, f"x{DEEPER_THAN_KERAS - 1}", "x1")
    assert len(part.layers) == DEEPER_THAN_KERAS
    assert onnx_keras.replace_head(model, keras.layers.Dense(2), at="x990").output_shape == (None, 2)
