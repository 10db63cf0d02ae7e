"""What `load` promises of names, weights, inputs and outputs."""

import io
import re

import keras
import numpy as np
import onnx
import onnx.parser
import onnx_ir as ir
import pytest

import onnx_keras

TIED = """
<ir_version: 10, opset_import: ["" : 22]>
g (float[N,4] x) => (float[N,4] y, float[N,4] z)
<float[4,4] w = {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16}, float[4] b = {1,2,3,4}>
{ h = MatMul(x, w)
  y = Add(h, b)
  t = Transpose(w)
  z = MatMul(y, t) }
"""


def parsed(text: str) -> onnx.ModelProto:
    return onnx.parser.parse_model(text)


def run_in_onnx(text: str, inputs: dict) -> list:
    import onnxruntime

    return onnxruntime.InferenceSession(parsed(text).SerializeToString()).run(None, inputs)


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((3, 4)).astype("float32")


def test_a_weight_that_is_read_twice_is_one_variable(x, tmp_path):
    model = onnx_keras.load(parsed(TIED))
    assert model.count_params() == 20
    assert model.info["moves"] == 0
    model.save(tmp_path / "m.keras")
    for again in (model, keras.saving.load_model(tmp_path / "m.keras")):
        got = onnx_keras.run(again, [x])
        for name, want in zip(("y", "z"), run_in_onnx(TIED, {"x": x})):
            np.testing.assert_allclose(got[name], want, rtol=1e-5)
        weight = again.get_layer("w").weights[0]
        weight.assign(weight * 2)
        assert again.count_params() == 20
    clone = keras.models.clone_model(model)
    assert clone.count_params() == 20
    assert clone.onnx_inputs == model.onnx_inputs


def test_several_outputs_come_as_a_dict_in_graph_order(x):
    model = onnx_keras.load(parsed(TIED))
    assert list(model(x)) == ["y", "z"]
    assert list(model.onnx_outputs) == ["y", "z"]


@pytest.mark.parametrize("as_source", ["bytes", "file", "path", "proto", "ir"])
def test_sources(as_source, x, tmp_path):
    proto = parsed(TIED)
    onnx.save(proto, tmp_path / "m.onnx")
    source = {
        "bytes": proto.SerializeToString(),
        "file": io.BytesIO(proto.SerializeToString()),
        "path": tmp_path / "m.onnx",
        "proto": proto,
        "ir": ir.from_proto(proto),
    }[as_source]
    model = onnx_keras.load(source)
    np.testing.assert_allclose(onnx_keras.run(model, [x])["y"], run_in_onnx(TIED, {"x": x})[0], rtol=1e-5)


def awkward() -> onnx.ModelProto:
    tensor = onnx.helper.make_tensor_value_info
    node = onnx.helper.make_node("Add", ["in/a:0", "in.b"], ["out/1"], name="block/1:add")
    inputs = [tensor(n, 1, ["N", 4]) for n in ("in/a:0", "in.b")]
    graph = onnx.helper.make_graph([node], "g/1", inputs, [tensor("out/1", 1, ["N", 4])])
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 22)])


def test_names_that_keras_refuses_are_kept_beside(x):
    model = onnx_keras.load(awkward())
    assert model.get_layer("block_1_add") is onnx_keras.get_layer(model, "block/1:add")
    assert onnx_keras.get_layer(model, "out/1").onnx_name == "block/1:add"
    for inputs in ([x, 2 * x], {"in/a:0": x, "in.b": 2 * x}):
        np.testing.assert_allclose(model(inputs), 3 * x, rtol=1e-6)
        np.testing.assert_allclose(model.predict(inputs, verbose=0), 3 * x, rtol=1e-6)


def test_a_layer_that_does_not_exist_gets_close_names():
    with pytest.raises(ValueError, match="No layer of 'g_1' comes from 'block/add'. Close are 'block/1:add'"):
        onnx_keras.get_layer(onnx_keras.load(awkward()), "block/add")


def test_wrong_inputs_are_refused_by_their_onnx_names(x):
    model = onnx_keras.load(awkward())
    with pytest.raises(onnx_keras.InputError, match=r"'in/a:0' has shape \(None, 4\) here, but \(3, 3\) was given"):
        model([x[:, :3], x])
    with pytest.raises(onnx_keras.InputError, match="The model has the inputs 'in/a:0', 'in.b'. Given were 'a'"):
        model({"a": x})


@pytest.mark.parametrize(
    ("trainable", "expected"),
    [(True, {"w", "b"}), (False, set()), ("w*", {"w"}), (["b", "[b-c]"], {"b"}), (lambda name: name == "b", {"b"})],
)
def test_trainable_chooses_by_the_name_in_the_file(trainable, expected):
    model = onnx_keras.load(parsed(TIED), trainable=trainable)
    infos = onnx_keras.parameters(model)
    assert {i.initializer for i in infos if i.trainable} == expected
    assert len(model.trainable_variables) == len(expected)
    assert all(i.reason == "trainable= leaves it out" for i in infos if not i.trainable)
    assert "initializer" in str(infos)


