"""Sparse tensors become dense ones: Keras has no layer that keeps them."""

import math
from collections.abc import Iterator

import numpy as np
import onnx
import onnx_ir as ir
from onnx import AttributeProto, TensorProto

from onnx_keras.errors import UnsupportedModelError
from onnx_keras.graph.inspection.findings import named, quoted, refuse
from onnx_keras.graph.inspection.walking import all_graphs, all_nodes, sparse_tensors

# What could not be stored in the file in dense form is not made in memory either.
MOST_BYTES = 2**31


def densify(model: onnx.ModelProto) -> None:
    """Replace sparse initializers and Constants by dense ones, in place.

    Raises:
        InvalidModelError: Indices contradict sizes.
        UnsupportedModelError: The dense tensor would be huge, or another node takes a sparse attribute.
    """
    found = list(sparse_tensors(model))
    refuse(
        (problem for sparse, words in found for problem in _problems(sparse, words)),
        "Export the model again with dense weights.",
    )
    refuse(
        _huge(found),
        f"At most {MOST_BYTES} bytes are made: export the model with smaller weights.",
        UnsupportedModelError,
    )
    refuse(_other_uses(model), "Only Constant may hold one: cut the model before these nodes.", UnsupportedModelError)
    for graph in all_graphs(model):
        for sparse in graph.sparse_initializer:
            graph.initializer.append(_dense(sparse))
        del graph.sparse_initializer[:]
    for node, _ in all_nodes(model):
        for attribute in node.attribute:
            if attribute.type == AttributeProto.SPARSE_TENSOR and not attribute.ref_attr_name:
                _make_dense(attribute)
    if found:
        _declare_dense(model)
    refuse(_sparse_inputs(model), "Cut the model after them.", UnsupportedModelError)


def _problems(sparse: onnx.SparseTensorProto, words: str) -> Iterator[str]:
    values, indices, rank = sparse.values, sparse.indices, len(sparse.dims)
    if TensorProto.EXTERNAL in (values.data_location, indices.data_location):
        yield f"{words} is stored in another file, which sparse tensors can't be."
    elif values.data_type == TensorProto.STRING or indices.data_type != TensorProto.INT64:
        given = f"values of type {values.data_type} and indices of type {indices.data_type}"
        yield f"{words} has {given}; numbers and INT64 are possible."
    elif any(size < 1 for size in sparse.dims):
        yield f"{words} has sizes {list(sparse.dims)[:8]}; all must be at least 1."
    elif len(values.dims) != 1 or list(indices.dims) not in ([values.dims[0]], [values.dims[0], rank]):
        given = f"values of shape {list(values.dims)[:8]} and indices of shape {list(indices.dims)[:8]}"
        yield f"{words} of rank {rank} has {given}."
    elif problem := _index_problem(sparse):
        yield f"{words} {problem}"


def _index_problem(sparse: onnx.SparseTensorProto) -> str | None:
    indices = ir.from_proto(sparse.indices).numpy()
    limits = np.array(sparse.dims if indices.ndim == 2 else [min(math.prod(sparse.dims), 2**63 - 1)], np.int64)
    table = indices.reshape(len(indices), -1)
    if table.size and (table.min() < 0 or (table >= limits).any()):
        return f"has an index outside its sizes {list(sparse.dims)[:8]}."
    if len(np.unique(table, axis=0)) < len(table):
        return "has an index more than once."
    return None


def _huge(found) -> Iterator[str]:
    for sparse, words in found:
        size = math.ceil(math.prod(sparse.dims) * ir.DataType(sparse.values.data_type).bitwidth / 8)
        if size > MOST_BYTES:
            yield f"{words} has sizes {list(sparse.dims)[:8]}, which take {size} bytes when dense."


def _other_uses(model: onnx.ModelProto) -> Iterator[str]:
    for node, _ in all_nodes(model):
        for attribute in node.attribute:
            is_sparse = attribute.type in (AttributeProto.SPARSE_TENSOR, AttributeProto.SPARSE_TENSORS)
            if is_sparse and (node.op_type != "Constant" or attribute.ref_attr_name):
                yield f"{named(node)} takes the sparse attribute {quoted(attribute.name)}."


def _dense(sparse: onnx.SparseTensorProto) -> TensorProto:
    values, indices = ir.from_proto(sparse.values), ir.from_proto(sparse.indices).numpy()
    dense = np.zeros(tuple(sparse.dims), values.dtype.numpy())
    dense[tuple(indices.T) if indices.ndim == 2 else np.unravel_index(indices, dense.shape)] = values.numpy()
    about = {"name": sparse.values.name, "metadata_props": values.metadata_props}
    return ir.to_proto(ir.Tensor(dense, dtype=values.dtype, **about))


def _make_dense(attribute: AttributeProto) -> None:
    dense = _dense(attribute.sparse_tensor)
    attribute.ClearField("sparse_tensor")
    attribute.name, attribute.type = "value", AttributeProto.TENSOR
    attribute.t.CopyFrom(dense)


def _declare_dense(model: onnx.ModelProto) -> None:
    for graph in all_graphs(model):
        for info in (*graph.output, *graph.value_info):
            if info.type.HasField("sparse_tensor_type"):
                declared = info.type.sparse_tensor_type.SerializeToString()
                info.type.tensor_type.ParseFromString(declared)


def _sparse_inputs(model: onnx.ModelProto) -> Iterator[str]:
    for graph in all_graphs(model):
        for info in graph.input:
            if info.type.HasField("sparse_tensor_type"):
                yield f"input {quoted(info.name)} is a sparse tensor."
