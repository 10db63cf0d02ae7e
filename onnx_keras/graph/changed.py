"""Graphs that were changed on the way in, kept for the way back to ONNX as they are then."""

import onnx
import onnx_ir as ir

from onnx_keras.graph.extracting import tie_copies
from onnx_keras.graph.origin import TAG, Origin
from onnx_keras.graph.traversal import every_graph
from onnx_keras.graph.upgrades.registry import revision_at, stays, steps_after

OLDEST_FORMAT = 4
"""The oldest version of the file format in which an initializer need not be an input."""


def keep_changed(model: ir.Model, opset: int) -> None:
    """Keep a normalized model as its own origin, in place, in the oldest opset that has all its nodes.

    Args:
        model: The model; the file that it came from is no longer what it computes.
        opset: The version of the standard that the file imports. An older one isn't chosen.
    """
    tie_copies(model.graph)
    number_anew(model)
    origin = Origin.of_model(model)
    proto = origin.frame
    lowest = max([opset, *(oldest(node) for node in model.graph.all_nodes() if not node.domain)])
    for entry in proto.opset_import:
        entry.version = entry.version if entry.domain else lowest
    proto.ir_version = max(OLDEST_FORMAT, onnx.helper.find_min_ir_version_for(proto.opset_import, ignore_unknown=True))
    del proto.functions[:]  # normalizing put them where they are called
    model.meta["origin"] = origin


def number_anew(model: ir.Model) -> None:
    """Let every value have a tensor of its own, which has no number of the file."""
    seen: set[int] = set()
    for value in (v for graph in every_graph(model.graph) for v in graph.initializers.values()):
        tensor = value.const_value
        if id(tensor) in seen:
            value.const_value = tensor = ir.Tensor(tensor.numpy(), dtype=tensor.dtype, name=value.name)
        seen.add(id(tensor))
        tensor.metadata_props.pop(TAG, None)


def oldest(node: ir.Node) -> int:
    """Give the oldest revision of an operator that a node of the newest one is valid in and means the same."""
    newest = revision_at("", node.op_type, onnx.defs.onnx_opset_version())
    found = newest
    for version, rule in reversed(steps_after("", node.op_type, 0)):
        before = revision_at("", node.op_type, version - 1)
        if version > newest:
            continue
        if rule is not stays or not before or not is_valid(node, before):
            break
        found = before
    return found


def is_valid(node: ir.Node, revision: int) -> bool:
    """Say whether a revision has what a node has: its attributes, its inputs and outputs, and their types."""
    schema = onnx.defs.get_schema(node.op_type, revision, "")
    if not schema.attributes.keys() >= node.attributes.keys():
        return False
    return fit(node.inputs, schema.inputs) and fit(node.outputs, schema.outputs)


def fit(values, formal) -> bool:
    """Say whether a schema takes values; those without a known type count as taken."""
    is_variadic = bool(formal) and formal[-1].option is onnx.defs.OpSchema.FormalParameterOption.Variadic
    if len(values) > len(formal) and not is_variadic:
        return False
    return all(
        value is None or value.type is None or spelled(value.type) in formal[min(i, len(formal) - 1)].types
        for i, value in enumerate(values)
    )


def spelled(kind: ir.TypeProtocol) -> str:
    """Write a type as schemas do."""
    if isinstance(kind, ir.TensorType):
        return f"tensor({str(kind.dtype).lower()})"
    inner = spelled(kind.elem_type)
    return f"{'seq' if isinstance(kind, ir.SequenceType) else 'optional'}({inner})"
