"""The operator set that a file imports: another version only where every node means the same in it."""

import onnx

from onnx_keras.errors import ExportError
from onnx_keras.graph.inspection.walking import nodes_below, opsets, roots, short_domain
from onnx_keras.graph.upgrades.registry import revision_at, stays, steps_after


def at_opset(proto: onnx.ModelProto, opset: int | None) -> None:
    """Let a model import a version of the standard operator set, in place.

    Raises:
        ExportError: Nodes have another revision in it than in the version of the model.
    """
    if opset is None or opset == opsets(proto.opset_import).get("", opset):
        return
    check(opset)
    changed = [line for body, place in roots(proto) for line in changes(body, place.opsets.get(""), opset)]
    if changed:
        raise ExportError(
            f"{len(changed)} nodes have another revision in opset {opset}, such as {'; '.join(changed[:3])}. "
            f"Leave opset out; the model's own is {opsets(proto.opset_import)['']}."
        )
    for imports in (proto.opset_import, *(function.opset_import for function in proto.functions)):
        for entry in imports:
            if short_domain(entry.domain) == "":
                entry.version = opset
    proto.ir_version = max(proto.ir_version, onnx.helper.find_min_ir_version_for([onnx.helper.make_opsetid("", opset)]))


def check(opset: int) -> None:
    newest = onnx.defs.onnx_opset_version()
    if not isinstance(opset, int) or not 1 <= opset <= newest:
        raise ExportError(f"opset is a version of ONNX' standard operators, 1 to {newest}, not {opset!r}.")


def changes(body: onnx.GraphProto | onnx.FunctionProto, before: int | None, after: int) -> list[str]:
    """Describe the nodes whose operators mean something else in another version of the standard."""
    found = []
    for node in nodes_below(body):
        if short_domain(node.domain) or before is None or means_the_same(node.op_type, before, after):
            continue
        was, will = revision_at("", node.op_type, before), revision_at("", node.op_type, after)
        name = f" '{node.name or next(iter(node.output), '')}'"
        found.append(f"{node.op_type}{name} ({was or 'none'} here, {will or 'none'} there)")
    return found


def means_the_same(op_type: str, before: int, after: int) -> bool:
    """Say whether a node may be taken from one version of the standard to another as it is."""
    was, will = revision_at("", op_type, before), revision_at("", op_type, after)
    steps = [rule for version, rule in steps_after("", op_type, was) if version <= will]
    return was == will or (0 < was < will and all(rule is stays for rule in steps))