@pytest.mark.parametrize("trainable", ["ww*", ["w", "ww*"]])
def test_a_pattern_that_matches_nothing_is_refused(trainable):
    with pytest.raises(onnx_keras.UnknownNameError, match=r"'ww\*' matches no initializer of the file. Close are 'w'"):
        onnx_keras.load(parsed(TIED), trainable=trainable)


def test_what_a_function_for_trainable_raises_comes_out():
    error = ValueError("of the user")

    def trainable(name):
        raise error

    with pytest.raises(ValueError) as caught:
        onnx_keras.load(parsed(TIED), trainable=trainable)
    assert caught.value is error


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        *[("batch", b) for b in (-3, 0, "n", 2.5, True, [1])],
        *[("trainable", t) for t in (3, None, [3])],
        *[(n, w) for n in ("shapes", "dropout", "input_layouts", "output_layouts") for w in ([1], 0.5, "nhwc")],
        *[("dtype_policy", p) for p in ("float99", "int8", 3)],
    ],
)
def test_what_load_does_not_take_is_refused(argument, value):
    with pytest.raises(onnx_keras.InputError, match=f"{argument}.*{re.escape(repr(value))}"):
        onnx_keras.load(parsed(TIED), **{argument: value})


def test_a_batch_that_is_free_is_set():
    model = onnx_keras.load(parsed(TIED), batch=8)
    assert model.input_shape == model.outputs[0].shape == (*model.onnx_outputs["z"]["shape"],) == (8, 4)
    assert onnx_keras.load(parsed(TIED), batch=None).input_shape == (None, 4)
    assert onnx_keras.load(parsed(TIED.replace("N", "2")), batch=8).input_shape == (8, 4)
    two = "<ir_version: 10, opset_import: ['' : 22]> g (float[N] x, float[M] y) => (float[P] z) { z = Add(x, y) }"
    with pytest.raises(
        onnx_keras.LayoutError, match="begin with different sizes, M, N. Set them by name, with shapes="
    ):
        onnx_keras.load(parsed(two.replace("'", '"')), batch=8)


def test_sizes_are_settled_by_name_and_by_input():
    assert onnx_keras.load(parsed(TIED), shapes={"N": 8}).input_shape == (8, 4)
    assert onnx_keras.load(parsed(TIED), shapes={"x": (2, None)}).input_shape == (2, 4)
    with pytest.raises(onnx_keras.InputError, match="M"):
        onnx_keras.load(parsed(TIED), shapes={"M": 8})


def test_a_data_format_that_is_none_is_refused():
    with pytest.raises(onnx_keras.LayoutError, match="not 'nhwc'"):
        onnx_keras.load(parsed(TIED), data_format="nhwc")
    with pytest.raises(onnx_keras.LayoutError, match="'q' is no input of the model. Its inputs are 'x'"):
        onnx_keras.load(parsed(TIED), input_layouts={"q": "a b"})


def test_values_gives_every_value_in_onnx_order(x):
    values = onnx_keras.values(onnx_keras.load(parsed(TIED)), [x])
    assert list(values)[:3] == ["x", "h", "y"]
    np.testing.assert_allclose(values["y"], run_in_onnx(TIED, {"x": x})[0], rtol=1e-5)


CONSTANT = """
<ir_version: 10, opset_import: ["" : 22]>
g () => (float[3] y)
<float[3] w = {1, 2, 3}, float[3] v = {1, 1, 1}>
{ y = Add(w, v) }
"""


def test_a_graph_without_inputs_has_a_stand_in():
    np.testing.assert_array_equal(onnx_keras.run(onnx_keras.load(parsed(CONSTANT)), []), [2, 3, 4])


@pytest.mark.parametrize("trace", [True, False])
def test_run_refuses_what_the_onnx_inputs_do_not_allow(x, trace):
    model = onnx_keras.load(awkward())
    wrong = {
        r"'in/a:0' has shape \(None, 4\) in ONNX, but \(3, 3\) was given": [x[:, :3], x],
        r"'in.b' has shape \(None, 4\) in ONNX, but \(4,\) was given": [x, x[0]],
        r"2 inputs \('in/a:0', 'in.b'\); 1 were given": x,
        "'in.b' takes float32": [x, "text"],
    }
    for said, inputs in wrong.items():
        with pytest.raises(onnx_keras.InputError, match=said):
            onnx_keras.run(model, inputs, trace=trace)
        with pytest.raises(onnx_keras.InputError, match=said):
            onnx_keras.values(model, inputs)


