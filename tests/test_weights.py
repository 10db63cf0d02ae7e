"""What becomes a trainable weight, where exporters merged, doubled, moved or computed it."""

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnxruntime import InferenceSession

import onnx_keras

RNG = np.random.default_rng(0)


def drawn(*shape):
    return RNG.normal(size=shape).astype("float32")


def model_of(text, producer="", **arrays):
    model = onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["": 21]> {text}')
    model.producer_name = producer
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(a), n) for n, a in arrays.items())
    return model


def in_nodes(model):
    """Write the initializers of a model as Constant nodes."""
    moved = onnx.ModelProto()
    moved.CopyFrom(model)
    del moved.graph.initializer[:], moved.graph.node[:]
    for tensor in model.graph.initializer:
        moved.graph.node.append(onnx.helper.make_node("Constant", [], [tensor.name], value=tensor))
    moved.graph.node.extend(model.graph.node)
    return moved


def trained(model):
    """Give the initializers that are trained, one for each variable."""
    return sorted(p.initializer for p in onnx_keras.parameters(onnx_keras.load(model)) if p.trainable)


def reasons(model):
    return {p.initializer: p.reason for p in onnx_keras.parameters(onnx_keras.load(model)) if not p.trainable}


TABLE = drawn(6, 4)
TIED = """
    tied (int64[n, 3] x) => (float[n, 3, 6] y) {
        e = Gather (table, x)
        y = MatMul (e, head)
    }
"""
TIED_BY_GEMM = """
    tied (int64[n] x) => (float[n, 6] y) {
        e = Gather (table, x)
        y = Gemm <transB = 1> (e, head)
    }
"""


@pytest.mark.parametrize(
    ("text", "head", "x"), [(TIED, TABLE.T, [[1, 5, 0]]), (TIED_BY_GEMM, TABLE, [1, 5, 0])], ids=["transposed", "twice"]
)
def test_a_table_that_the_file_holds_twice_is_one_variable(text, head, x):
    model = onnx_keras.load(model_of(text, table=TABLE, head=head.copy()))
    assert len(model.trainable_variables) == 1
    np.testing.assert_allclose(onnx_keras.run(model, [np.array(x)]), TABLE[x] @ TABLE.T, rtol=1e-5)


def test_other_equal_matrices_stay_apart():
    text = """
        copies (float[n, 4] x) => (float[n, 4] y) {
            a = MatMul (x, w1)
            y = MatMul (a, w2)
        }
    """
    w = drawn(4, 4)
    assert trained(model_of(text, w1=w, w2=w)) == ["w1", "w2"]
    assert trained(model_of(text, w1=w, w2=w.T.copy())) == ["w1", "w2"]


MERGED = """
    merged (float[n, 4] x) => (float[n, 4] y) {
        own = Identity (w)
        a = MatMul (x, w)
        y = MatMul (a, own)
    }
"""


def test_parameters_that_pytorch_merged_are_parted():
    assert trained(model_of(MERGED, "pytorch", w=drawn(4, 4))) == ["own", "w"]


def test_an_identity_of_another_producer_is_the_same_weight():
    assert trained(model_of(MERGED, "tf2onnx", w=drawn(4, 4))) == ["w"]


NORMALIZED_TWICE = """
    normalized (float[n, 4] x) => (float[n, 4] y) {
        a = LayerNormalization (x, scale, bias)
        y = LayerNormalization (a, scale, bias)
    }
"""


def test_vectors_of_equal_numbers_are_each_layers_own():
    fresh = model_of(NORMALIZED_TWICE, scale=np.ones(4, "float32"), bias=np.zeros(4, "float32"))
    assert trained(fresh) == ["bias", "bias", "scale", "scale"]
    assert trained(model_of(NORMALIZED_TWICE, scale=drawn(4), bias=drawn(4))) == ["bias", "scale"]


