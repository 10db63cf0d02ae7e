"""Rewrites a model in place so that every operator of ONNX is of its newest revision."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import onnx.helper
import onnx_ir as ir

from onnx_keras.graph.upgrades.builder import Builder, Names, is_used
from onnx_keras.graph.upgrades.checking import refuse_contradictions, refuse_parameters
from onnx_keras.graph.upgrades.registry import NEWEST, CannotUpgrade, revision_at, stays, steps_after

# The opsets that upgraded models import at least. Opset 5 of ai.onnx.ml forbids the tree ensembles of old, no more.
IMPORTED = {"": 28, "ai.onnx.ml": 4}


@dataclass(frozen=True)
class Problem:
    """A node that can't be upgraded.

    Attributes:
        op_type: The operator.
        domain: Its domain, '' for ai.onnx.
        version: The revision that the file uses; 0 where ONNX has no such operator in the file's opset.
        node: The node's name, or that of its first output.
        reason: Why not, as the rest of a sentence about the node.
    """

    op_type: str
    domain: str
    version: int
    node: str
    reason: str


def upgrade_model(model: ir.Model, newest: Mapping[str, int] = NEWEST) -> list[Problem]:
    """Rewrite every node of ai.onnx and ai.onnx.ml, in bodies and functions too, to its newest revision.

    Args:
        model: The model.
        newest: The opset whose revisions are wanted, by domain; nodes of other domains stay.

    Operators of other domains and calls of the model's functions stay. Where shapes and types are known they are
    believed: what a file declares has to be checked or dropped before.

    Returns:
        The nodes that can't be upgraded. If there are any the model is half upgraded: all others are.
    """
    names = Names(model)
    problems = list(_upgrade_graph(model.graph, model, names, newest))
    for function in model.functions.values():
        problems += _upgrade_graph(function.graph, model, names, newest, in_function=True)
    if not problems:
        imported = IMPORTED if newest is NEWEST else newest
        model.opset_imports.setdefault("", imported[""])
        for graph in (model.graph, *(function.graph for function in model.functions.values())):
            _import_newest(graph.opset_imports, imported)
        imports = [onnx.helper.make_opsetid("", imported[""])]
        model.ir_version = max(model.ir_version, onnx.helper.find_min_ir_version_for(imports))
    return problems


def _upgrade_graph(
    graph: ir.Graph, model: ir.Model, names: Names, newest: Mapping[str, int], in_function: bool = False
) -> Iterator[Problem]:
    opsets = {_plain(domain): version for domain, version in graph.opset_imports.items()}
    if model.ir_version < 3:  # files of that time had no opsets
        opsets.setdefault("", 1)
    for node in list(graph.all_nodes()):
        if node.domain not in newest or node.op_identifier() in model.functions:
            continue
        if node.domain not in IMPORTED and not steps_after(node.domain, node.op_type, 0):
            continue
        opset = opsets.get(node.domain)
        revision = revision_at(node.domain, node.op_type, opset or 0)
        try:
            _refuse_opset(node.domain, opset)
            _upgrade_node(node, revision, names, in_function, newest)
        except CannotUpgrade as error:
            yield Problem(node.op_type, node.domain, revision, node.name or node.outputs[0].name or "", str(error))


def _refuse_opset(domain: str, opset: int | None) -> None:
    if domain not in IMPORTED:  # ONNX Runtime's own operators have no revisions
        return
    shown = domain or "ai.onnx"
    if opset is None:
        raise CannotUpgrade(f"the model doesn't say which opset of {shown} it uses")
    if opset > NEWEST[domain]:
        raise CannotUpgrade(f"opset {opset} of {shown} is newer than {NEWEST[domain]}, the newest that is known")


def _upgrade_node(node: ir.Node, revision: int, names: Names, in_function: bool, newest: Mapping[str, int]) -> None:
    steps = [(v, rule) for v, rule in steps_after(node.domain, node.op_type, revision) if v <= newest[node.domain]]
    if revision == 0 and not steps[:1]:
        raise CannotUpgrade("ONNX has no such operator")
    for version, rule in steps:
        if rule is None:
            raise _missing(node, revision, version)
        if rule is stays:
            revision = version
            continue
        refuse_parameters(node)
        refuse_contradictions(node, revision)
        op = Builder(node, names, in_function)
        replacement = rule(node, op)
        if replacement is None:
            revision = version
            continue
        _replace(node, [replacement] if isinstance(replacement, ir.Value) else replacement, op)
        for successor in op.unfinished:
            _upgrade_node(successor, version, names, in_function, newest)
        return


def _missing(node: ir.Node, revision: int, version: int) -> CannotUpgrade:
    if revision == 0:
        return CannotUpgrade(f"ONNX has this operator only since opset {version}")
    return CannotUpgrade(f"nothing is known of the step from revision {revision} to {version}")


def _replace(node: ir.Node, values: Sequence[ir.Value], op: Builder) -> None:
    graph = node.graph
    assert graph is not None
    for extra in node.outputs[len(values) :]:
        if is_used(extra):
            raise CannotUpgrade(f"the newer revisions don't compute its output {extra.name!r}, which is used")
    for initializer in op.initializers:
        graph.register_initializer(initializer)
    graph.insert_before(node, op.nodes)
    last = values[0].producer()
    assert last in op.nodes, f"The rule of {node.op_type} returns a value that it did not make."
    for old, new in zip(node.outputs, values):
        old.replace_all_uses_with(new, replace_graph_outputs=True)
    graph.remove(node, safe=True)
    last.name, last.doc_string = node.name, node.doc_string
    last.metadata_props.update(node.metadata_props)
    last.meta.update(node.meta)
    for old, new in zip(node.outputs, values):
        _take_over(old, new)


def _take_over(old: ir.Value, new: ir.Value) -> None:
    new.name = old.name or new.name  # an output that is left out has no name
    new.type, new.shape, new.doc_string = old.type, old.shape, old.doc_string
    new.metadata_props.update(old.metadata_props)
    new.meta.update(old.meta)


def _import_newest(opset_imports: dict[str, int], newest: Mapping[str, int]) -> None:
    for domain in list(opset_imports):
        if _plain(domain) in newest:
            opset_imports[_plain(domain)] = max(opset_imports.pop(domain), newest[_plain(domain)])


def _plain(domain: str) -> str:
    return "" if domain == "ai.onnx" else domain
