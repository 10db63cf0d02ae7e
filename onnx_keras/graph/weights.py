"""Where a file holds its weights: what exporters merged or put elsewhere is told apart again."""

import onnx_ir as ir

from onnx_keras.graph.claims import PYTORCH
from onnx_keras.graph.traversal import every_graph

_COPIES = frozenset({("", "Identity")})


def part_equal_parameters(model: ir.Model) -> None:
    """Give every parameter that PyTorch's exporter merged with an equal one an initializer of its own, in place.

    It writes equal parameters once; parameters that are one in the module have no Identity.
    """
    if model.producer_name != PYTORCH:
        return
    for node in list(model.graph):
        if (node.domain, node.op_type) in _COPIES and _is_parameter(node.inputs[0]):
            _part(model.graph, node)


def _is_parameter(value: ir.Value | None) -> bool:
    if value is None or not value.is_initializer() or value.is_graph_input():
        return False
    return value.const_value.dtype.is_floating_point()


def _part(graph: ir.Graph, node: ir.Node) -> None:
    copy, merged = node.outputs[0], node.inputs[0].const_value
    if copy.is_graph_output():
        return
    # An object of its own: what is one tensor of the file is one weight.
    tensor = ir.Tensor(merged.numpy(), dtype=merged.dtype, shape=merged.shape, name=copy.name)
    own = ir.Value(name=copy.name, shape=tensor.shape, type=ir.TensorType(tensor.dtype), const_value=tensor)
    own.meta.update(node.inputs[0].meta)
    copy.replace_all_uses_with(own)
    copy.name = None
    graph.register_initializer(own)
    graph.remove(node, safe=True)


def are_in_nodes(model: ir.Model) -> bool:
    """Say whether a file has its weights as Constant nodes: no initializer is one. What it says first counts."""
    if "weights_in_nodes" not in model.meta:
        tensors = (v.const_value for graph in every_graph(model.graph) for v in graph.initializers.values())
        model.meta["weights_in_nodes"] = not any(t is not None and may_be_weight(t) for t in tensors)
    return model.meta["weights_in_nodes"]


def may_be_weight(tensor: ir.TensorProtocol) -> bool:
    """Say whether a tensor is large enough for a weight, and of floats."""
    return tensor.dtype.is_floating_point() and tensor.size > 1
