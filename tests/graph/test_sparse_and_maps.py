"""Sparse initializers become dense, and a ZipMap at the end its matrix."""

import numpy as np
import onnx_ir as ir
import pytest
from onnx import TensorProto, helper, numpy_helper

from onnx_keras.errors import InvalidModelError, UnsupportedModelError
from onnx_keras.graph.reading import read
from tests.graph.written import IF, graph, parse, refused


def sparse(values, indices, dims, name="s"):
    return helper.make_sparse_tensor(
        numpy_helper.from_array(np.array(values, np.float32), name),
        numpy_helper.from_array(np.array(indices, np.int64)),
        dims,
    )


def with_sparse(tensor):
    model = graph("y = Add(x, s)", "(float[2, 3] x) => (float[2, 3] y)")
    model.graph.sparse_initializer.append(tensor)
    return model


@pytest.mark.parametrize("indices", [[1, 5], [[0, 1], [1, 2]]])
def test_sparse_initializers_become_dense(indices):
    tensor = read(with_sparse(sparse([7, 8], indices, [2, 3]))).graph.initializers["s"].const_value
    assert tensor.numpy().tolist() == [[0, 7, 0], [0, 0, 8]]


def test_sparse_initializers_of_bodies_become_dense():
    model = parse(IF.format(before="", then="a = Add(x, s)", after=""))
    model.graph.node[0].attribute[0].g.sparse_initializer.append(sparse([7], [1], [2]))
    (node,) = read(model).graph
    assert node.attributes["then_branch"].value.initializers["s"].const_value.numpy().tolist() == [0, 7]


def test_sparse_constants_become_dense():
    model = graph("a = Constant() y = Add(x, a)")
    model.graph.node[0].attribute.append(helper.make_attribute("sparse_value", sparse([7], [1], [2])))
    assert read(model).graph[0].attributes["value"].value.numpy().tolist() == [0, 7]


@pytest.mark.parametrize(
    ("tensor", "match", "error"),
    [
        (sparse([7], [6], [2, 3]), r"'s' has an index outside its sizes \[2, 3\]", InvalidModelError),
        (sparse([7], [[0, 3]], [2, 3]), "an index outside its sizes", InvalidModelError),
        (sparse([7, 8], [1, 1], [2, 3]), "an index more than once", InvalidModelError),
        (sparse([7, 8], [1], [2, 3]), r"values of shape \[2\] and indices of shape \[1\]", InvalidModelError),
        (sparse([7], [1], [2, -3]), "all must be at least 1", InvalidModelError),
        (sparse([7], [1], [10**6, 10**6]), "take 4000000000000 bytes when dense", UnsupportedModelError),
        (sparse([7], [1], [2**62, 2**62]), "bytes when dense", UnsupportedModelError),
    ],
)
def test_sparse_tensors_are_checked(tensor, match, error):
    refused(with_sparse(tensor), match, error)


def zipmap(keys="classlabels_int64s = [3, 5]", imports='"" : 21, "ai.onnx.ml" : 3'):
    model = graph(f"p = Softmax(x) y = ai.onnx.ml.ZipMap <{keys}> (p)", "(float[N, 2] x) => (float y)", imports)
    key = TensorProto.INT64 if "int" in keys else TensorProto.STRING
    value = helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    declared = helper.make_sequence_type_proto(helper.make_map_type_proto(key, value))
    model.graph.output[0].type.CopyFrom(declared)
    return model


@pytest.mark.parametrize(
    ("keys", "want"), [("classlabels_int64s = [3, 5]", (3, 5)), ('classlabels_strings = ["a", "b"]', ("a", "b"))]
)
def test_a_zipmap_gives_its_matrix_and_keeps_its_keys(keys, want):
    model = read(zipmap(keys))
    (output,) = model.graph.outputs
    assert (output.name, output.dtype, output.shape[1]) == ("y", ir.DataType.FLOAT, 2)
    assert model.meta["map_keys"] == {"y": want}
    assert output.producer().op_type == "Identity"


def test_a_zipmap_without_keys_is_refused():
    model = zipmap()
    del model.graph.node[1].attribute[:]
    refused(model, "needs either classlabels_int64s or classlabels_strings")


def test_other_maps_are_unsupported():
    read_on = zipmap()
    read_on.graph.node.add(op_type="Identity", input=["y"], output=["z"])
    refused(read_on, "output 'y' is a map|Output 'y' is a map", UnsupportedModelError)
    of_map = zipmap()
    of_map.graph.input[0].type.CopyFrom(of_map.graph.output[0].type.sequence_type.elem_type)
    refused(of_map, "Input 'x' is a map", UnsupportedModelError)
