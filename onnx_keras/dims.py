"""Sizes computed from live sizes: the text `2*x[1]` is twice axis 1 of input x."""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Size = Any
"""An int, or a scalar tensor of a backend whose sizes are known only when it runs."""

Sizes = Mapping[str, Any]
"""The shape of each input by its name."""

_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def larger(a: Size, b: Size) -> Size:
    """Give the larger of two sizes, live or not."""
    if isinstance(a, int) and isinstance(b, int):
        return max(a, b)
    return (a + b + abs(a - b)) // 2


def smaller(a: Size, b: Size) -> Size:
    """Give the smaller of two sizes, live or not."""
    return -larger(-a, -b)


_FUNCTIONS = {"max": larger, "min": smaller}


@lru_cache(maxsize=4096)
def compiled(text: str) -> Callable[[Sizes], Size]:
    """Make a function from the shapes of a layer's inputs to the size that `text` states."""
    return _compiled(ast.parse(text, mode="eval").body)


def _compiled(node: ast.expr) -> Callable[[Sizes], Size]:
    match node:
        case ast.Constant(value=int(value)):
            return lambda _: value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inside = _compiled(operand)
            return lambda sizes: -inside(sizes)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            function, a, b = _BINARY[type(op)], _compiled(left), _compiled(right)
            return lambda sizes: function(a(sizes), b(sizes))
        case ast.Call(func=ast.Name(id=name), args=[left, right]) if name in _FUNCTIONS:
            function, a, b = _FUNCTIONS[name], _compiled(left), _compiled(right)
            return lambda sizes: function(a(sizes), b(sizes))
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int(axis))):
            return lambda sizes: sizes[name][axis]
    raise ValueError(f"'{ast.unparse(node)}' is not a dim expression.")


def evaluate(value: Any, sizes: Sizes) -> Any:
    """Replace every dim expression in nested tuples by the size it states."""
    if isinstance(value, str):
        return compiled(value)(sizes)
    if isinstance(value, tuple):
        return tuple(evaluate(v, sizes) for v in value)
    return value


def is_live(value: Any) -> bool:
    """Say whether nested tuples hold a dim expression."""
    if isinstance(value, tuple):
        return any(is_live(v) for v in value)
    return isinstance(value, str)