def test_a_vector_of_equal_numbers_that_is_cut_into_parts_is_one_weight():
    text = """
        parted (float[n, 2] x) => (float[n, 2] y) {
            start = Constant <value_ints = [0]> ()
            middle = Constant <value_ints = [2]> ()
            end = Constant <value_ints = [4]> ()
            first = Slice (bias, start, middle)
            second = Slice (bias, middle, end)
            a = Add (x, first)
            y = Add (a, second)
        }
    """
    assert trained(model_of(text, bias=np.zeros(4, "float32"))) == ["bias"]


LINEAR = """
    linear (float[n, 3, 4] x) => (float[n, 3, 4] y) {
        a = MatMul (x, w)
        s = Add (a, b)
        y = LayerNormalization (s, scale, bias)
    }
"""


def test_a_bias_of_zeros_is_a_weight_whatever_it_is_called():
    text = "fresh (float[n, 4] x) => (float[n, 3] y) { y = Gemm (x, w, val_5) }"
    assert trained(model_of(text, w=drawn(4, 3), val_5=np.zeros(3, "float32"))) == ["val_5", "w"]


def test_a_file_may_hold_its_weights_as_constant_nodes():
    model = model_of(LINEAR, w=drawn(4, 4), b=drawn(4), scale=drawn(4), bias=drawn(4))
    assert trained(in_nodes(model)) == trained(model) == ["b", "bias", "scale", "w"]


def test_a_constant_node_beside_initializers_is_a_number():
    text = """
        shifted (float[n, 3] x) => (float[n, 4] y) {
            mean = Constant <value = float[3] {0.1, 0.2, 0.3}> ()
            a = Sub (x, mean)
            y = MatMul (a, w)
        }
    """
    assert reasons(model_of(text, w=drawn(3, 4))) == {"mean": "the file holds it as a Constant node"}


def test_what_is_computed_from_numbers_is_no_weight():
    text = """
        filled (float[n, 2, 5] x) => (float[n, 3, 5] y) {
            shape = Constant <value_ints = [3]> ()
            zero = Constant <value_float = 0.0> ()
            b = Expand (zero, shape)
            y = Conv (x, w, b)
        }
    """
    assert reasons(model_of(text, w=drawn(3, 2, 1))) == {"b": "it follows from numbers and sizes"}


@pytest.mark.parametrize("hidden", [-np.inf, -1e4, np.finfo("float32").min])
def test_a_mask_is_no_weight(hidden):
    text = "masked (float[n, 3, 3] x) => (float[n, 3, 3] y) { y = Add (x, mask) }"
    mask = np.triu(np.full((3, 3), hidden), 1).astype("float32")
    assert reasons(model_of(text, mask=mask)) == {"mask": "it is a mask"}


def test_a_mask_that_several_layers_share_is_no_weight():
    text = "masked (float[n, 3, 3] x) => (float[n, 3, 3] y) { a = Add (x, mask) b = Relu (a) y = Add (b, mask) }"
    mask = np.triu(np.full((3, 3), -np.inf), 1).astype("float32")
    assert set(reasons(model_of(text, mask=mask)).values()) == {"it is a mask"}


def test_a_number_that_pytorch_computed_is_no_weight_but_a_named_one_is():
    text = "scaled (float[n, 3] x) => (float[n, 3] y) { a = Mul (x, val_7) y = Mul (a, scale) }"
    model = model_of(text, val_7=np.full(1, 0.5, "float32"), scale=np.full(1, 0.5, "float32"))
    assert trained(model) == ["scale"]


def test_the_identity_that_pytorch_normalizes_groups_by_is_no_weight():
    text = "grouped (float[n, 2, 8] x) => (float[n, 2, 8] y) { y = InstanceNormalization (x, val_8, val_9) }"
    model = model_of(text, val_8=np.ones(2, "float32"), val_9=np.zeros(2, "float32"))
    assert set(reasons(model).values()) == {"it is a number"}


def learned(model):
    """Give every weight of a model other elements, each its own."""
    for number, variable in enumerate(model.trainable_variables):
        variable.assign(np.asarray(variable) + 0.1 * (number + 1) * drawn(*variable.shape))
    return model


