"""Softmax, LogSoftmax and Hardmax: a distribution along one axis."""

from typing import Any

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
        return ops.softmax(input, axis=self.axis)


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
        return ops.log_softmax(input, axis=self.axis)


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
        first = native.first_largest(input, self.axis)
        return ops.one_hot(first, ops.shape(input)[self.axis], axis=self.axis, dtype=input.dtype)
