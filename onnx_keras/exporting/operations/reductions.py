"""Operations that reduce axes, or run along them."""

from typing import Any

import numpy as np

from onnx_keras.exporting.arrays import like
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast, in_keras_axes, straight
from onnx_keras.exporting.operands import elementwise, spec
from onnx_keras.exporting.reducing import of_length_one, reduced, without
from onnx_keras.exporting.reshaping import reshaped
from onnx_keras.exporting.table import OPERATIONS, Refused, writes_operation
from onnx_keras.exporting.tensor import Tensor, in_keras_order

REDUCTIONS = {
    "Sum": "ReduceSum",
    "Mean": "ReduceMean",
    "Prod": "ReduceProd",
    "Logsumexp": "ReduceLogSumExp",
    "Amax": "ReduceMax",
    "Amin": "ReduceMin",
}


def reduction(op_type: str) -> Any:
    """Write a reduction in the type that Keras gives the result."""
    return lambda op, o, x: reduced(op, op_type, cast(op, x, str(spec(o, x).dtype)), o.axis, o.keepdims)


OPERATIONS.update({name: reduction(op_type) for name, op_type in REDUCTIONS.items()})


@writes_operation("Max")
def largest(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return extreme(op, "ReduceMax", "Max", operation, x)


@writes_operation("Min")
def smallest(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return extreme(op, "ReduceMin", "Min", operation, x)


def extreme(op: Graph, over_axes: str, of_two: str, operation: Any, x: Tensor) -> Tensor:
    result = reduced(op, over_axes, x, operation.axis, operation.keepdims)
    return result if operation.initial is None else elementwise(op, of_two, [result, operation.initial], x.dtype)


@writes_operation("Any")
def any_true(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return of_truths(op, "ReduceMax", operation, x)


@writes_operation("All")
def all_true(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return of_truths(op, "ReduceMin", operation, x)


def of_truths(op: Graph, op_type: str, operation: Any, x: Tensor) -> Tensor:
    numbers = cast(op, cast(op, x, "bool"), "int32")
    return cast(op, reduced(op, op_type, numbers, operation.axis, operation.keepdims), "bool")


@writes_operation("Var")
def variance(op: Graph, operation: Any, x: Tensor) -> Tensor:
    x = cast(op, x, str(spec(operation, x).dtype))
    centered = elementwise(op, "Sub", [x, reduced(op, "ReduceMean", x, operation.axis, True)])
    return reduced(op, "ReduceMean", centered.become(op.Mul(centered, centered)), operation.axis, operation.keepdims)


@writes_operation("Std")
def deviation(op: Graph, operation: Any, x: Tensor) -> Tensor:
    squared = variance(op, operation, x)
    return squared.become(op.Sqrt(squared))


@writes_operation("Argmax")
def argmax(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return place(op, "ArgMax", operation, x)


@writes_operation("Argmin")
def argmin(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return place(op, "ArgMin", operation, x)


def place(op: Graph, op_type: str, operation: Any, x: Tensor) -> Tensor:
    """Write where the extreme is; Keras counts in int32."""
    if operation.axis is None:
        raise Refused("an index into all elements isn't supported; reshape to one axis before it")
    x = straight(op, x)
    axis = x.axis(operation.axis)
    name = op.node(op_type, [x], 1, {"axis": axis, "keepdims": int(operation.keepdims)})
    indices = without(x.become(name, dtype="int64"), [axis], operation.keepdims)
    return cast(op, indices, str(spec(operation, x).dtype))


@writes_operation("Cumsum")
def cumsum(op: Graph, operation: Any, x: Tensor) -> Tensor:
    x = straight(op, cast(op, x, str(spec(operation, x).dtype)))
    if operation.axis is None:
        x = reshaped(op, x, [-1], spec(operation, x).shape)
    return x.become(op.CumSum(x, np.array(x.axis(operation.axis or 0))))


@writes_operation("Normalize")
def normalize(op: Graph, operation: Any, x: Tensor) -> Tensor:
    if operation.order != 2:
        raise Refused(f"order={operation.order} isn't 2")
    return of_length_one(op, x, operation.axis, 1e-7 if operation.epsilon is None else operation.epsilon)


@writes_operation("TopK")
def top_k(op: Graph, operation: Any, x: Tensor) -> tuple[Tensor, Tensor]:
    x = straight(op, x)
    values, indices = op.TopK(x, np.array([operation.k]), outputs=2, axis=x.axis(-1), sorted=int(operation.sorted))
    found = x.become(values, shape=(*x.shape[:-1], operation.k))
    return found, cast(op, found.become(indices, dtype="int64"), "int32")


@writes_operation("OneHot")
def one_hot(op: Graph, operation: Any, x: Tensor) -> Tensor:
    """Write a comparison with the numbers of the classes: numbers that are none of them give zeros, as in Keras."""
    if operation.axis not in (-1, x.rank):
        raise Refused(f"axis={operation.axis} isn't -1; transpose after it")
    x = in_keras_axes(op, x)
    column = in_keras_order(op.Unsqueeze(x, np.array([-1])), (*x.shape, 1), x.dtype)
    equal = elementwise(op, "Equal", [column, like(x, np.arange(operation.num_classes))], x.dtype)
    return cast(op, equal.become(equal.name, dtype="bool"), operation.dtype)
