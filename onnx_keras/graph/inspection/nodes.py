"""Nodes against what their operator, or the local function that they call, asks for."""

from collections.abc import Iterator, Mapping

import onnx
from onnx import AttributeProto, defs

from onnx_keras.graph.inspection.attributes import attribute_problems
from onnx_keras.graph.inspection.bodies import body_problems
from onnx_keras.graph.inspection.findings import named, quoted, refuse
from onnx_keras.graph.inspection.headers import implied_version
from onnx_keras.graph.inspection.walking import FunctionId, all_nodes, function_id, short_domain

_SINGLE = defs.OpSchema.FormalParameterOption.Single


def check_nodes(model: onnx.ModelProto) -> None:
    """Refuse nodes with malformed attributes, or not as the specification of their operator says.

    Operators that onnx does not know are left to the step that looks for layers.
    """
    functions = {function_id(function): function for function in model.functions}
    attributes = (problem for node, place in all_nodes(model) for problem in attribute_problems(node, place))
    refuse(attributes, "Export the model again, or repair these attributes.")
    refuse(_problems(model, functions), "Export the model again, or repair these nodes.")


def _problems(model: onnx.ModelProto, functions: Mapping[FunctionId, onnx.FunctionProto]) -> Iterator[str]:
    for node, place in all_nodes(model):
        function, schema = functions.get(function_id(node)), None
        if function is None:
            schema = _schema(node, place.opsets.get(short_domain(node.domain)) or implied_version(model, node))
        if not node.op_type:
            yield f"{named(node)} names no operator."
        elif function is not None:
            yield from _call_problems(node, function)
        elif schema is not None:
            yield from _schema_problems(node, schema)
            yield from body_problems(node)


def _schema(node: onnx.NodeProto, version: int | None) -> defs.OpSchema | None:
    try:
        return defs.get_schema(node.op_type, version, short_domain(node.domain))
    except defs.SchemaError:
        return None


def _call_problems(node: onnx.NodeProto, function: onnx.FunctionProto) -> Iterator[str]:
    for kind, given, taken in (("inputs", node.input, function.input), ("outputs", node.output, function.output)):
        if len(given) > len(taken):
            yield f"{named(node)} has {len(given)} {kind}; its function has {len(taken)}."
    yield from _missing_attributes(node, function.attribute)


def _schema_problems(node: onnx.NodeProto, schema: defs.OpSchema) -> Iterator[str]:
    revision = f"{schema.name} of version {schema.since_version}"
    inputs, outputs = (schema.min_input, schema.max_input), (schema.min_output, schema.max_output)
    if not inputs[0] <= len(node.input) <= inputs[1]:
        yield f"{named(node)} has {len(node.input)} inputs; {revision} takes {_span(*inputs)}."
    if not outputs[0] <= len(node.output) <= outputs[1]:
        yield f"{named(node)} has {len(node.output)} outputs; {revision} has {_span(*outputs)}."
    for name, parameter in zip(node.input, schema.inputs, strict=False):
        if not name and parameter.option == _SINGLE:
            yield f"{named(node)} lacks its input {parameter.name}."
    yield from _missing_attributes(node, [name for name, attribute in schema.attributes.items() if attribute.required])
    yield from _unfit_attributes(node, schema, revision)


def _missing_attributes(node: onnx.NodeProto, required) -> Iterator[str]:
    given = {attribute.name for attribute in node.attribute}
    for name in required:
        if name not in given:
            yield f"{named(node)} lacks the attribute {quoted(name)}."


def _unfit_attributes(node: onnx.NodeProto, schema: defs.OpSchema, revision: str) -> Iterator[str]:
    for attribute in node.attribute:
        known = schema.attributes.get(attribute.name)
        # Names with two underscores are ONNX' own notes on a node.
        if known is None and not attribute.name.startswith("__"):
            yield f"{named(node)} has the attribute {quoted(attribute.name)}, which {revision} does not know."
        elif known is not None and not _fits(attribute.type, known.type.value):
            kind = AttributeProto.AttributeType.Name(attribute.type)
            yield f"attribute {quoted(attribute.name)} of {named(node)} is {kind}; {revision} takes {known.type.name}."


def _fits(given: int, wanted: int) -> bool:
    # ONNX Runtime takes a sparse tensor for a tensor, and it becomes one here too.
    return given == wanted or (given, wanted) == (AttributeProto.SPARSE_TENSOR, AttributeProto.TENSOR)


def _span(least: int, most: int) -> str:
    return str(least) if least == most else f"at least {least}" if most >= 2**31 - 1 else f"{least} to {most}"
