"""Files that loading changes, to train them or for another batch, come back as they were changed."""

import keras
import numpy as np
import onnx
import onnx_ir as ir
import pytest

import onnx_keras
from onnx_keras.graph.changed import oldest
from onnx_keras.graph.inspection.walking import opsets
from onnx_keras.graph.oracle import oracle
from tests.export import graphs
from tests.export.comparing import difference, exported, valid
from tests.export.test_bodies import trained
from tests.export.test_trained import assert_computes_the_same, shaken

FOLDED = """
<ir_version: 7, opset_import: ["" : 13], producer_name: "hand">
folded (float[N,2,4,4] x) => (float[N,3] y)
<float[3,2,1,1] w = {1, 2, 3, 4, 5, 6}, float[3] b = {0.1, 0.2, 0.3}>
{
    [conv] c = Conv(x, w, b)
    [act] a = Relu(c)
    [pool] g = GlobalAveragePool(a)
    [flat] y = Flatten(g)
}
"""

FIXED = """
<ir_version: 7, opset_import: ["" : 13]>
fixed (float[1,3,4] x) => (float[1,12] y)
<float[4,4] w = {1,0,0,1, 0,1,1,0, 0,1,-1,0, 1,0,0,-1}, float[1,3,4] e = {1,2,3,4,5,6,7,8,9,10,11,12}>
{
    rows = Constant<value = int64[2] {3, 4}>()
    [merge] m = Reshape(x, rows)
    [product] p = MatMul(m, w)
    back = Constant<value = int64[3] {1, 3, 4}>()
    [split] s = Reshape(p, back)
    [add] t = Add(s, e)
    flat = Constant<value = int64[2] {1, 12}>()
    [flat] y = Reshape(t, flat)
}
"""

TWICE = """
<ir_version: 8, opset_import: ["" : 17, "local" : 1]>
twice (float[N,2] x) => (float[N,2] y)
<int64 two = {2}, float[2,2] w = {1, 2, 3, 4}>
{
    [first] a = MatMul(x, w)
    [loop] y = Loop(two, , a) <
        body = step (int64 i, bool c, float[N,2] s) => (bool going, float[N,2] t)
        {
            going = Identity(c)
            [one] r = local.Scaled(s)
            [two] t = local.Scaled(r)
        }
    >
}
<domain: "local", opset_import: ["" : 17]>
Scaled (a) => (b)
{
    factor = Constant<value = float[2] {0.5, 0.25}>()
    b = Mul(a, factor)
}
"""

CHANGED = {
    "unfolded": (FOLDED, {"training": "unfold"}),
    "dropping": (FOLDED, {"dropout": {"act": 0.1}}),
    "unfolded and dropping": (FOLDED, {"training": "unfold", "dropout": {"a*": 0.1, "pool": 0.125}}),
    "of any batch": (FIXED, {"batch": None}),
    "of another batch": (FIXED, {"batch": 3}),
    "with a body": (TWICE, {"dropout": {"first": 0.1}}),
}

in_both_formats = pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
of_each = pytest.mark.parametrize(("text", "arguments"), CHANGED.values(), ids=CHANGED)


@of_each
@in_both_formats
def test_what_loading_changed_is_in_the_file_trained_or_not_saved_or_not(text, arguments, data_format, tmp_path):
    keras.utils.set_random_seed(0)
    model = onnx_keras.load(graphs.model_of(text), data_format=data_format, **arguments)
    untrained = exported(model)
    assert valid(untrained)
    assert_computes_the_same(model, untrained)
    trained(model)
    back = exported(model)
    assert valid(back)
    assert_computes_the_same(model, back)
    model.save(tmp_path / "m.keras")
    revived = keras.saving.load_model(tmp_path / "m.keras")
    assert not difference(exported(revived), back)
    assert not difference(exported(trained(revived)), exported(revived))


@of_each
def test_the_file_loads_and_comes_back_again(text, arguments):
    back = exported(shaken(onnx_keras.load(graphs.model_of(text), **arguments)))
    assert not difference(exported(onnx_keras.load(back)), back)


