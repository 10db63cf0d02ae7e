"""TopK: the largest or smallest elements along an axis."""

import math
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Along
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import scalar


@operator(since_version=24)
class TopK(Operator):
    """The k largest elements along an axis and their numbers, of equal ones the first.

    Inputs:
        x: Numbers.
        k: How many, a vector of one element.

    Attributes:
        axis: The axis.
        largest: Whether the largest elements are meant, not the smallest.
        sorted: Whether the result must be in order; it always is.

    Returns:
        The elements, and their numbers along the axis.

    Specification: https://onnx.ai/onnx/operators/onnx__TopK.html
    """

    axis: int = -1
    largest: int = 1
    sorted: int = 1

    axis_rule = Along("axis", data=("x",))
    static_inputs = ("k",)

    def compute(self, x: Any, k: Any) -> Any:
        key = ops.moveaxis(in_order(x) if self.largest else reversed_order(x), self.axis, -1)
        indices = ops.moveaxis(native.largest(key, scalar(k)), -1, self.axis)
        return ops.take_along_axis(x, indices, axis=self.axis), ops.cast(indices, "int64")


def in_order(x: Any) -> Any:
    """Let NaN be the largest."""
    return x if "int" in ops.dtype(x) else ops.where(ops.isnan(x), ops.cast(math.inf, x.dtype), x)


def reversed_order(x: Any) -> Any:
    """Map larger elements to smaller ones, NaN to the smallest; the negative of the least integer would not exist."""
    return ops.bitwise_not(x) if "int" in ops.dtype(x) else -in_order(x)
