"""Arithmetic of sizes as ONNX computes it: quotients that truncate, floats that round, comparisons that stay open."""

import math

import numpy as np
import onnx_ir as ir
import sympy

from onnx_keras.graph.contents import MOST_ELEMENTS, evaluates
from onnx_keras.graph.evaluators import known_axes
from onnx_keras.graph.symbols import is_nonnegative, is_positive, is_short, is_zero, plain

_EXACT_FLOATS = frozenset({ir.DataType.FLOAT, ir.DataType.DOUBLE})
_WIDE_INTEGERS = frozenset({ir.DataType.INT64, ir.DataType.INT32})


def _each(function, *arrays):
    """Apply a function to every element; unknown stays unknown."""

    def known(*operands):
        if any(operand is None for operand in operands):
            return None
        result = function(*operands)
        return plain(result) if isinstance(result, sympy.Expr) else result

    return np.frompyfunc(known, len(arrays), 1)(*arrays)


def _is_floating(node) -> bool:
    return node.outputs[0].dtype in _EXACT_FLOATS


def _is_exact(number) -> bool:
    """Return whether a floating computation on that number can't have rounded."""
    rounded = sympy.sympify(number).replace(sympy.floor, lambda _: sympy.Dummy(integer=True))
    return rounded.is_polynomial(*rounded.free_symbols) and all(
        (n.is_Integer and abs(n) <= 2**24) or is_short(n) for n in rounded.atoms(sympy.Rational)
    )


def _exactly(node, function):
    """Return a function that gives None where floating arithmetic might round."""
    if not _is_floating(node):
        return function
    return lambda *operands: function(*operands) if all(map(_is_exact, operands)) else None


@evaluates("CastLike", from_elements=False)
def _cast_like(node, x, like):
    return None if x is None else _cast(node, x)


@evaluates("Cast")
def _cast(node, x):
    source, target = node.inputs[0].dtype, node.outputs[0].dtype
    if target == ir.DataType.BOOL:
        return _each(lambda e: None if is_zero(e) is None else not is_zero(e), x)
    if source == ir.DataType.BOOL:
        return _each(int, x)
    if source in _EXACT_FLOATS and target in _WIDE_INTEGERS:
        return _each(_truncated, x)
    return x if target in _WIDE_INTEGERS or target in _EXACT_FLOATS else None


def _truncated(number):
    if sympy.sympify(number).is_integer:
        return number
    if sympy.sympify(number).is_number:
        return int(number)
    return sympy.floor(number) if is_nonnegative(number) else None


_ARITHMETIC = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "Neg": lambda a: -a,
    "Abs": lambda a: a if is_nonnegative(a) else abs(a) if isinstance(a, int) else None,
}


@evaluates(*_ARITHMETIC)
def _arithmetic(node, *arrays):
    return _each(_exactly(node, _ARITHMETIC[node.op_type]), *arrays)


@evaluates("Div")
def _div(node, a, b):
    return _each(_exactly(node, _float_quotient) if _is_floating(node) else _quotient, a, b)


def _float_quotient(a, b):
    return None if b == 0 else sympy.sympify(a) / b


def _quotient(a, b):
    """Divide integers as ONNX does, towards zero."""
    if b == 0:
        return None
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    exact = sympy.sympify(a) / b
    if exact.is_integer:
        return exact
    # Exporters write a convolution's size as (H - 1) / 2 + 1: below zero only for an image that is empty.
    return sympy.floor(exact) if sympy.sympify(a).is_nonnegative and is_nonnegative(b) else None


@evaluates("Mod")
def _mod(node, a, b):
    return None if _is_floating(node) else _each(_remainder(node.attributes.get_int("fmod", 0)), a, b)


def _remainder(truncates: int):
    def remainder(a, b):
        if b == 0:
            return None
        if isinstance(a, int) and isinstance(b, int):
            return int(math.fmod(a, b)) if truncates else a % b
        return sympy.Mod(a, b) if is_nonnegative(a) and is_nonnegative(b) else None

    return remainder