def test_the_nodes_and_names_are_those_of_the_file_beside_what_was_put_in():
    source = graphs.model_of(FOLDED)
    back = exported(onnx_keras.load(source, training="unfold", dropout={"act": 0.5}))
    assert [n.name for n in back.graph.node] == [
        "conv",
        "conv/BatchNormalization",
        "act",
        "act/Dropout",
        "pool",
        "flat",
    ]
    assert [i.name for i in (*back.graph.input, *back.graph.output)] == ["x", "y"]
    assert {t.name for t in back.graph.initializer} >= {"w", "b", "conv/scale", "conv/mean", "conv/var"}
    assert back.producer_name == "hand" and back.graph.name == "folded"
    assert not any(t.metadata_props for t in back.graph.initializer)


def test_a_freed_batch_is_free_in_onnx_runtime():
    model = onnx_keras.load(graphs.model_of(FIXED), batch=None)
    back = exported(shaken(model))
    assert not back.graph.input[0].type.tensor_type.shape.dim[0].HasField("dim_value")
    x = np.random.default_rng(0).standard_normal((5, 3, 4)).astype("float32")
    name, run = oracle(back)
    assert name == "ONNX Runtime"
    np.testing.assert_allclose(run({"x": x})["y"], onnx_keras.run(model, x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "arguments", "opset"),
    [
        (FOLDED, {"dropout": {"act": 0.5}}, 13),
        (FOLDED, {"training": "unfold"}, 14),  # BatchNormalization that has a training mode
        (FIXED, {"batch": 3}, 13),
        (FIXED, {"batch": None}, 15),  # Shape of one axis
    ],
)
def test_the_opset_is_that_of_the_file_or_the_oldest_that_has_all_nodes(text, arguments, opset):
    back = exported(onnx_keras.load(graphs.model_of(text), **arguments))
    assert opsets(back.opset_import) == {"": opset}


def test_a_part_of_it_with_a_new_head_is_written():
    model = onnx_keras.load(graphs.model_of(FOLDED), training="unfold", data_format="channels_last")
    new = shaken(keras.Model(model.inputs, keras.layers.Dense(2)(onnx_keras.get_layer(model, "pool").output)))
    back = exported(new)
    assert valid(back) and "conv/BatchNormalization" in [n.name for n in back.graph.node]
    x = np.random.default_rng(0).standard_normal((2, 2, 4, 4)).astype("float32")
    (got,) = oracle(back)[1]({"x": x}).values()
    want = keras.ops.convert_to_numpy(new(x.transpose(0, 2, 3, 1)))
    np.testing.assert_allclose(got.reshape(want.shape), want, rtol=1e-5, atol=1e-5)


def test_nothing_is_changed_where_there_is_nothing_to_unfold():
    source = graphs.model_of(graphs.MATRIX)
    assert not difference(exported(onnx_keras.load(source, training="unfold")), source)


def test_integers_are_not_dropped():
    source = graphs.model_of(graphs.SIZES)
    with pytest.raises(onnx_keras.InputError, match="is called so"):
        onnx_keras.load(source, dropout={"shape": 0.5})


OLDEST = {
    "Relu": ("float", {}, 6),
    "Relu of integers": ("int32", {}, 14),
    "Relu of bfloat16": ("bfloat16", {}, 13),
    "Softmax": ("float", {"axis": -1}, 13),
    "Elu": ("float", {"alpha": 1.0}, 6),
}


@pytest.mark.parametrize(("words", "case"), OLDEST.items(), ids=OLDEST)
def test_the_oldest_revision_of_a_node_takes_its_type_and_attributes(words, case):
    dtype, attributes, revision = case
    x = ir.Value(name="x", type=ir.TensorType(ir.DataType[dtype.upper()]))
    node = ir.Node("", words.split()[0], [x], ir.convenience.convert_attributes(attributes))
    node.outputs[0].type = x.type
    assert oldest(node) == revision
    onnx.defs.get_schema(node.op_type, revision, "")
