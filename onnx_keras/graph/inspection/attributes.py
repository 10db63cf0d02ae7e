"""Attributes: a name, a type, and a value of that type."""

from collections.abc import Iterator

import onnx
from onnx import AttributeProto

from onnx_keras.graph.inspection.findings import named, quoted, repeated
from onnx_keras.graph.inspection.walking import Place

_FIELD = {
    AttributeProto.FLOAT: "f",
    AttributeProto.INT: "i",
    AttributeProto.STRING: "s",
    AttributeProto.TENSOR: "t",
    AttributeProto.GRAPH: "g",
    AttributeProto.SPARSE_TENSOR: "sparse_tensor",
    AttributeProto.TYPE_PROTO: "tp",
    AttributeProto.FLOATS: "floats",
    AttributeProto.INTS: "ints",
    AttributeProto.STRINGS: "strings",
    AttributeProto.TENSORS: "tensors",
    AttributeProto.GRAPHS: "graphs",
    AttributeProto.SPARSE_TENSORS: "sparse_tensors",
    AttributeProto.TYPE_PROTOS: "type_protos",
}
_NEVER_ABSENT = {"t", "g", "sparse_tensor", "tp"}
_LABELS = {"name", "type", "doc_string", "ref_attr_name"}


def attribute_problems(node: onnx.NodeProto, place: Place) -> Iterator[str]:
    """What is wrong with the attributes of a node, whatever its operator."""
    for name in repeated(attribute.name for attribute in node.attribute):
        yield f"{named(node)} has attribute {quoted(name)} more than once."
    for attribute in node.attribute:
        problem = _reference_problem(attribute, place) if attribute.ref_attr_name else value_problem(attribute)
        if problem:
            yield f"attribute {quoted(attribute.name)} of {named(node)} {problem}"


def value_problem(attribute: AttributeProto) -> str | None:
    """What contradicts the announced type of an attribute."""
    if attribute.type == AttributeProto.UNDEFINED:
        return "has no type, or one that ONNX does not know."
    kind, own = AttributeProto.AttributeType.Name(attribute.type), _FIELD[attribute.type]
    filled = {field.name for field, _ in attribute.ListFields()} - _LABELS
    if filled - {own}:
        return f"is announced as {kind} and holds a value in {', '.join(sorted(filled - {own}))!r}."
    if own in _NEVER_ABSENT and not filled:
        return f"is announced as {kind} and holds no value."
    if not all(map(_is_text, [attribute.s, *attribute.strings])):
        return "holds text that is not UTF-8."
    return None


def _reference_problem(attribute: AttributeProto, place: Place) -> str | None:
    name = quoted(attribute.ref_attr_name)
    if attribute.type == AttributeProto.UNDEFINED:
        return f"refers to attribute {name} without saying its type."
    if place.function is None:
        return f"refers to attribute {name} of a function, but stands in none."
    declared = {*place.function.attribute, *(default.name for default in place.function.attribute_proto)}
    if attribute.ref_attr_name not in declared:
        return f"refers to attribute {name}, which function {quoted(place.function.name)} does not have."
    return None


def _is_text(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
