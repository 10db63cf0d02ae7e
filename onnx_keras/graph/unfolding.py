"""Files written for inference, made to train again: what exporters fold into a Conv or drop is put back."""

import difflib
import fnmatch
from collections.abc import Mapping

import numpy as np
import onnx_ir as ir

from onnx_keras.errors import InputError
from onnx_keras.graph.upgrades.builder import Names

EPSILON = 1e-5

FOLDED_INTO = frozenset({("", "Conv")})
NORMALIZING = frozenset({("", "BatchNormalization")})
DROPPING = frozenset({("", "Dropout")})


def unfold(model: ir.Model) -> None:
    """Put a BatchNormalization after every Conv that has a bias, in place, and let what trains do so in training only.

    It changes nothing as long as its statistics are those it begins with: mean zero, variance one. The bias of the
    Conv becomes what it adds. A Conv that is normalised already, or gives an output of the model, stays as it is.

    Args:
        model: A normalized model.
    """
    names = Names(model)
    changed = [node for node in list(model.graph) if _is_unfolded(model.graph, node, names)]
    if changed:
        model.meta["origin"] = None  # the file is no longer what the model computes


def _is_unfolded(graph: ir.Graph, node: ir.Node, names: Names) -> bool:
    """Let a node train, and say whether that changed anything."""
    if _key(node) in FOLDED_INTO and _may_be_folded(node):
        _normalize_after(graph, node, names)
        return True
    if _key(node) in NORMALIZING and not any(o.uses() or o.is_graph_output() for o in node.outputs[1:]):
        return node.attributes.pop("training_mode", None) is not None
    if _key(node) in DROPPING and len(node.inputs) > 2:
        node.resize_inputs(2)
        return True
    return False


def drop(model: ir.Model, rates: Mapping[str, float]) -> None:
    """Put a Dropout after the nodes whose names match a pattern, or the names of whose first outputs do, in place.

    Nodes that give no floats are left alone.

    Args:
        model: A normalized model.
        rates: The share of elements that become zero, by pattern.

    Raises:
        InputError: A pattern matches nothing, or a rate isn't at least 0 and below 1.
    """
    if problems := _problems(model, rates):
        raise InputError("\n".join(problems))
    if rates:
        model.meta["origin"] = None
    names = Names(model)
    for node in list(model.graph):
        rate = next((r for pattern, r in rates.items() if _matches(node, pattern)), None)
        if rate is not None:
            ratio = _initializer(model.graph, names.fresh(f"{node.outputs[0].name}/ratio"), np.float32(rate))
            ratio.meta["from_constant_node"] = True
            _insert_after(model.graph, node, "Dropout", [ratio], {}, names)


def _key(node: ir.Node) -> tuple[str, str]:
    return node.domain, node.op_type


def _may_be_folded(node: ir.Node) -> bool:
    bias = node.inputs[2] if len(node.inputs) > 2 else None
    if bias is None or bias.const_value is None or node.outputs[0].is_graph_output():
        return False
    return not any(_key(user) in NORMALIZING for user, _ in node.outputs[0].uses())


def _normalize_after(graph: ir.Graph, node: ir.Node, names: Names) -> None:
    bias, base = node.inputs[2], node.name or node.outputs[0].name
    node.resize_inputs(2)
    one = np.ones(bias.const_value.shape.numpy(), bias.dtype.numpy())
    starts = {"scale": one, "mean": 0 * one, "var": one - one.dtype.type(EPSILON)}
    scale, mean, variance = (_initializer(graph, names.fresh(f"{base}/{n}"), a) for n, a in starts.items())
    _insert_after(graph, node, "BatchNormalization", [scale, bias, mean, variance], {"epsilon": EPSILON}, names)


def _initializer(graph: ir.Graph, name: str, array: np.ndarray) -> ir.Value:
    tensor = ir.tensor(array, name=name)
    value = ir.Value(name=name, shape=tensor.shape, type=ir.TensorType(tensor.dtype), const_value=tensor)
    graph.register_initializer(value)
    return value


def _insert_after(
    graph: ir.Graph, node: ir.Node, op_type: str, inputs: list[ir.Value], attributes: dict[str, float], names: Names
) -> None:
    """Put a node behind the first output of another; what it gives takes over the name."""
    before = node.outputs[0]
    after = ir.Value(name=before.name, shape=before.shape, type=before.type)
    before.replace_all_uses_with(after, replace_graph_outputs=True)
    before.name = names.fresh(f"{after.name}/{op_type}/input")
    name = names.fresh(f"{node.name or after.name}/{op_type}")
    made = ir.convenience.convert_attributes(attributes)
    graph.insert_after(node, ir.Node("", op_type, [before, *inputs], made, outputs=[after], name=name))


def _matches(node: ir.Node, pattern: str) -> bool:
    dtype = node.outputs[0].dtype
    return (dtype is None or dtype.is_floating_point()) and any(
        fnmatch.fnmatchcase(n or "", pattern) for n in (node.name, node.outputs[0].name)
    )


def _problems(model: ir.Model, rates: Mapping[str, float]) -> list[str]:
    """Say which patterns match nothing and which rates are none."""
    found = []
    for pattern, rate in rates.items():
        if not 0 <= rate < 1:
            found.append(f"dropout={{{pattern!r}: {rate!r}}}: a rate is at least 0 and below 1.")
        if not any(_matches(node, pattern) for node in model.graph):
            nodes = [node.name for node in model.graph if node.name]
            close = difflib.get_close_matches(pattern, nodes, 3, 0.3)
            hint = f" Close are {', '.join(map(repr, close))}." if close else ""
            found.append(f"dropout={{{pattern!r}: {rate!r}}}: no node and no value is called so.{hint}")
    return found
