"""Functions in place of their calls: those of the model, and operators that ONNX itself defines by a body."""

from collections.abc import Callable

import onnx
import onnx_ir as ir
from onnx_ir.passes.common import InlinePass, NameFixPass

from onnx_keras.errors import InvalidModelError
from onnx_keras.graph.onnx_inference import type_proto
from onnx_keras.graph.traversal import every_graph
from onnx_keras.graph.upgrades import Problem, upgrade_model

HasLayer = Callable[[str, str], bool]


def inline(model: ir.Model, has_layer: HasLayer) -> list[Problem]:
    """Put the bodies of a model's functions in place of their calls, in place.

    Args:
        model: The model as it was read.
        has_layer: Whether an operator or function, by domain and name, has a layer and so stays one node.

    Returns:
        The nodes that can't be upgraded. Only a function of another opset than the model's needs upgrading here.

    Raises:
        InvalidModelError: A function calls itself.
    """
    inlined = [function for function in model.functions.values() if not has_layer(function.domain, function.name)]
    if not inlined:
        return []
    for function in inlined:
        _end_in_nodes(function)
    for graph in [*every_graph(model.graph), *(g for f in model.functions.values() for g in every_graph(f.graph))]:
        _complete_calls(graph, model.functions)
    problems = _upgrade_if_opsets_differ(model, inlined)
    try:
        InlinePass(lambda function: not has_layer(function.domain, function.name))(model)
    except ir.passes.PreconditionError as error:
        raise InvalidModelError(f"A function of the model calls itself: {error}.") from None
    NameFixPass()(model)
    return problems


def _end_in_nodes(function: ir.Function) -> None:
    """Let every output of a function come from a node of its own, so that it can take the name of a call's output."""
    seen = set()
    for i, output in enumerate(function.outputs):
        if output.producer() is None or output in seen:
            copy = ir.Node("", "Identity", [output], num_outputs=1)
            copy.outputs[0].name = f"{output.name}_copy_{i}"
            function.append(copy)
            function.outputs[i] = copy.outputs[0]
        seen.add(function.outputs[i])


def _complete_calls(graph: ir.Graph, functions) -> None:
    """Let every call ask for all outputs of its function; those without a name are nobody's."""
    for node in graph:
        function = functions.get(node.op_identifier())
        if function is None:
            continue
        node.resize_outputs(len(function.outputs))
        for output in node.outputs:
            output.name = output.name or None


def _upgrade_if_opsets_differ(model: ir.Model, functions: list[ir.Function]) -> list[Problem]:
    imports = model.graph.opset_imports
    differ = any(imports.get(domain, v) != v for f in functions for domain, v in f.opset_imports.items())
    return upgrade_model(model) if differ else []


def inline_operators(model: ir.Model, has_layer: HasLayer) -> bool:
    """Put ONNX' own definition in place of every operator that has no layer but is defined by others, in place.

    Args:
        model: A model of the newest revisions whose shapes and types are inferred. What is put in is of the newest
            revisions, too; its shapes are not inferred yet.
        has_layer: Whether an operator, by domain and name, has a layer.

    Returns:
        Whether anything was replaced. Definitions may use operators without a layer: infer and call again.
    """
    replaced = False
    for graph in every_graph(model.graph):
        for node in graph:
            if not has_layer(node.domain, node.op_type) and node.op_identifier() not in model.functions:
                replaced |= _inline_operator(graph, node, model.graph.opset_imports)
    if replaced:
        NameFixPass()(model)
    return replaced


def _inline_operator(graph: ir.Graph, node: ir.Node, opset_imports: dict[str, int]) -> bool:
    proto = _definition(node, opset_imports)
    if proto is None:
        return False
    places = _drop_unwritten_outputs(proto)
    body = _instance(node, ir.from_proto(proto))
    if upgrade_model(body):
        return False
    replaced = [node.outputs[place] if place < len(node.outputs) else None for place in places]
    _transplant(body.graph, node, replaced)
    return True


def _definition(node: ir.Node, opset_imports: dict[str, int]) -> onnx.FunctionProto | None:
    """Return the body by which ONNX defines an operator, None if there is none for these inputs."""
    opset = opset_imports.get(node.domain, 1)
    try:
        schema = onnx.defs.get_schema(node.op_type, opset, node.domain)
    except onnx.defs.SchemaError:
        return None
    written = _fixed_body(schema, opset) or _body_for(schema, node, opset)
    if not written:
        return None
    proto = onnx.FunctionProto.FromString(written)
    _complete_imports(proto, opset_imports)
    return proto


