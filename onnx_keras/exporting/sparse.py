"""Sparse weights: they stay sparse as long as training leaves the zeros between them."""

from collections.abc import Callable, Iterator

import numpy as np
import onnx
import onnx_ir as ir
from onnx import AttributeProto, SparseTensorProto, TensorProto

from onnx_keras.exporting.variables import as_bytes
from onnx_keras.graph.inspection.walking import all_graphs, all_nodes, tensors

BecomeDense = Callable[[TensorProto], None]


def sparse_by_number(model: onnx.ModelProto) -> dict[int, tuple[SparseTensorProto, BecomeDense]]:
    """Find the sparse tensors by the numbers of their values, and what puts a dense one in the place of each."""
    listed = [tensor for tensor, _ in tensors(model)]
    numbers = {id(tensor): number for number, tensor in enumerate(listed)}
    return {numbers[id(sparse.values)]: (sparse, become) for sparse, become in sparse_places(model)}


def sparse_places(model: onnx.ModelProto) -> Iterator[tuple[SparseTensorProto, BecomeDense]]:
    for graph in all_graphs(model):
        yield from ((sparse, in_graph(graph, sparse)) for sparse in graph.sparse_initializer)
    for node, _ in all_nodes(model):
        for attribute in node.attribute:
            if attribute.type == AttributeProto.SPARSE_TENSOR and attribute.HasField("sparse_tensor"):
                yield attribute.sparse_tensor, in_attribute(attribute)


def in_graph(graph: onnx.GraphProto, sparse: SparseTensorProto) -> BecomeDense:
    def become(dense: TensorProto) -> None:
        graph.initializer.append(dense)
        graph.sparse_initializer.remove(sparse)

    return become


def in_attribute(attribute: AttributeProto) -> BecomeDense:
    def become(dense: TensorProto) -> None:
        attribute.ClearField("sparse_tensor")
        attribute.name, attribute.type = "value", AttributeProto.TENSOR
        attribute.t.CopyFrom(dense)

    return become


def put_sparse(sparse: SparseTensorProto, become: BecomeDense, array: np.ndarray) -> None:
    """Give a sparse tensor other elements; one that is no longer sparse becomes dense."""
    values, indices = sparse.values, ir.serde.deserialize_tensor(sparse.indices).numpy()
    places = tuple(indices.T) if indices.ndim == 2 else np.unravel_index(indices, array.shape)
    rest = array.copy()
    rest[places] = 0
    if not rest.any():
        values.raw_data = as_bytes(array[places], values.data_type)
        return
    elements = as_bytes(array, values.data_type)
    become(TensorProto(name=values.name, dims=array.shape, data_type=values.data_type, raw_data=elements))
