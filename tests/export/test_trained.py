"""Weights of now: trained ones are in the file, of its own types and where it has them."""

import keras
import numpy as np
import onnx
import onnx_ir as ir
import pytest

import onnx_keras
from onnx_keras.graph.oracle import oracle
from tests.export import graphs
from tests.export.comparing import exported, valid


def shaken(model, seed=0):
    """Change every floating weight of a model."""
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        if "float" in str(variable.dtype):
            array = np.asarray(keras.ops.convert_to_numpy(variable))
            variable.assign((array + rng.uniform(0.1, 0.5, array.shape)).astype(array.dtype))
    return model


def inputs_of(model):
    rng = np.random.default_rng(1)
    sizes = {n: [s if isinstance(s, int) else 4 for s in door["shape"]] for n, door in model.onnx_inputs.items()}
    return {n: drawn(rng, sizes[n], door["dtype"]) for n, door in model.onnx_inputs.items()}


def drawn(rng, shape, dtype):
    array = rng.integers(0, 3, shape) if "int" in dtype else rng.standard_normal(shape)
    return array.astype(dtype)


def assert_computes_the_same(model, proto):
    inputs = inputs_of(model)
    want, got = onnx_keras.run(model, inputs), oracle(proto)[1](inputs)
    want = want if isinstance(want, dict) else {next(iter(model.onnx_outputs)): want}
    for name, value in want.items():
        np.testing.assert_allclose(got[name], value, rtol=1e-5, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("name", graphs.TEXTS)
def test_changed_weights_compute_in_onnx_what_they_compute_here(name, data_format):
    model = shaken(onnx_keras.load(graphs.model_of(graphs.TEXTS[name]), data_format=data_format))
    back = exported(model)
    assert valid(back)
    assert_computes_the_same(model, back)


def test_statistics_that_moved_come_back():
    model = onnx_keras.load(graphs.model_of(graphs.IMAGE), data_format="channels_last")
    model.compile("sgd", "mse")
    model.fit(np.ones((8, 4, 4, 2), "float32"), np.ones((8, 3), "float32"), verbose=0)
    moved = {t.name: ir.from_proto(t).numpy() for t in exported(model).graph.initializer}
    assert not np.allclose(moved["mean"], [3, 4, 5]) and not np.allclose(moved["var"], [2, 3, 4])
    assert_computes_the_same(model, exported(model))


def test_weights_stay_in_the_constant_nodes_that_have_them():
    model = shaken(onnx_keras.load(graphs.model_of(graphs.CONSTANTS)))
    back = exported(model)
    assert not back.graph.initializer and [n.op_type for n in back.graph.node].count("Constant") == 3
    kernel, bias = back.graph.node[:2]
    assert not np.allclose(ir.from_proto(kernel.attribute[0].t).numpy(), [[1, 2], [3, 4]])
    assert bias.attribute[0].name == "value_floats" and list(bias.attribute[0].floats) != [0.5, 1.5]


def test_coefficients_stay_in_the_attribute_that_has_them():
    (node,) = exported(shaken(onnx_keras.load(graphs.model_of(graphs.LINEAR)))).graph.node
    found = {a.name: list(a.floats) for a in node.attribute if a.floats}
    assert found["coefficients"] != [1.0, 2.0] and found["intercepts"] != [0.5]


def test_a_weight_that_nodes_computed_becomes_an_initializer_once_it_differs():
    source = graphs.model_of(graphs.COMPUTED)
    back = exported(shaken(onnx_keras.load(source)))
    assert [t.name for t in back.graph.initializer] == ["w"]
    assert [n.op_type for n in back.graph.node] == ["Conv"]


def test_a_table_with_two_readers_stays_one():
    back = exported(shaken(onnx_keras.load(graphs.model_of(graphs.TIED))))
    assert [t.name for t in back.graph.initializer] == ["table"]
    assert [n.op_type for n in back.graph.node] == ["Gather", "Transpose", "MatMul"]


def test_a_weight_inside_a_function_is_one_weight_for_all_its_calls():
    model = onnx_keras.load(graphs.model_of(graphs.FUNCTION))
    assert sum(p.initializer == "factor" or "factor" in p.initializer for p in onnx_keras.parameters(model)) == 1
    back = exported(shaken(model))
    assert not np.allclose(ir.from_proto(back.functions[0].node[0].attribute[0].t).numpy(), [2, 3])


@pytest.mark.parametrize("dtype", ["float16", "double", "bfloat16"])
def test_weights_keep_the_element_type_of_the_file(dtype):
    model = shaken(onnx_keras.load(graphs.of_type(dtype)))
    for tensor in exported(model).graph.initializer:
        assert tensor.data_type == getattr(onnx.TensorProto, dtype.upper())


def test_a_sparse_weight_is_sparse_as_long_as_its_zeros_are():
    model = onnx_keras.load(graphs.sparse())
    kernel = next(v for v in model.weights if v.name == "kernel" or "kernel" in v.path)
    kernel.assign(np.asarray(kernel) * 3)
    back = exported(model)
    assert ir.from_proto(back.graph.sparse_initializer[0].values).numpy().tolist() == [15, 18]
    kernel.assign(np.asarray(kernel) + 1)
    back = exported(model)
    assert not back.graph.sparse_initializer
    assert_computes_the_same(model, back)


def test_copies_that_differ_are_refused_by_name():
    model = onnx_keras.load(graphs.model_of(graphs.MATRIX))
    other = onnx_keras.load(graphs.model_of(graphs.MATRIX))
    shaken(other)
    from onnx_keras.exporting.variables import held_by, the_one

    weights = held_by([*model.layers, *other.layers])
    with pytest.raises(onnx_keras.ExportError, match="'kernel' is one tensor in the ONNX file, but 'product' and"):
        the_one(weights[0])
