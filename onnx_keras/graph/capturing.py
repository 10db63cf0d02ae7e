"""What bodies read of the graphs around them, as inputs of their own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import sympy

from onnx_keras.program import Node, Program, Value


def closed(node: Node, scope: Mapping[str, Value]) -> Node:
    """Give the bodies of a node an input for each value that they read of the graphs around them.

    Args:
        node: A node whose bodies are programs.
        scope: What the node may read.
    """
    captured = dict.fromkeys(name for body in node.bodies for name in free_names(body) if name in scope)
    bodies = {n: with_inputs(v, captured, scope) for n, v in node.attributes.items() if isinstance(v, Program)}
    missing = set().union(*(missing_symbols(body) for body in bodies.values()))
    more = dict.fromkeys(name for name in owners(missing, scope) if name not in captured)
    bodies = {n: with_inputs(v, more, scope) for n, v in bodies.items()}
    return replace(node, attributes={**node.attributes, **bodies}, captured=(*captured, *more))


def with_inputs(body: Program, names: Mapping[str, Any], scope: Mapping[str, Value]) -> Program:
    more = {n: scope[n] for n in names}
    return replace(body, inputs=(*body.inputs, *names), values={**more, **body.values})


def free_names(body: Program) -> Iterator[str]:
    """Name what a program reads and doesn't make, in the order of reading."""
    inside = {*body.inputs, *body.constants, *(o for n in body.nodes for o in n.outputs)}
    yield from (name for node in body.nodes for name in node.reads if name not in inside)


def missing_symbols(body: Program) -> set[sympy.Symbol]:
    """Name the sizes that a body computes with and no tensor in it has."""
    wanted = {s for v in body.values.values() if v.contents is not None for s in symbols_in(v.contents)}
    made = [*body.inputs, *(o for n in body.nodes for o in n.outputs if o is not None)]
    return wanted - {s for name in made for s in body.values[name].shape or () if isinstance(s, sympy.Symbol)}


def symbols_in(contents: np.ndarray) -> set[sympy.Symbol]:
    return {s for size in contents.ravel() if isinstance(size, sympy.Basic) for s in size.free_symbols}


def owners(symbols: set[sympy.Symbol], scope: Mapping[str, Value]) -> Iterator[str]:
    """Name a value for each symbol that has it as a size."""
    for symbol in sorted(symbols, key=str):
        name = next((n for n, value in scope.items() if symbol in (value.shape or ())), None)
        if name is not None:
            yield name
