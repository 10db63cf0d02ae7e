"""Gradient names values of the graph around it: what lies between them becomes a body of its own."""

from collections.abc import Iterator, Mapping, Sequence

import onnx_ir as ir

from onnx_keras.errors import InvalidModelError
from onnx_keras.graph.traversal import bodies_of

_GRADIENTS = frozenset({("ai.onnx.preview.training", "Gradient")})

Scope = Mapping[str, ir.Value]


def cut_out_functions(model: ir.Model) -> None:
    """Give every Gradient node the function that it differentiates as a graph in the place of its attribute `y`.

    The inputs of that graph are what `xs` and `zs` name, in order. It has a copy of the nodes between them and `y`; what
    doesn't depend on them it reads from the graphs around it, so that weights remain one.

    Raises:
        InvalidModelError: A node names what its graph doesn't have, or needs its own result.
    """
    cutter = Cutter()
    for root in (model.graph, *(function.graph for function in model.functions.values())):
        if any(_is_gradient(node) for node in root.all_nodes()):
            cutter.scopes.update(_scopes(root, {}))
    for node in list(cutter.scopes):
        cutter.cut(node)


def _is_gradient(node: ir.Node) -> bool:
    return (node.domain, node.op_type) in _GRADIENTS


def _scopes(graph: ir.Graph, outer: Scope) -> Iterator[tuple[ir.Node, Scope]]:
    """Give each Gradient node with the values that it may name."""
    made = [output for node in graph for output in node.outputs]
    scope = {**outer, **{str(v.name): v for v in (*graph.inputs, *graph.initializers.values(), *made)}}
    for node in graph:
        if _is_gradient(node):
            yield node, scope
        for body in bodies_of(node):
            yield from _scopes(body, scope)


class Cutter:
    """Cuts out the functions of Gradient nodes, those first that others differentiate again.

    Attributes:
        scopes: What each node may name.
        begun: The nodes whose functions are, or are being, cut out.
    """

    def __init__(self) -> None:
        self.scopes: dict[ir.Node, Scope] = {}
        self.begun: set[ir.Node] = set()

    def cut(self, node: ir.Node) -> None:
        if node.attributes["y"].type == ir.AttributeType.GRAPH:
            return
        words = f"Gradient at '{node.name or node.outputs[0].name}'"
        if node in self.begun:
            raise InvalidModelError(f"{words} differentiates what needs its own result.")
        self.begun.add(node)
        names = [n for a in ("xs", "zs") if a in node.attributes for n in node.attributes[a].as_strings()]
        y = node.attributes["y"].as_string()
        if unknown := [n for n in (*names, y) if n not in self.scopes[node]]:
            raise InvalidModelError(f"{words} names {', '.join(map(repr, unknown))}, which nothing makes.")
        if len(node.inputs) != len(names) or len(set(names)) < len(names):
            raise InvalidModelError(
                f"{words} has {len(node.inputs)} inputs; xs and zs name {', '.join(names)}: "
                "it takes one for each, and names none twice."
            )
        body = self.between([self.scopes[node][n] for n in names], self.scopes[node][y])
        node.attributes["y"] = ir.AttrGraph("y", body)

    def between(self, starts: Sequence[ir.Value], y: ir.Value) -> ir.Graph:
        """Copy the nodes by which a value depends on others into a graph that has these as its inputs."""
        varying, nodes = set(starts), []
        for node in self.needed(starts, y):
            if not varying.isdisjoint(_reads(node)):
                nodes.append(node)
                varying.update(node.outputs)
        captured = dict.fromkeys(v for v in (*(v for n in nodes for v in _reads(n)), y) if v not in varying)
        body = ir.GraphView([*starts, *captured], [y], nodes=nodes, name=f"{y.name} to differentiate").clone()
        for inner, outer in zip(body.inputs[len(starts) :], captured):
            inner.replace_all_uses_with(outer, replace_graph_outputs=True)
        del body.inputs[len(starts) :]
        for value in body.inputs:
            value.const_value = None
            value.meta.clear()
        if y not in varying:
            body.append(ir.Node("", "Identity", [y], num_outputs=1))
            body.outputs[0] = body[0].outputs[0]
            body.outputs[0].name = f"{y.name} as it is"
        return body

    def needed(self, starts: Sequence[ir.Value], y: ir.Value) -> list[ir.Node]:
        """List the nodes that a value needs besides others, in an order in which they can run."""
        found: dict[ir.Node, None] = {}
        waiting = [] if y in starts else [(y.producer(), False)]
        while waiting:
            node, is_ready = waiting.pop()
            if node is None or node in found:
                continue
            if is_ready:
                found[node] = None
                continue
            for inner in filter(_is_gradient, (node, *(n for body in bodies_of(node) for n in body.all_nodes()))):
                self.cut(inner)
            waiting.append((node, True))
            waiting += [(v.producer(), False) for v in _reads(node) if v not in starts]
        return list(found)


def _reads(node: ir.Node) -> dict[ir.Value, None]:
    """List the values that a node reads, those that its bodies take from outside included."""
    inside = [inner for body in bodies_of(node) for inner in body.all_nodes()]
    graphs = [graph for n in (node, *inside) for graph in bodies_of(n)]
    own = {v for g in graphs for v in (*g.inputs, *g.initializers.values())} | {o for n in inside for o in n.outputs}
    read = [v for n in (node, *inside) for v in n.inputs] + [v for g in graphs for v in g.outputs]
    return dict.fromkeys(v for v in read if v is not None and v not in own)
