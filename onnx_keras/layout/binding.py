"""Dim expressions bound to tensors: a symbol becomes an axis of a tensor that a layer receives."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import sympy

from onnx_keras.orders import Dim

Source = tuple[str, int]


class Unbound(Exception):
    """No tensor at hand has the size that is asked for."""


def free_symbols(value: Any) -> set[sympy.Symbol]:
    """Collect the symbols in nested tuples, arrays or one size."""
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist()
    if isinstance(value, (tuple, list)):
        return set().union(*map(free_symbols, value))
    return set(value.free_symbols) if isinstance(value, sympy.Basic) else set()


def sources_of(tensors: Mapping[str, Iterable[Dim]]) -> dict[sympy.Symbol, str]:
    """Write each symbol as the text of the size that gives it, plain axes before those that must be solved for."""
    found: dict[sympy.Symbol, str] = {}
    solved: dict[sympy.Symbol, str] = {}
    for name, shape in tensors.items():
        for axis, size in enumerate(shape):
            if isinstance(size, sympy.Symbol):
                found.setdefault(size, f"{name}[{axis}]")
            elif isinstance(size, sympy.Expr):
                solved.update(solution(size, f"{name}[{axis}]"))
    return {**solved, **found}


def solution(size: sympy.Expr, text: str) -> dict[sympy.Symbol, str]:
    """Solve `a * symbol + b = size` for its symbol."""
    if len(size.free_symbols) != 1:
        return {}
    (symbol,) = size.free_symbols
    if not size.is_polynomial(symbol) or sympy.degree(size, symbol) != 1:
        return {}
    a, b = sympy.Poly(size, symbol).all_coeffs()
    if not (a.is_Integer and b.is_Integer):
        return {}
    shifted = text if b == 0 else f"({text}-{b})" if b > 0 else f"({text}+{-b})"
    return {symbol: shifted if a == 1 else f"{shifted}//{a}"}


def bound(value: Any, texts: Mapping[sympy.Symbol, str]) -> Any:
    """Replace every symbolic size in nested tuples or arrays by its text."""
    if isinstance(value, np.ndarray):
        return bound(value.tolist(), texts)
    if isinstance(value, (tuple, list)):
        return tuple(bound(v, texts) for v in value)
    if isinstance(value, sympy.Basic):
        return int(value) if value.is_Integer else written(value, texts)
    return value


def written(size: sympy.Basic, texts: Mapping[sympy.Symbol, str]) -> str:
    """Write a size as a dim expression."""
    numerator, denominator = size.as_numer_denom() if isinstance(size, (sympy.Add, sympy.Mul)) else (size, 1)
    if denominator != 1:
        return f"({written(numerator, texts)})//({written(denominator, texts)})"
    match size:
        case sympy.Symbol():
            if size not in texts:
                raise Unbound(str(size))
            return texts[size]
        case sympy.Integer():
            return str(size) if size >= 0 else f"({size})"
        case sympy.Add():
            return "(" + "+".join(written(a, texts) for a in size.args) + ")"
        case sympy.Mul():
            return "*".join(written(a, texts) for a in size.args)
        case sympy.Pow(base=base, exp=sympy.Integer() as times) if times > 0:
            return "*".join([f"({written(base, texts)})"] * int(times))
        case sympy.floor():
            return f"({quotient(size.args[0], texts)})"
        case sympy.ceiling():
            return f"(-({quotient(-size.args[0], texts)}))"
        case sympy.Mod():
            return f"(({written(size.args[0], texts)})%({written(size.args[1], texts)}))"
        case sympy.Max() | sympy.Min():
            name = "max" if isinstance(size, sympy.Max) else "min"
            parts = [written(a, texts) for a in size.args]
            text = parts[0]
            for part in parts[1:]:
                text = f"{name}({text},{part})"
            return text
    raise Unbound(str(size))


def quotient(size: sympy.Expr, texts: Mapping[sympy.Symbol, str]) -> str:
    """Write a fraction that is rounded down."""
    numerator, denominator = sympy.together(size).as_numer_denom()
    return f"({written(numerator, texts)})//({written(denominator, texts)})"
