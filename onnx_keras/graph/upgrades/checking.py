"""What has to hold of a node before a rule may read it."""

import onnx.defs
import onnx_ir as ir

from onnx_keras.graph.upgrades.registry import CannotUpgrade


def refuse_parameters(node: ir.Node) -> None:
    """Refuse a node of a function whose attributes are those of the function's calls."""
    for attribute in node.attributes.values():
        if attribute.is_ref():
            raise CannotUpgrade(
                f"its attribute {attribute.name!r} is that of the calls of its function, and a revision as old as this "
                "can only be rewritten for one value"
            )


def refuse_contradictions(node: ir.Node, revision: int) -> None:
    """Refuse a node that isn't what the schema of its revision asks for."""
    if revision == 0:
        return
    schema = onnx.defs.get_schema(node.op_type, revision, node.domain)
    if not schema.min_input <= len(node.inputs) <= schema.max_input:
        takes = f"{schema.min_input} to {schema.max_input}"
        raise CannotUpgrade(f"it has {len(node.inputs)} inputs, where revision {revision} takes {takes}")
    for name, wanted in schema.attributes.items():
        _refuse_attribute(node.attributes.get(name), name, wanted)


def refuse_integers(value: ir.Value, revision: int) -> None:
    """Refuse a value that is known to hold integers."""
    if value.dtype is not None and value.dtype.is_integer():
        raise CannotUpgrade(f"its input {value.name!r} holds integers, which revision {revision} no longer takes")


def _refuse_attribute(found: ir.Attr | None, name: str, wanted: onnx.defs.OpSchema.Attribute) -> None:
    if found is None and wanted.required:
        raise CannotUpgrade(f"it lacks the attribute {name!r}")
    if found is not None and found.type.name != wanted.type.name:
        raise CannotUpgrade(f"its attribute {name!r} is of type {found.type.name} instead of {wanted.type.name}")
