"""Deviations that leave no doubt about what is meant, and that other importers accept too."""

import onnx

from onnx_keras.graph.inspection.walking import all_nodes, bodies, short_domain


def repair(model: onnx.ModelProto) -> None:
    """Write a model as the specification asks where it deviates harmlessly, in place."""
    _drop_idle_nodes(model.graph)
    for node, _ in all_nodes(model):
        if node.op_type == "If" and short_domain(node.domain) == "":
            _capture_inputs(node)


def _drop_idle_nodes(graph: onnx.GraphProto) -> None:
    """Nodes have no effect but their outputs: without any they do nothing, whatever else is wrong with them."""
    for index in reversed(range(len(graph.node))):
        if not any(graph.node[index].output):
            del graph.node[index]


def _capture_inputs(node: onnx.NodeProto) -> None:
    """The branches of If have no inputs: those they list are the names that they take from outside."""
    for branch in bodies(node):
        del branch.input[:]