def test_all_that_has_no_layer_comes_in_one_error():
    """What can't be rewritten doesn't hide what nobody has, nor attributes that no layer has."""
    graph = """<ir_version: 8, opset_import: ["" : 17, "a.b" : 1, "com.microsoft" : 1]>
        g (float[1, 2] x, bool c) => (float[1, 2] y) {
            p = a.b.Foo(x)
            q = Relux(p)
            r = Gelu(q)
            s = If(c) <then_branch = t () => (float[1, 2] u) { u = a.b.Bar(r) },
                       else_branch = e () => (float[1, 2] v) { v = Relu(r) }>
            y = com.microsoft.QAttention <num_heads = 1, do_rotary = 1> (s, s, s, s, s)
        }"""
    with pytest.raises(onnx_keras.UnsupportedModelError) as caught:
        onnx_keras.load(parsed(graph))
    lines = ["5 things", "a.b.Foo at 'Foo'", "a.b.Bar at 'Bar'", "com.microsoft.QAttention with do_rotary=1"]
    for said in (*lines, "Relux (version 0) at 'q'", "Gelu (version 0) at 'r'"):
        assert said in str(caught.value)


def test_run_gives_inputs_as_they_are_to_a_model_without_onnx_names(x):
    body = onnx_keras.load(awkward())
    model = keras.Model(body.inputs, keras.layers.Dense(3)(body.output))
    want = model.predict([x, 2 * x], verbose=0)
    for inputs in ([x, 2 * x], dict(zip((t.name for t in model.inputs), (x, 2 * x)))):
        np.testing.assert_allclose(onnx_keras.run(model, inputs), want, rtol=1e-5)
    with pytest.raises(onnx_keras.InputError, match=r"has shape \(None, 4\) here, but \(4,\) was given"):
        onnx_keras.run(model, [x[0], x])
    assert [*onnx_keras.values(model, [x, x])][-1] == model.layers[-1].name


def test_verify_says_what_it_cannot_compare(x, tmp_path):
    model = onnx_keras.load(parsed(TIED))
    with pytest.raises(onnx_keras.InputError, match=r"'x' has shape \(None, 4\) in ONNX, but \(3, 2\) was given"):
        onnx_keras.verify(parsed(TIED), model, x[:, :2])
    with pytest.raises(onnx_keras.InvalidModelError, match="No such file"):
        onnx_keras.verify(tmp_path / "missing.onnx", model)
    with pytest.raises(onnx_keras.VerificationError, match="'g' doesn't belong to the model: it has the outputs"):
        onnx_keras.verify(parsed(TIED.replace("y", "w2")), model)
    with pytest.raises(onnx_keras.InputError, match=r"'x' has shape \(None, 5\) in the model"):
        onnx_keras.verify(parsed(TIED.replace("float[N,4] x", "float[N,5] x")), model)
    with pytest.raises(onnx_keras.InputError, match="Functional 'functional.*' knows no ONNX names"):
        onnx_keras.verify(parsed(TIED), keras.Model(model.inputs, model.outputs))


def test_verify_draws_sizes_that_the_file_allows():
    file = parsed(TIED.replace("N,", "2,"))
    assert onnx_keras.verify(file, onnx_keras.load(file, batch=None)).rows[0].shape == (2, 4)


def test_verify_takes_minus_one_for_any_size(x):
    file = parsed(TIED)
    file.graph.input[0].type.tensor_type.shape.dim[0].dim_value = -1
    assert onnx_keras.verify(file, onnx_keras.load(file), [x]).rows


def test_verify_compares_with_another_runtime(x):
    model = onnx_keras.load(parsed(TIED))
    report = onnx_keras.verify(parsed(TIED), model)
    assert report.ok, str(report)
    model.get_layer("w").weights[0].assign(np.zeros((4, 4)))
    worse = onnx_keras.verify(parsed(TIED), model, [x])
    assert not worse.ok
    with pytest.raises(onnx_keras.VerificationError, match=r"y 3x4: absolute .* DIFFERS"):
        worse.check()


def test_outputs_of_any_name_are_trained(tmp_path):
    """Keras names losses and metrics after outputs, but takes neither `/` nor `:`."""
    graph = """<ir_version: 10, opset_import: ["" : 21]> g (float[N, 2] x) => (float[N, 2] "head/a:0", float[N, 2] "b")
        <float[2, 2] w = {1, 2, 3, 4}> { "head/a:0" = MatMul(x, w) "b" = Relu("head/a:0") }"""
    model = onnx_keras.load(onnx.parser.parse_model(graph))
    x = np.ones((3, 2), "float32")
    targets = {"head/a:0": x, "b": x}
    model.compile(
        "sgd", {"head/a:0": "mse", "b": "mae"}, metrics={"head/a:0": ["mae"]}, loss_weights={"head/a:0": 1, "b": 2}
    )
    history = model.fit(x, targets, verbose=0).history
    assert {"loss", "head_a_0_loss", "b_loss", "head_a_0_mae"} <= set(history)
    model.compile("sgd", "mse")
    before = model.evaluate(x, targets, verbose=0)
    model.fit(x, targets, verbose=0)
    assert np.all(np.less(model.evaluate(x, targets, verbose=0), before))
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    assert again.optimizer.iterations == 1
    assert again.evaluate(x, targets, verbose=0)[0] == pytest.approx(model.evaluate(x, targets, verbose=0)[0])
