"""Layers of ONNX' operators that were made by hand write the nodes that they are."""

import keras
import numpy as np
import onnx
import pytest

import onnx_keras
from onnx_keras import layers
from onnx_keras.graph.inspection.walking import opsets
from onnx_keras.graph.oracle import oracle
from tests.export.comparing import difference, exported, valid
from tests.export.test_trained import shaken

BODY = """
<ir_version: 8, opset_import: ["" : 17]>
body (float[N,2,4,6] x) => (float[N,3,4,6] y)
<float[3,2,1,1] w = {1, -2, 3, 4, -5, 6}>
{
    [conv] c = Conv(x, w)
    [act] y = Relu(c)
}
"""


def drawn(*shape):
    return np.random.default_rng(len(shape)).standard_normal(shape).astype("float32")


ON_ANY = {
    "Softmax": lambda y: layers.Softmax(axis=-1)(y),
    "Softmax along another axis": lambda y: layers.Softmax(axis=1)(y),
    "Gelu": lambda y: layers.Gelu(approximate="tanh")(y),
    "LayerNormalization": lambda y: layers.LayerNormalization(held={"scale": drawn(y.shape[-1])}, returns=(0,))(y),
    "RMSNormalization": lambda y: layers.RMSNormalization(held={"scale": drawn(y.shape[-1])})(y),
    "MatMul": lambda y: layers.MatMul(held={"b": drawn(y.shape[-1], 5)})(y),
    "Add": lambda y: layers.Add(held={"b": drawn(1, 1, 1, y.shape[-1])})(y),
    "Clip": lambda y: layers.Clip(held={"min": np.float32(0.5), "max": np.float32(2)})(y),
    "Concat": lambda y: layers.Concat(axis=2)(y, y),
    "Concat with a Keras layer": lambda y: layers.Concat(axis=3)(y, keras.layers.Dense(2)(y)),
    "Transpose": lambda y: layers.Transpose(perm=(0, 2, 1, 3))(y),
    "ReduceMean": lambda y: layers.ReduceMean(held={"axes": (1, 2)}, keepdims=0)(y),
    "Reshape": lambda y: layers.Reshape(held={"shape": (0, -1)})(y),
    "Split": lambda y: layers.Split(axis=1, num_outputs=2)(y)[1],
    "TopK": lambda y: layers.TopK(held={"k": (2,)}, returns=(0,))(y),
    "BatchNormalization": lambda y: layers.BatchNormalization(
        held={n: np.abs(drawn(y.shape[1])) for n in ("scale", "b", "input_mean", "input_var")}
    )(y),
}

ON_IMAGES = {
    "Conv": lambda y, f: layers.Conv(held={"w": drawn(1, 1, 3, 5), "b": drawn(5)}, data_format=f, name="new")(y),
    "MaxPool": lambda y, f: layers.MaxPool(kernel_shape=(2, 2), data_format=f)(y),
    "AveragePool": lambda y, f: layers.AveragePool(kernel_shape=(3, 2), strides=(2, 1), data_format=f)(y),
}

in_both_formats = pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])


def check(model):
    """Compare a model of a body and layers upon it with its file, whose values may have another order of axes."""
    proto = exported(shaken(model))
    assert valid(proto)
    x = drawn(3, 2, 4, 6)
    stored = x if model.input_shape[1] == 2 else x.transpose(0, 2, 3, 1)
    want = keras.ops.convert_to_numpy(model([stored]))
    name, run = oracle(proto)
    assert name == "ONNX Runtime"
    (got,) = run({"x": x}).values()
    got = got if got.shape == want.shape else got.transpose(0, 2, 3, 1)
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)
    return proto


@in_both_formats
@pytest.mark.parametrize("call", ON_ANY.values(), ids=ON_ANY)
def test_a_layer_on_a_body_is_a_node(call, data_format):
    body = onnx_keras.load(onnx.parser.parse_model(BODY), data_format=data_format)
    check(keras.Model(body.inputs, call(body.output)))


@in_both_formats
@pytest.mark.parametrize("call", ON_IMAGES.values(), ids=ON_IMAGES)
def test_a_layer_on_images_needs_no_transpose(call, data_format):
    body = onnx_keras.load(onnx.parser.parse_model(BODY), data_format=data_format)
    proto = check(keras.Model(body.inputs, call(body.output, data_format)))
    assert len(proto.graph.node) == 3 and opsets(proto.opset_import) == {"": 17}


def test_a_model_of_such_layers_alone_is_saved_and_written(tmp_path):
    x = keras.Input((3,), name="x")
    y = layers.Gemm(held={"b": drawn(3, 4), "c": drawn(4)}, alpha=0.5)(x)
    model = keras.Model(x, layers.Tanh()(y))
    model.save(tmp_path / "m.keras")
    proto = exported(model)
    assert not difference(exported(keras.saving.load_model(tmp_path / "m.keras")), proto)
    assert [n.op_type for n in proto.graph.node] == ["Gemm", "Tanh"] and valid(proto)
    array = drawn(2, 3)
    (got,) = oracle(proto)[1]({"x": array}).values()
    np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model(array)), rtol=1e-6)


def test_the_opset_is_one_that_has_the_operator():
    x = keras.Input((3,))
    model = keras.Model(x, layers.RMSNormalization(held={"scale": drawn(3)})(x))
    assert opsets(exported(model).opset_import) == {"": 23}
    with pytest.raises(onnx_keras.ExportError, match="it needs opset 23, and the file has 21: export with opset=23"):
        from onnx_keras.exporting.drafting import draft

        draft(model, 21)


def test_an_operator_of_a_domain_of_its_own_is_written_as_such():
    @onnx_keras.operator(domain="com.acme", since_version=2)
    class Twice(layers.Operator):
        factor: float = 2.0

        def compute(self, x):
            return x * self.factor

    x = keras.Input((3,))
    proto = exported(keras.Model(x, Twice(factor=3.0)(x)))
    (node,) = proto.graph.node
    assert (node.op_type, node.domain, node.attribute[0].name, node.attribute[0].f) == (
        "Twice",
        "com.acme",
        "factor",
        3,
    )
    assert opsets(proto.opset_import)["com.acme"] == 2


def test_where_channels_lie_may_be_said():
    body = onnx_keras.load(onnx.parser.parse_model(BODY), data_format="channels_last")
    held = {n: np.abs(drawn(3)) for n in ("scale", "b", "input_mean", "input_var")}
    y = layers.BatchNormalization(held=held, channel_axis=3)(body.output)
    proto = check(keras.Model(body.inputs, layers.GlobalMaxPool(channel_axis=3)(y)))
    assert [n.op_type for n in proto.graph.node] == ["Conv", "Relu", "BatchNormalization", "GlobalMaxPool"]


def test_sizes_of_images_are_scaled_in_onnx_order():
    body = onnx_keras.load(onnx.parser.parse_model(BODY), data_format="channels_last")
    y = layers.Resize(held={"scales": (1.0, 1.0, 2.0, 3.0)}, mode="nearest", data_format="channels_last")(body.output)
    assert check(keras.Model(body.inputs, y)).graph.node[2].op_type == "Resize"


def test_what_only_a_file_can_tell_is_refused():
    x = keras.Input((4, 4, 2))
    y = layers.GlobalMaxPool(batch_axis=1, channel_axis=0, name="odd")(x)
    with pytest.raises(
        onnx_keras.ExportError, match="GlobalMaxPool 'odd' can't be written as ONNX: its fields say how"
    ):
        exported(keras.Model(x, y))
