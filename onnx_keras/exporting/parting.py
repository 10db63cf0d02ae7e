"""A tensor that several layers had in common while they were equal, for exporters write equal parameters once."""

from collections.abc import Mapping

import onnx

from onnx_keras.exporting.computed import NUMBERS
from onnx_keras.exporting.variables import Held, as_bytes, differ, unequal
from onnx_keras.graph.inspection.walking import nodes_below


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
        are_of_one = len({w.layer.onnx_name for w in held[key]}) == len(held[key])
        apart = [other for other in others if are_of_one and differ(first, other)]
        for other in apart:
            read_own(graph, first, other)
        kept[key] = [first, *(other for other in others if other not in apart)]
    return kept


def read_own(graph: onnx.GraphProto, first: Held, other: Held) -> None:
    """Let the node of a layer read a weight of its own instead of the one in common."""
    name = other.what["initializer"]
    node = next((n for n in nodes_below(graph) if n.name == other.layer.onnx_name and name in n.input), None)
    if node is None:
        raise unequal(first, other)
    own, array, data_type = f"{name}/{node.name}", other.array(), NUMBERS[other.what["dtype"]]
    graph.initializer.add(name=own, dims=array.shape, data_type=data_type, raw_data=as_bytes(array, data_type))
    node.input[:] = [own if n == name else n for n in node.input]
