"""Sizes as integers and sympy expressions over positive integer symbols.

onnx_ir keeps a symbolic size as text (`ir.SymbolicDim`). Here that text is read and written, so that
`N*S*64 / 64` and `N*S` are one thing.
"""

import ast
import functools
import operator

import onnx_ir as ir
import sympy

Dim = int | sympy.Expr

_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: sympy.floor(a / b),
    ast.Mod: sympy.Mod,
    ast.Pow: operator.pow,
}
_FUNCTIONS = {
    "floor": sympy.floor,
    "ceiling": lambda size: -sympy.floor(-size),
    "Max": sympy.Max,
    "Min": sympy.Min,
    "Mod": sympy.Mod,
    "Abs": sympy.Abs,
}
RESERVED_NAMES = frozenset(_FUNCTIONS)


@functools.cache
def symbol(name: str) -> sympy.Symbol:
    """Return the one symbol of that name."""
    return sympy.Symbol(name, integer=True, positive=True)


def _read(node):
    match node:
        case ast.Constant(value=int() as number):
            return sympy.Integer(number)
        case ast.Name(id=name):
            return symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_read(operand)
        case ast.BinOp(left=left, op=operation, right=right):
            return _OPERATIONS[type(operation)](_read(left), _read(right))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name](*map(_read, arguments))
    raise ValueError(f"{ast.unparse(node)!r} is not an expression of sizes.")


@functools.cache
def parse(text: str) -> Dim:
    """Read an expression of sizes, such as `floor(N/2) + 1`.

    Raises:
        ValueError: The text holds something other than integers, names, arithmetic and rounding.
    """
    try:
        return plain(_read(ast.parse(text, mode="eval").body))
    except (SyntaxError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{text!r} is not an expression of sizes.") from error


def plain(size) -> Dim:
    """Return a size in the form that all equal sizes should have: an integer as `int`, no floor of a floor.

    There is no `ceiling` in it, which onnx_shape_inference can't read.
    """
    return size if isinstance(size, int) else _plain(size)


@functools.cache
def _plain(size: sympy.Expr) -> Dim:
    if size.has(sympy.ceiling):
        size = size.replace(sympy.ceiling, _FUNCTIONS["ceiling"])
    if size.has(sympy.floor):
        size = size.replace(sympy.floor, _floor)
    return int(size) if size.is_Integer else size


def _floor(size: sympy.Expr) -> sympy.Expr:
    """Return floor(size), using floor((floor(x) + n) / m) = floor((x + n) / m)."""
    for term in sympy.Add.make_args(size):
        factor, inner = term.as_coeff_Mul()
        rest = size - term
        if isinstance(inner, sympy.floor) and factor.p == 1 and (rest * factor.q).is_integer:
            return _floor(sympy.expand(inner.args[0] * factor + rest))
    return sympy.floor(size)


@functools.cache
def _written(size: sympy.Expr) -> ir.SymbolicDim:
    return ir.SymbolicDim(size)


def to_ir(size: Dim) -> int | ir.SymbolicDim:
    """Return a size as `ir.Shape` holds it."""
    size = plain(size)
    return size if isinstance(size, int) else _written(size)


def from_ir(dim: int | ir.SymbolicDim) -> Dim:
    """Return a size of an `ir.Shape` as integer or expression."""
    return dim if isinstance(dim, int) else parse(dim.value)


def dims(value: ir.Value) -> tuple[Dim, ...] | None:
    """Return the shape of a value, or None where the rank is unknown or the value is no tensor."""
    if is_container(value):
        return None
    return element_dims(value)


def element_dims(value: ir.Value) -> tuple[Dim, ...] | None:
    """Return the shape that a tensor has, or that all tensors in a sequence or optional value have."""
    return None if value.shape is None else tuple(from_ir(dim) for dim in value.shape)


def is_container(value: ir.Value) -> bool:
    """Return whether a value is a sequence or an optional value."""
    return isinstance(value.type, (ir.SequenceType, ir.OptionalType))


@functools.cache
def _allowing_zero(size: sympy.Expr) -> sympy.Expr:
    return size.subs({name: sympy.Symbol(name.name, integer=True, nonnegative=True) for name in size.free_symbols})


def is_zero(size: Dim) -> bool | None:
    """Return whether a size is zero, None where that depends on the live sizes, of which any may be zero."""
    return size == 0 if isinstance(size, int) else _allowing_zero(size).is_zero


def is_positive(size: Dim) -> bool | None:
    """Return whether a size is above zero, None where that depends on the live sizes."""
    return size > 0 if isinstance(size, int) else _allowing_zero(size).is_positive


def is_nonnegative(size: Dim) -> bool | None:
    """Return whether a size is zero or above, None where that depends on the live sizes."""
    return size >= 0 if isinstance(size, int) else _allowing_zero(size).is_nonnegative


def is_short(number) -> bool:
    """Return whether a size below 2**14 times that number is exact in float32."""
    number = sympy.sympify(number)
    if not number.is_Rational:
        return False
    return number.q & (number.q - 1) == 0 and max(number.q, abs(number.p)) <= 2**10