def _complete_imports(proto: onnx.FunctionProto, opset_imports: dict[str, int]) -> None:
    """Let a body that doesn't say which opset of ONNX' own domain it is written in be of the model's."""
    if all(opset.domain for opset in proto.opset_import):
        proto.opset_import.append(onnx.helper.make_opsetid("", opset_imports.get("", onnx.defs.onnx_opset_version())))


def _fixed_body(schema, opset: int) -> bytes | None:
    versions = [version for version in schema.function_opset_versions if version <= opset]
    return schema.get_function_with_opset_version(max(versions)) if versions else None


def _body_for(schema, node: ir.Node, opset: int) -> bytes | None:
    """Return the body that ONNX builds for a node from its attributes and the types of its inputs."""
    versions = [version for version in schema.context_dependent_function_opset_versions if version <= opset]
    if not versions or any(value is not None and value.type is None for value in node.inputs):
        return None
    types = [(onnx.TypeProto() if value is None else type_proto(value)).SerializeToString() for value in node.inputs]
    proto = ir.to_proto(node).SerializeToString()
    return schema.get_context_dependent_function_with_opset_version(max(versions), proto, types)


def _drop_unwritten_outputs(proto: onnx.FunctionProto) -> list[int]:
    """Drop the outputs that a body doesn't compute because its node doesn't ask; return the places of the others."""
    written = {name for node in proto.node for name in node.output} | set(proto.input)
    places = [place for place, name in enumerate(proto.output) if name in written]
    names = [proto.output[place] for place in places]
    proto.output[:] = names
    return places


def _instance(node: ir.Node, function: ir.Function) -> ir.Model:
    """Return a model that is one call of a function, inlined."""
    _end_in_nodes(function)
    stand_ins = {v: ir.Value(name=v.name, type=v.type, shape=v.shape) for v in node.inputs if v is not None}
    inputs = [None if value is None else stand_ins[value] for value in node.inputs]
    attributes = {**_defaults(node, function), **{name: node.attributes[name] for name in _parameters(node, function)}}
    call = ir.Node(node.domain, node.op_type, inputs, attributes.values(), num_outputs=len(function.outputs))
    for i, output in enumerate(call.outputs):
        output.name = f"output_{i}"
    graph = ir.Graph(stand_ins.values(), call.outputs, nodes=[call], opset_imports=function.opset_imports)
    body = ir.Model(graph, ir_version=onnx.IR_VERSION, functions=[function])
    InlinePass()(body)
    return body


def _parameters(node: ir.Node, function: ir.Function) -> list[str]:
    """Return the attributes that a body refers to; ONNX writes a node's graph into the body itself."""
    given = (node.attributes[name] for name in function.attributes if name in node.attributes)
    return [attribute.name for attribute in given if attribute.type != ir.AttributeType.GRAPH]


def _defaults(node: ir.Node, function: ir.Function) -> dict[str, ir.Attr]:
    schema = onnx.defs.get_schema(node.op_type, domain=node.domain)
    given = {name: schema.attributes[name].default_value for name in function.attributes if name in schema.attributes}
    return {name: ir.from_proto(default) for name, default in given.items() if default.name}


def _transplant(body: ir.Graph, node: ir.Node, outputs: list[ir.Value | None]) -> None:
    """Move the nodes of a body to where a node is; what the body returns takes the place of `outputs`."""
    graph, prefix = node.graph, node.name or node.op_type
    results, nodes = list(body.outputs), list(body)
    actual = {value.name: value for value in node.inputs if value is not None}
    for stand_in in list(body.inputs):
        stand_in.replace_all_uses_with(actual[stand_in.name])
    for initializer in list(body.initializers.values()):
        del body.initializers[initializer.name]
        initializer.name = f"{prefix}/{initializer.name}"
        graph.register_initializer(initializer)
    for inner in nodes:
        inner.name = f"{prefix}/{inner.name or inner.op_type}"
        for value in inner.outputs:
            value.name = f"{prefix}/{value.name}" if value.name else value.name
    body.outputs.clear()
    body.remove(nodes)
    graph.insert_before(node, nodes)
    for output, result in zip(outputs, results):
        if output is not None:
            _take_place(output, result)
    graph.remove(node, safe=True)


def _take_place(output: ir.Value, result: ir.Value) -> None:
    result.name, output.name = output.name or result.name, None
    result.type, result.shape = output.type, output.shape
    result.meta.update(output.meta)
    output.replace_all_uses_with(result, replace_graph_outputs=True)
