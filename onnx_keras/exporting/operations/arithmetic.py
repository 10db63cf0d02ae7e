"""Operations on one element after the other."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import like
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast
from onnx_keras.exporting.operands import elementwise, promoted, spec, where
from onnx_keras.exporting.table import OPERATIONS, Refused, writes_operation
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.types import FLOATS

UNARY = {
    "Absolute": "Abs",
    "Ceil": "Ceil",
    "Floor": "Floor",
    "Negative": "Neg",
    "Sign": "Sign",
}

FLOATING = {
    "Arccos": "Acos",
    "Arccosh": "Acosh",
    "Arcsin": "Asin",
    "Arcsinh": "Asinh",
    "Arctan": "Atan",
    "Arctanh": "Atanh",
    "Cos": "Cos",
    "Cosh": "Cosh",
    "Erf": "Erf",
    "Exp": "Exp",
    "Log": "Log",
    "Reciprocal": "Reciprocal",
    "Sin": "Sin",
    "Sinh": "Sinh",
    "Sqrt": "Sqrt",
    "Tan": "Tan",
    "Tanh": "Tanh",
}

BINARY = {"Add": "Add", "Subtract": "Sub", "Multiply": "Mul", "Maximum": "Max", "Minimum": "Min", "Power": "Pow"}

COMPARISONS = {
    "Equal": "Equal",
    "Greater": "Greater",
    "GreaterEqual": "GreaterOrEqual",
    "Less": "Less",
    "LessEqual": "LessOrEqual",
}

LOGICAL = {"LogicalAnd": "And", "LogicalOr": "Or", "LogicalXor": "Xor"}

PROPERTIES = {"Isnan": "IsNaN", "Isinf": "IsInf"}


def unary(op_type: str) -> Any:
    return lambda op, operation, x: x.become(op.node(op_type, [x]))


def floating(op_type: str) -> Any:
    """Write an operator of floats: integers become floats before it."""

    def writer(op: Graph, operation: Any, x: Tensor) -> Tensor:
        x = cast(op, x, result_type(operation, x))
        return x.become(op.node(op_type, [x]))

    return writer


def result_type(operation: Any, x: Tensor) -> str:
    return str(spec(operation, x).dtype)


def binary(op_type: str) -> Any:
    return lambda op, operation, x1, x2: elementwise(op, op_type, [x1, x2])


def predicate(op_type: str) -> Any:
    def writer(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
        result = elementwise(op, op_type, [x1, x2])
        return result.become(result.name, dtype="bool")

    return writer


OPERATIONS.update({name: unary(op_type) for name, op_type in UNARY.items()})
OPERATIONS.update({name: floating(op_type) for name, op_type in FLOATING.items()})
OPERATIONS.update({name: binary(op_type) for name, op_type in BINARY.items()})
OPERATIONS.update({name: predicate(op_type) for name, op_type in COMPARISONS.items()})
OPERATIONS.update(
    {name: lambda op, o, x1, x2, t=op_type: elementwise(op, t, [x1, x2], "bool") for name, op_type in LOGICAL.items()}
)
OPERATIONS.update(
    {name: lambda op, o, x, t=op_type: x.become(op.node(t, [x]), dtype="bool") for name, op_type in PROPERTIES.items()}
)


@writes_operation("NotEqual")
def not_equal(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
    result = elementwise(op, "Equal", [x1, x2])
    return result.become(op.Not(result), dtype="bool")


@writes_operation("LogicalNot")
def logical_not(op: Graph, operation: Any, x: Tensor) -> Tensor:
    x = cast(op, x, "bool")
    return x.become(op.Not(x))


@writes_operation("Isfinite")
def isfinite(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return x.become(op.Not(op.Or(op.IsNaN(x), op.IsInf(x))), dtype="bool")


@writes_operation("Divide", "TrueDivide")
def divide(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
    return elementwise(op, "Div", [x1, x2], str(spec(operation, x1, x2).dtype))


@writes_operation("DivideNoNan")
def divide_no_nan(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
    dtype = promoted([x1, x2, 1.0])
    quotient = elementwise(op, "Div", [x1, x2], dtype)
    is_zero = elementwise(op, "Equal", [x2, 0], dtype)
    return where(op, is_zero.become(is_zero.name, dtype="bool"), 0.0, quotient)


@writes_operation("FloorDivide")
def floor_divide(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
    dtype = promoted([x1, x2])
    if dtype not in FLOATS:
        raise Refused(f"ONNX has no floor division of {dtype}; cast to float32 before it")
    quotient = elementwise(op, "Div", [x1, x2], dtype)
    return quotient.become(op.Floor(quotient))


@writes_operation("Mod")
def mod(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
    dtype = promoted([x1, x2])
    if dtype not in FLOATS:
        return elementwise(op, "Mod", [x1, x2], dtype)
    quotient = elementwise(op, "Div", [x1, x2], dtype)
    whole = elementwise(op, "Mul", [quotient.become(op.Floor(quotient)), x2], dtype)
    return elementwise(op, "Sub", [x1, whole], dtype)


@writes_operation("Where")
def where_operation(op: Graph, operation: Any, condition: Any, x1: Any = None, x2: Any = None) -> Tensor:
    if x1 is None:
        raise Refused("where without values gives a result whose size depends on data")
    return where(op, condition, x1, x2)


@writes_operation("Clip")
def clip(op: Graph, operation: Any, x: Tensor) -> Tensor:
    low, high = operation.x_min, operation.x_max
    if not all(isinstance(v, (int, float)) for v in (low, high)):
        return elementwise(op, "Min", [elementwise(op, "Max", [x, low], x.dtype), high], x.dtype)
    return x.become(op.Clip(x, like(x, low), like(x, high)))


@writes_operation("Square")
def square(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return x.become(op.Mul(x, x))


@writes_operation("Round")
def rounded(op: Graph, operation: Any, x: Tensor) -> Tensor:
    if operation.decimals:
        raise Refused(f"decimals={operation.decimals} isn't 0")
    return x if x.dtype not in FLOATS else x.become(op.Round(x))


@writes_operation("Rsqrt")
def rsqrt(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return x.become(op.Reciprocal(op.Sqrt(x)))


@writes_operation("Log1p")
def log1p(op: Graph, operation: Any, x: Tensor) -> Tensor:
    x = cast(op, x, result_type(operation, x))
    return x.become(op.Log(op.Add(x, like(x, 1))))


@writes_operation("Expm1")
def expm1(op: Graph, operation: Any, x: Tensor) -> Tensor:
    x = cast(op, x, result_type(operation, x))
    return x.become(op.Sub(op.Exp(x), like(x, 1)))


def logarithm(base: float) -> Any:
    def writer(op: Graph, operation: Any, x: Tensor) -> Tensor:
        x = cast(op, x, result_type(operation, x))
        return x.become(op.Mul(op.Log(x), like(x, 1 / np.log(base))))

    return writer


OPERATIONS.update({"Log2": logarithm(2), "Log10": logarithm(10)})


@writes_operation("Cast")
def cast_operation(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return cast(op, x, keras.backend.standardize_dtype(operation.dtype))


@writes_operation("StopGradient", "Copy")
def same(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return x
