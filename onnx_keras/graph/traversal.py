"""Walking a graph and the bodies in it."""

from collections.abc import Iterator

import onnx_ir as ir


def bodies_of(node: ir.Node) -> Iterator[ir.Graph]:
    """Yield the graphs that a node holds as attributes."""
    for attribute in node.attributes.values():
        if attribute.is_ref():
            continue
        if attribute.type == ir.AttributeType.GRAPH:
            yield attribute.as_graph()
        elif attribute.type == ir.AttributeType.GRAPHS:
            yield from attribute.as_graphs()


def every_graph(graph: ir.Graph) -> Iterator[ir.Graph]:
    """Yield a graph, then all bodies in it, outer before inner."""
    yield graph
    for node in graph:
        for body in bodies_of(node):
            yield from every_graph(body)


_COPIES = frozenset({("", "Identity")})


def source(value: ir.Value) -> ir.Value:
    """Return the value that a chain of Identity nodes copies."""
    node = value.producer()
    return value if node is None or (node.domain, node.op_type) not in _COPIES else source(node.inputs[0])


def opsets(model: ir.Model) -> dict[str, int]:
    """Return the opset versions of a model by domain, the standard one under its short name."""
    return {"" if domain == "ai.onnx" else domain: version for domain, version in model.opset_imports.items()}