def assert_exported(model, feeds, path):
    onnx_keras.export(model, path)
    (got,) = InferenceSession(path).run(None, feeds)
    np.testing.assert_allclose(got, onnx_keras.run(model, feeds), rtol=1e-4, atol=1e-5)


def test_what_was_held_twice_is_written_twice(tmp_path):
    model = learned(onnx_keras.load(model_of(TIED, table=TABLE, head=TABLE.T.copy())))
    assert_exported(model, {"x": np.array([[1, 5, 0]])}, tmp_path / "m.onnx")


def test_what_was_merged_is_written_apart(tmp_path):
    model = learned(onnx_keras.load(model_of(MERGED, "pytorch", w=drawn(4, 4))))
    assert_exported(model, {"x": drawn(2, 4)}, tmp_path / "m.onnx")


def test_vectors_that_were_equal_are_written_apart(tmp_path):
    fresh = model_of(NORMALIZED_TWICE, scale=np.ones(4, "float32"), bias=np.zeros(4, "float32"))
    for number, node in enumerate(fresh.graph.node):
        node.name = f"norm_{number}"
    assert_exported(learned(onnx_keras.load(fresh)), {"x": drawn(2, 4)}, tmp_path / "m.onnx")


SCALED = """
    scaled (float[n, 4] x) => (float[n, 4] y) {
        a = MatMul (x, w)
        b = Add (a, table)
        y = Mul (b, scale)
    }
"""
KIND = "pkg.torch.export.graph_signature.InputSpec.kind"
FOLDED = "pkg.onnxscript.optimizer.folded_from"
SIGNATURE = "pkg.torch.export.ExportedProgram.graph_signature"


def test_what_pytorch_says_of_a_tensor_decides():
    model = model_of(SCALED, "pytorch", w=drawn(4, 4), table=drawn(4), scale=np.float32(2))
    model.graph.metadata_props.add(key=SIGNATURE, value="p_w: PARAMETER target='w0'\np_s: PARAMETER target='scale'")
    for name, key, value in (
        ("w", FOLDED, "['w0', 'val_1']"),
        ("table", FOLDED, "['arange']"),
        ("scale", KIND, "PARAMETER"),
    ):
        info = model.graph.value_info.add(name=name)
        info.metadata_props.add(key=key, value=value)
    assert trained(model) == ["scale", "w"]
    model.graph.value_info[2].metadata_props[0].value = "BUFFER"
    assert trained(model) == ["w"]
    assert reasons(model) == {"table": "the file says that it is no parameter"}
    model.graph.value_info[0].metadata_props[0].value = "no list ['"
    assert trained(model) == []


def test_a_number_is_a_parameter_where_the_exporter_names_its_module():
    model = model_of(SCALED, "pytorch", w=drawn(4, 4), table=drawn(4), scale=np.float32(2))
    assert trained(model) == ["table", "w"]
    model.graph.node[0].name = "/MatMul"  # so the older exporter names nodes; numbers of the graph are Constant nodes
    assert trained(model) == ["scale", "table", "w"]
    model.graph.initializer[2].name = model.graph.node[2].input[1] = "onnx::Mul_7"
    assert trained(model) == ["table", "w"]


def test_a_number_that_is_a_parameter_is_trained_and_exported(tmp_path):
    model = model_of(SCALED, "pytorch", w=drawn(4, 4), table=drawn(4), scale=np.float32(2))
    model.graph.node[0].name = "/MatMul"
    keras_model = onnx_keras.load(model)
    keras_model.compile("sgd", "mse")
    x = drawn(3, 4)
    keras_model.fit(x, drawn(3, 4), verbose=0)
    onnx_keras.export(keras_model, tmp_path / "m.onnx")
    saved = {t.name: numpy_helper.to_array(t) for t in onnx.load(tmp_path / "m.onnx").graph.initializer}
    assert saved["scale"].shape == () and saved["scale"] != 2
    (y,) = InferenceSession(tmp_path / "m.onnx").run(None, {"x": x})
    np.testing.assert_allclose(keras_model.predict(x, verbose=0), y, rtol=1e-5, atol=1e-6)