@evaluates("Floor")
def _floor(node, x):
    return _each(lambda e: sympy.floor(e), x)


@evaluates("Ceil")
def _ceil(node, x):
    return _each(lambda e: sympy.ceiling(e), x)


def _larger(a, b):
    return max(a, b) if isinstance(a, int) and isinstance(b, int) else sympy.Max(a, b)


def _smaller(a, b):
    return min(a, b) if isinstance(a, int) and isinstance(b, int) else sympy.Min(a, b)


_FOLDS = {"Max": _larger, "Min": _smaller}


@evaluates("Max", "Min")
def _extremum(node, first, *others):
    for other in others:
        first = _each(_FOLDS[node.op_type], first, other)
    return first


def _is_below(a, b):
    """Return whether a < b, None if that depends on live sizes."""
    if is_positive(b - a):
        return True
    return False if is_nonnegative(a - b) else None


def _not(answer):
    return None if answer is None else not answer


_COMPARISONS = {
    "Equal": lambda a, b: is_zero(a - b),
    "Less": _is_below,
    "Greater": lambda a, b: _is_below(b, a),
    "LessOrEqual": lambda a, b: _not(_is_below(b, a)),
    "GreaterOrEqual": lambda a, b: _not(_is_below(a, b)),
}


@evaluates(*_COMPARISONS)
def _compare(node, a, b):
    return _each(_COMPARISONS[node.op_type], a, b)


@evaluates("Not")
def _negate(node, x):
    return _each(_not, x)


def _and(a, b):
    return False if a is False or b is False else None if a is None or b is None else True


def _or(a, b):
    return True if a is True or b is True else None if a is None or b is None else False


@evaluates("And")
def _conjunction(node, a, b):
    return np.frompyfunc(_and, 2, 1)(a, b)


@evaluates("Or")
def _disjunction(node, a, b):
    return np.frompyfunc(_or, 2, 1)(a, b)


@evaluates("Where")
def _where(node, condition, x, y):
    def choose(chosen, a, b):
        return a if chosen is True or (a is not None and a == b) else b if chosen is False else None

    return np.frompyfunc(choose, 3, 1)(condition, x, y)


@evaluates("Range")
def _range(node, start, limit, delta):
    if start.size != 1 or limit.size != 1 or delta.size != 1 or _is_floating(node):
        return None
    start, limit, delta = start.item(), limit.item(), delta.item()
    if start is None or limit is None or not isinstance(delta, int) or delta == 0:
        return None
    length = plain(sympy.ceiling(sympy.sympify(limit - start) / delta))
    if not isinstance(length, int) or length > MOST_ELEMENTS:
        return None
    result = np.empty(max(length, 0), dtype=object)
    result[:] = [plain(sympy.sympify(start + i * delta)) for i in range(max(length, 0))]
    return result


_REDUCTIONS = {
    "ReduceSum": lambda a, b: a + b,
    "ReduceProd": lambda a, b: a * b,
    "ReduceMax": _larger,
    "ReduceMin": _smaller,
}


@evaluates(*_REDUCTIONS)
def _reduce(node, x, axes=None):
    axes = known_axes(node, axes, ())
    if axes is None or x.size == 0 or _is_floating(node):
        return None
    if not axes and node.attributes.get_int("noop_with_empty_axes", 0):
        return x
    keeps = bool(node.attributes.get_int("keepdims", 1))
    combine = _REDUCTIONS[node.op_type]
    for axis in sorted((a % x.ndim for a in axes or range(x.ndim)), reverse=True):
        parts = [np.take(x, [i], axis=axis) for i in range(x.shape[axis])]
        x = parts[0]
        for part in parts[1:]:
            x = _each(combine, x, part)
        x = x if keeps else np.squeeze(x, axis)
    return x


@evaluates("Clip")
def _clip(node, x, low=None, high=None):
    if low is not None:
        x = _each(_larger, x, low)
    return x if high is None else _each(_smaller, x, high)
