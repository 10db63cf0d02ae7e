"""A tensor that several layers had in common while they were equal, for exporters write equal parameters once."""

import onnx
from onnx import TensorProto

from onnx_keras.exporting.variables import Held, as_bytes, differ, unequal


def part(graph: onnx.GraphProto, tensor: TensorProto, weights: list[Held]) -> Held:
    """Give layers that learned other values tensors of their own.

    Returns:
        The weight that keeps the tensor.

    Raises:
        ExportError: The node of such a layer doesn't read the tensor itself.
    """
    first, *others = weights
    for other in others:
        if differ(first, other):
            name = other.layer.onnx_name
            node = next((n for n in graph.node if n.name == name and tensor.name in n.input), None)
            if node is None:
                raise unequal(first, other)
            read_own(graph, tensor, node, other)
    return first


def read_own(graph: onnx.GraphProto, tensor: TensorProto, node: onnx.NodeProto, weight: Held) -> None:
    """Let a node read a weight of its own instead of a tensor."""
    own = f"{tensor.name}/{node.name}"
    array = weight.array()
    elements = as_bytes(array, tensor.data_type)
    graph.initializer.add(name=own, dims=array.shape, data_type=tensor.data_type, raw_data=elements)
    node.input[:] = [own if name == tensor.name else name for name in node.input]
