"""Softmax, LogSoftmax and Hardmax: a distribution along one axis."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from onnx_keras.axis_rules import Along
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator


@operator(since_version=13)
class Softmax(Operator):
    """Exponentials along one axis, scaled to sum to one.

    Inputs:
        input: Float tensor of any rank of at least one.

    Attributes:
        axis: The axis that sums to one, counted from the end if negative.

    Specification: https://onnx.ai/onnx/operators/onnx__Softmax.html
    """

    axis: int = -1

    axis_rule = Along("axis", scrambled=True)

    def compute(self, input: Any) -> Any:
        return in_wide(ops.softmax, input, self.axis)


@operator(since_version=13)
class LogSoftmax(Operator):
    """The logarithm of Softmax.

    Inputs:
        input: Float tensor of any rank of at least one.

    Attributes:
        axis: The axis whose exponentials sum to one, counted from the end if negative.

    Specification: https://onnx.ai/onnx/operators/onnx__LogSoftmax.html
    """

    axis: int = -1

    axis_rule = Along("axis", scrambled=True)

    def compute(self, input: Any) -> Any:
        return in_wide(ops.log_softmax, input, self.axis)


@operator(since_version=13)
class Hardmax(Operator):
    """One for the first of the largest elements along an axis, zero for the others.

    Inputs:
        input: Float tensor of any rank of at least one.

    Attributes:
        axis: The axis, counted from the end if negative.

    Specification: https://onnx.ai/onnx/operators/onnx__Hardmax.html
    """

    axis: int = -1

    axis_rule = Along("axis")

    def compute(self, input: Any) -> Any:
        if 0 in input.shape:
            return input
        first = native.first_largest(input, self.axis)
        return ops.one_hot(first, ops.shape(input)[self.axis], axis=self.axis, dtype=input.dtype)


def in_wide(function: Callable[[Any, int], Any], x: Any, axis: int) -> Any:
    """Compute floats of sixteen bits in float32: TensorFlow rounds them at each step and each term of the sum."""
    if keras.backend.standardize_dtype(x.dtype) not in ("float16", "bfloat16"):
        return function(x, axis)
    return ops.cast(function(ops.cast(x, "float32"), axis), x.dtype)
