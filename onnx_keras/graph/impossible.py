"""Branches that no valid run takes: after them, a node would get a tensor of a rank that its operator excludes.

PyTorch writes `squeeze` and its recurrent cells with an If on a size, whose branches give different ranks. A rank
then depends on data as far as inference can tell, although only one of the two fits what follows.
"""

from collections.abc import Iterator

import onnx_ir as ir

from onnx_keras.graph import shapes
from onnx_keras.graph.bodies import ASSUMED, branches_of
from onnx_keras.graph.contents import scalar
from onnx_keras.graph.symbols import dims, is_container
from onnx_keras.graph.traversal import every_graph

_RECURRENT = (3, 3, 3, 2, 1, 3, 3, 2)
_RANKS = {"LSTM": _RECURRENT, "GRU": _RECURRENT, "RNN": _RECURRENT, "Gemm": (2, 2)}
_BRANCHING = frozenset({("", "If")})
_AS_WEIGHTS = frozenset({"Conv", "ConvTranspose", "ConvInteger"})


def exclude(model: ir.Model) -> bool:
    """Decide the If nodes of a model one of whose branches is impossible, in place; return whether there was one.

    The model's shapes must be inferred, and are not any more where a node was decided.
    """
    open_nodes = [node for graph in every_graph(model.graph) for node in graph if _is_open(node)]
    for node in open_nodes:
        possible = [taken for taken in (True, False) if _is_possible(model, node, taken)]
        if len(possible) == 1:
            node.replace_input_with(0, _constant(node, possible[0]))
            return True
    if open_nodes:
        shapes.infer(model)
    return False


def _is_open(node: ir.Node) -> bool:
    """Return whether a node is an If on data whose branches give tensors of different, known ranks."""
    if (node.domain, node.op_type) not in _BRANCHING or scalar(next(iter(node.inputs), None)) is not None:
        return False
    pairs = zip(*(branch.outputs for branch in branches_of(node)))
    return any(None not in (ranks := (_rank(a), _rank(b))) and ranks[0] != ranks[1] for a, b in pairs)


def _rank(value: ir.Value) -> int | None:
    shape = None if is_container(value) else dims(value)
    return None if shape is None else len(shape)


def _is_possible(model: ir.Model, node: ir.Node, taken: bool) -> bool:
    """Return whether all nodes that run beside a branch get ranks that they take."""
    node.meta[ASSUMED] = taken
    shapes.infer(model)
    del node.meta[ASSUMED]
    branch = branches_of(node)[0 if taken else 1]
    return not any(_contradicts(other) for graph in (node.graph, branch) for other in graph)


def _contradicts(node: ir.Node) -> bool:
    return not node.domain and any(rank != wanted for rank, wanted in _demands(node))


def _demands(node: ir.Node) -> Iterator[tuple[int, int]]:
    """Yield the rank of each input whose rank is known and given by the operator, and what it must be."""
    ranks = [None if value is None else _rank(value) for value in node.inputs]
    wanted = _RANKS.get(node.op_type, ())
    if node.op_type in _AS_WEIGHTS and len(ranks) > 1 and ranks[1] is not None:
        wanted = (ranks[1],)
    return ((rank, want) for rank, want in zip(ranks, wanted) if rank is not None)


def _constant(node: ir.Node, taken: bool) -> ir.Value:
    """Add an initializer for the condition beside a node."""
    tensor = ir.tensor([taken], dtype=ir.DataType.BOOL)
    value = ir.Value(
        name=f"{node.outputs[0].name}_taken", shape=tensor.shape, type=ir.TensorType(tensor.dtype), const_value=tensor
    )
    node.graph.register_initializer(value)
    return value
