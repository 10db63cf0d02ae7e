"""Bodies of control flow made ready to stand alone: their own constants inside, every output a value of their own."""

import onnx_ir as ir

from onnx_keras.graph.contents import may_be_trained
from onnx_keras.graph.traversal import bodies_of, every_graph

SMALL = 16
"""Constants of at most so many elements that nobody trains are copied into every body that reads them."""


def settle_bodies(model: ir.Model) -> None:
    """Move constants into the bodies that read them, in place.

    What only one body reads belongs to it. What several read stays outside, so that it remains one weight, unless it
    is small and never trained.
    """
    parents = {id(body): graph for graph in every_graph(model.graph) for node in graph for body in bodies_of(node)}
    for graph in every_graph(model.graph):
        if id(graph) in parents:
            _separate_outputs(graph)
    for graph in every_graph(model.graph):
        for value in list(graph.initializers.values()):
            _sink(value, graph, parents)


def _separate_outputs(body: ir.Graph) -> None:
    """Give an output that comes from outside, or comes out twice, a node of its own."""
    seen = set()
    for i, output in enumerate(body.outputs):
        if output in seen or not _is_inside(output, body):
            copy = ir.Node("", "Identity", [output], num_outputs=1)
            copy.outputs[0].name = f"{output.name}/output_{i}"
            copy.outputs[0].type, copy.outputs[0].shape = output.type, output.shape
            body.append(copy)
            body.outputs[i] = copy.outputs[0]
        seen.add(output)


def _is_inside(value: ir.Value, body: ir.Graph) -> bool:
    node = value.producer()
    return value.graph is body if node is None else node.graph is body


def _sink(value: ir.Value, graph: ir.Graph, parents: dict[int, ir.Graph]) -> None:
    readers: dict[int, list[tuple[ir.Node, int]]] = {}
    bodies: dict[int, ir.Graph] = {}
    for node, index in value.uses():
        if node.graph is not graph and id(node.graph) not in parents:
            continue  # in a branch that was decided against
        body = _body_below(node.graph, graph, parents)
        readers.setdefault(id(body), []).append((node, index))
        bodies[id(body)] = body
    stays = id(None) in readers or value.is_graph_output()
    if len(readers) == 1 and not stays:
        del graph.initializers[value.name]
        bodies.popitem()[1].register_initializer(value)
    elif _is_duplicated(value):
        for key, uses in readers.items():
            if bodies[key] is not None:
                _copy_into(bodies[key], value, uses)


def _body_below(inner: ir.Graph, graph: ir.Graph, parents: dict[int, ir.Graph]) -> ir.Graph | None:
    """Return the body, held by a node of `graph`, that a graph is in; None for `graph` itself."""
    body = None
    while inner is not graph:
        body, inner = inner, parents[id(inner)]
    return body


def _is_duplicated(value: ir.Value) -> bool:
    return value.const_value.size <= SMALL and not may_be_trained(value)


def _copy_into(body: ir.Graph, value: ir.Value, uses: list[tuple[ir.Node, int]]) -> None:
    copy = ir.Value(name=value.name, shape=value.shape, type=value.type, const_value=value.const_value)
    copy.meta.update(value.meta)
    body.register_initializer(copy)
    for node, index in uses:
        node.replace_input_with(index, copy)
