"""From a normalized `onnx_ir.Model` to a program: the last module that knows ONNX."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import onnx_ir as ir

from onnx_keras.graph.capturing import closed
from onnx_keras.graph.claims import CLAIM
from onnx_keras.graph.contents import may_be_trained
from onnx_keras.graph.external import MappedTensor
from onnx_keras.graph.origin import Origin
from onnx_keras.graph.shapes import contents, dims
from onnx_keras.graph.symbols import element_dims
from onnx_keras.graph.traversal import every_graph
from onnx_keras.program import Constant, Node, Program, Value

Scope = Mapping[str, Value]
"""What is known of the values that a node may read, by their names."""


def extract(model: ir.Model) -> Program:
    """State a graph as plain data. Weights stay where they are until they are asked for.

    Args:
        model: A model whose operators are of the newest revision, with inferred shapes and without Constant nodes.
    """
    origin = model.meta.get("origin")
    tie_copies(model.graph)
    found = program_of(model.graph, {}, origin)
    return replace(
        found,
        dim_names=dict(model.meta.get("dim_names", {})),
        map_keys={name: tuple(keys) for name, keys in model.meta.get("map_keys", {}).items()},
        origin=origin and origin.content,
    )


def program_of(graph: ir.Graph, scope: Scope, origin: Origin | None) -> Program:
    """State a graph or a body.

    Args:
        graph: The graph.
        scope: The values of the graphs around it.
        origin: The file.
    """
    made = [o for n in graph for o in n.outputs]
    own = {str(v.name): value_of(v) for v in (*graph.inputs, *graph.initializers.values(), *made)}
    return Program(
        name=graph.name or "",
        inputs=tuple(str(v.name) for v in graph.inputs),
        outputs=tuple(str(v.name) for v in graph.outputs),
        nodes=named([node_of(n, {**scope, **own}, origin) for n in graph]),
        values=own,
        constants={str(v.name): constant_of(v, origin) for v in graph.initializers.values()},
    )


def tie_copies(graph: ir.Graph) -> None:
    """Let the values that are one tensor of the file be one weight: bodies that came in several times brought them."""
    copies: dict[int, list[ir.Value]] = {}
    for inner in every_graph(graph):
        for value in inner.initializers.values():
            if may_be_trained(value) and not value.is_graph_output():
                copies.setdefault(id(value.const_value), []).append(value)
    for kept, *others in copies.values():
        for value in others:
            value.replace_all_uses_with(kept)
            del value.graph.initializers[str(value.name)]
        if others and kept.graph is not graph:
            lift(kept, graph)


def lift(value: ir.Value, graph: ir.Graph) -> None:
    """Put an initializer of a body where all bodies can read it, under a name that none of them has."""
    del value.graph.initializers[str(value.name)]
    graphs = list(every_graph(graph))
    taken = {v.name for g in graphs for v in (*g.inputs, *g.initializers.values())}
    taken |= {output.name for g in graphs for node in g for output in node.outputs}
    wishes = (value.name, *(f"{value.name}_{i}" for i in range(2, len(taken) + 3)))
    value.name = next(name for name in wishes if name not in taken)
    graph.register_initializer(value)


def node_of(node: ir.Node, scope: Scope, origin: Origin | None) -> Node:
    used = list(node.outputs)
    while used and not used[-1].name:
        used.pop()
    found = Node(
        domain=node.domain if node.domain != "ai.onnx" else "",
        op_type=node.op_type,
        name=node.name or "",
        inputs=tuple(None if v is None or not v.name else v.name for v in trimmed(node.inputs)),
        outputs=tuple(o.name or None if is_used(o) or i == 0 else None for i, o in enumerate(used)),
        attributes={a.name: attribute_of(a, scope, origin) for a in node.attributes.values()},
    )
    return closed(found, scope) if found.bodies else found


def is_used(value: ir.Value) -> bool:
    return bool(value.uses()) or value.is_graph_output()


def trimmed(inputs: Any) -> list[ir.Value | None]:
    """Drop absent inputs at the end."""
    found = list(inputs)
    while found and found[-1] is None:
        found.pop()
    return found


def named(nodes: list[Node]) -> list[Node]:
    """Give each node without a name, or with another's, a name of its own."""
    taken = {n.name for n in nodes}
    seen: set[str] = set()
    result = []
    for node in nodes:
        name, number = node.name, 0
        if not name or name in seen:
            base = name or node.op_type
            name = base if base not in taken and base not in seen else ""
            while not name or name in taken or name in seen:
                number += 1
                name = f"{base}_{number}"
        seen.add(name)
        result.append(replace(node, name=name))
    return result


def attribute_of(attribute: ir.Attr, scope: Scope, origin: Origin | None) -> Any:
    """Give an attribute as a Python value; tensors as arrays, graphs as programs."""
    value = attribute.value
    if attribute.type == ir.AttributeType.GRAPH:
        return program_of(value, scope, origin)
    if attribute.type == ir.AttributeType.TYPE_PROTO:
        rank = None if value.shape is None else len(value.shape)
        return (container_of(value.type), type_name(value.type.dtype), rank)
    if attribute.type == ir.AttributeType.TENSOR:
        return value.numpy()
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return value


def value_of(value: ir.Value) -> Value:
    if container := container_of(value.type):
        dtype = None if value.dtype in (None, ir.DataType.UNDEFINED) else type_name(value.dtype)
        return Value(None, None, container=container, element=Value(element_dims(value), dtype))
    return Value(dims(value), dtype_name(value), sizes_in(value))


def container_of(kind: Any) -> tuple[str, ...]:
    """Name what holds tensors, from the outside to the inside; nothing for a tensor."""
    if isinstance(kind, ir.OptionalType):
        return ("optional", *container_of(kind.elem_type))
    return ("sequence", *container_of(kind.elem_type)) if isinstance(kind, ir.SequenceType) else ()


def sizes_in(value: ir.Value) -> np.ndarray | None:
    """Give the elements of an integer tensor that follow from sizes."""
    if value.is_initializer() or value.is_graph_input() or value.dtype not in (ir.DataType.INT64, ir.DataType.INT32):
        return None
    known = contents(value)
    # Nested lists, as which sizes travel on, forget the last axis of an empty matrix.
    return None if known is None or (known.size == 0 and known.ndim > 1) else known


def dtype_name(value: ir.Value) -> str | None:
    if value.dtype in (None, ir.DataType.UNDEFINED) or not isinstance(value.type, ir.TensorType):
        return None
    return type_name(value.dtype)


def type_name(dtype: ir.DataType) -> str:
    """Name an element type as NumPy and Keras do."""
    return "string" if dtype == ir.DataType.STRING else dtype.numpy().name


def constant_of(value: ir.Value, origin: Origin | None) -> Constant:
    tensor = value.const_value
    assert tensor is not None
    is_computed = bool(value.meta.get("folded"))
    is_initializer = not is_computed and not value.meta.get("from_constant_node")
    shape = tuple(int(s) for s in tensor.shape)
    release = tensor.release if isinstance(tensor, MappedTensor) else lambda: None
    dtype = type_name(tensor.dtype)
    number = origin.number(tensor) if origin else None
    return Constant(
        lambda: np.asarray(tensor.numpy()).reshape(shape),
        shape,
        dtype,
        is_initializer,
        release,
        source=value.name if number is None else number,
        is_computed=is_computed,
        is_parameter=value.meta.get(CLAIM),
    )
