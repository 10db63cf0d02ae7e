"""A tensor that several layers had in common while they were equal, for exporters write equal parameters once."""

from collections.abc import Mapping
from typing import Any

import onnx

from onnx_keras.exporting.computed import NUMBERS
from onnx_keras.exporting.variables import Held, as_bytes, differ, unequal
from onnx_keras.graph.inspection.walking import graphs_below, nodes_below


def parted(graph: onnx.GraphProto, held: Mapping[int | str, list[Held]]) -> dict[int | str, list[Held]]:
    """Give layers that learned other values tensors of their own, in place.

    Where a model holds a layer's node several times, as two models of one file put together do, nothing is parted.

    Args:
        graph: The graph of the file.
        held: The weights by the tensors that they were.

    Returns:
        The weights that keep their tensors.

    Raises:
        ExportError: The node of such a layer doesn't read the tensor itself.
    """
    kept = {}
    for key, (first, *others) in held.items():
        are_of_one = len({place_of(w) for w in held[key]}) == len(held[key])
        apart = [other for other in others if are_of_one and differ(first, other)]
        for other in apart:
            read_own(graph, first, other)
        kept[key] = [first, *(other for other in others if other not in apart)]
    return kept


def place_of(weight: Held) -> tuple[str, str]:
    """Say at which input of which node a weight stands."""
    return weight.layer.onnx_name, weight.name


def read_own(graph: onnx.GraphProto, first: Held, other: Held) -> None:
    """Let the node of a layer read a weight of its own in its place instead of the one in common."""
    name = other.what["initializer"]
    node = next((n for n in nodes_below(graph) if name in n.input and is_of(n, other.layer)), None)
    place = None if node is None else number_of_input(node, other)
    if node is None or place is None:
        raise unequal(first, other)
    own, array, data_type = fresh(graph, f"{name}/{other.layer.onnx_name}"), other.array(), NUMBERS[other.what["dtype"]]
    graph.initializer.add(name=own, dims=array.shape, data_type=data_type, raw_data=as_bytes(array, data_type))
    node.input[place] = own


def is_of(node: onnx.NodeProto, layer: Any) -> bool:
    """Say whether a layer was made of a node; one without a name of its own is known by what it gives."""
    return node.name == layer.onnx_name or any(o and o in layer.onnx_outputs for o in node.output)


def number_of_input(node: onnx.NodeProto, weight: Held) -> int | None:
    """Find the input of a node that a weight is: that in its place, or the only one that reads the tensor."""
    name, names = weight.what["initializer"], list(weight.layer.inputs_of)
    number = names.index(weight.name) if weight.name in names else len(node.input)
    if number < len(node.input) and node.input[number] == name:
        return number
    found = [i for i, n in enumerate(node.input) if n == name]
    return found[0] if len(found) == 1 else None


def fresh(graph: onnx.GraphProto, wish: str) -> str:
    """Give the name, or the first of name_2, name_3 ... that no value of a graph has."""
    graphs = list(graphs_below(graph))
    taken = {v.name for g in graphs for v in (*g.initializer, *g.input)} | {
        o for n in nodes_below(graph) for o in n.output
    }
    name, count = wish, 1
    while name in taken:
        name, count = f"{wish}_{count + 1}", count + 1
    return name
