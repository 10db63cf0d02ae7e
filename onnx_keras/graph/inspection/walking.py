"""The parts of a model, at whatever depth: nodes, tensors and types, and where each of them stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import onnx
from onnx import AttributeProto

from onnx_keras.graph.inspection.findings import named, quoted

Body = onnx.GraphProto | onnx.FunctionProto
FunctionId = tuple[str, str, str]


@dataclass(frozen=True)
class Place:
    """Where nodes stand: which operator sets hold there, and in which function."""

    opsets: Mapping[str, int]
    function: onnx.FunctionProto | None = None


def short_domain(domain: str) -> str:
    """The domain as onnx_ir writes it: the standard one has two names."""
    return "" if domain == "ai.onnx" else domain


def opsets(imports) -> dict[str, int]:
    """The version of each imported domain. Some files import a domain in version 0 beside the true one."""
    versions: dict[str, int] = {}
    for entry in imports:
        domain = short_domain(entry.domain)
        versions[domain] = max(entry.version, versions.get(domain, 0))
    return versions


def function_id(part: onnx.FunctionProto | onnx.NodeProto) -> FunctionId:
    """What a node and the function that it calls have in common."""
    name = part.name if isinstance(part, onnx.FunctionProto) else part.op_type
    return short_domain(part.domain), name, part.overload


def roots(model: onnx.ModelProto) -> Iterator[tuple[Body, Place]]:
    """The main graph and the body of every local function."""
    yield model.graph, Place(opsets(model.opset_import))
    for function in model.functions:
        yield function, Place(opsets(function.opset_import), function)


def bodies(node: onnx.NodeProto) -> Iterator[onnx.GraphProto]:
    """The graphs that a node holds: branches, loop bodies."""
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            yield attribute.g
        elif attribute.type == AttributeProto.GRAPHS:
            yield from attribute.graphs


def nodes_below(body: Body) -> Iterator[onnx.NodeProto]:
    """Every node of a graph or function and of the graphs inside it."""
    for node in body.node:
        yield node
        for inner in bodies(node):
            yield from nodes_below(inner)


def graphs_below(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """A graph and every graph inside it."""
    yield graph
    for node in nodes_below(graph):
        yield from bodies(node)


def all_nodes(model: onnx.ModelProto) -> Iterator[tuple[onnx.NodeProto, Place]]:
    """Every node of a model with its place."""
    for body, place in roots(model):
        for node in nodes_below(body):
            yield node, place


def all_graphs(model: onnx.ModelProto) -> Iterator[onnx.GraphProto]:
    """The main graph and every graph that a node holds."""
    yield model.graph
    for node, _ in all_nodes(model):
        yield from bodies(node)


def sparse_tensors(model: onnx.ModelProto) -> Iterator[tuple[onnx.SparseTensorProto, str]]:
    """Every sparse tensor with the words for it."""
    for graph in all_graphs(model):
        for sparse in graph.sparse_initializer:
            yield sparse, f"sparse initializer {quoted(sparse.values.name)}"
    for node, _ in all_nodes(model):
        for attribute in node.attribute:
            for sparse in [
                *attribute.sparse_tensors,
                *([attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else []),
            ]:
                yield sparse, f"attribute {quoted(attribute.name)} of {named(node)}"


def tensors(model: onnx.ModelProto) -> Iterator[tuple[onnx.TensorProto, str]]:
    """Every dense tensor, those that make up a sparse one too, with the words for it."""
    for graph in all_graphs(model):
        for tensor in graph.initializer:
            yield tensor, f"initializer {quoted(tensor.name)}"
    for attributes, owner in _attribute_lists(model):
        for attribute in attributes:
            for tensor in [*attribute.tensors, *([attribute.t] if attribute.HasField("t") else [])]:
                yield tensor, f"attribute {quoted(attribute.name)} of {owner}"
    for sparse, words in sparse_tensors(model):
        yield sparse.values, f"the values of {words}"
        yield sparse.indices, f"the indices of {words}"


def types(model: onnx.ModelProto) -> Iterator[tuple[onnx.TypeProto, str]]:
    """Every declared type with the words for what it belongs to."""
    for graph in all_graphs(model):
        for role, infos in (("input", graph.input), ("output", graph.output), ("value", graph.value_info)):
            for info in infos:
                yield info.type, f"{role} {quoted(info.name)}"
    for function in model.functions:
        for info in function.value_info:
            yield info.type, f"value {quoted(info.name)} of function {quoted(function.name)}"
    for attributes, owner in _attribute_lists(model):
        for attribute in attributes:
            for declared in [*attribute.type_protos, *([attribute.tp] if attribute.HasField("tp") else [])]:
                yield declared, f"attribute {quoted(attribute.name)} of {owner}"


def _attribute_lists(model):
    for node, _ in all_nodes(model):
        yield node.attribute, named(node)
    for function in model.functions:
        yield function.attribute_proto, f"function {quoted(function.name)}"
