"""Weights that the file doesn't hold as a tensor: lists in Constant nodes, and what its nodes compute of constants."""

from collections.abc import Callable, Iterable

import onnx

from onnx_keras.errors import ExportError
from onnx_keras.exporting.variables import Held, as_bytes
from onnx_keras.graph.inspection.names import read_names
from onnx_keras.types import NAMES

NUMBERS = {name: number for number, name in NAMES.items()}

LISTS: dict[str, Callable[[onnx.AttributeProto, list[float]], None]] = {
    "value_float": lambda attribute, elements: setattr(attribute, "f", elements[0]),
    "value_floats": lambda attribute, elements: attribute.floats.__setitem__(slice(None), elements),
}
"""How the attributes of Constant that are no tensors take new elements."""


def put_value(graphs: Iterable[onnx.GraphProto], name: str, weight: Held) -> None:
    """Give a value of a graph other elements: in its Constant node, else as an initializer in place of its node.

    Args:
        graphs: The graphs of which one has the value.
        name: The value.
        weight: What its elements are now.

    Raises:
        ExportError: None of them has it, or several do.
    """
    found = [(graph, node) for graph in graphs for node in graph.node if name in node.output]
    if len(found) != 1:
        raise ExportError(
            f"'{weight.layer.name}' learned other values for '{weight.what['initializer']}', which the ONNX file computes "
            "inside a function, or in several bodies, so they can't be written there. Load the model with trainable= so "
            "that it stays."
        )
    ((graph, node),) = found
    attribute = next((a for a in node.attribute if a.name in LISTS), None)
    if attribute is not None and not node.input:
        LISTS[attribute.name](attribute, weight.array().ravel().tolist())
        return
    data_type = NUMBERS[weight.what["dtype"]]
    array = weight.array()
    graph.initializer.add(name=name, dims=array.shape, data_type=data_type, raw_data=as_bytes(array, data_type))
    detach(graph, node, name)


def detach(graph: onnx.GraphProto, node: onnx.NodeProto, name: str) -> None:
    """Let a node no longer give a value; nodes that nobody needs any more go."""
    others = [output for output in node.output if output not in ("", name)]
    if others:
        node.output[:] = [f"{name}_in_file" if output == name else output for output in node.output]
        return
    inputs = set(node.input)
    graph.node.remove(node)
    read = {n for other in graph.node for n in read_names(other)} | {info.name for info in graph.output}
    for producer in [n for n in graph.node if inputs.intersection(n.output) and read.isdisjoint(n.output)]:
        detach(graph, producer, producer.output[0])
