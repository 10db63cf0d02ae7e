"""ArgMax and ArgMin: where the extreme elements are."""

from collections.abc import Callable
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Reduces
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator


@operator(since_version=13)
class ArgMax(Operator):
    """The number of the largest element along an axis.

    Inputs:
        data: Numbers.

    Attributes:
        axis: The axis.
        keepdims: Whether the axis stays, with size one.
        select_last_index: Whether the last of equal elements counts, not the first.

    Specification: https://onnx.ai/onnx/operators/onnx__ArgMax.html
    """

    axis: int = 0
    keepdims: int = 1
    select_last_index: int = 0

    axis_rule = Reduces("axis", scrambled=False)

    def compute(self, data: Any) -> Any:
        return extreme(native.first_largest, data, self.axis, self.keepdims, self.select_last_index)


@operator(since_version=13)
class ArgMin(Operator):
    """The number of the smallest element along an axis.

    Inputs:
        data: Numbers.

    Attributes:
        axis: The axis.
        keepdims: Whether the axis stays, with size one.
        select_last_index: Whether the last of equal elements counts, not the first.

    Specification: https://onnx.ai/onnx/operators/onnx__ArgMin.html
    """

    axis: int = 0
    keepdims: int = 1
    select_last_index: int = 0

    axis_rule = Reduces("axis", scrambled=False)

    def compute(self, data: Any) -> Any:
        return extreme(native.first_smallest, data, self.axis, self.keepdims, self.select_last_index)


def extreme(find: Callable[[Any, int], Any], data: Any, axis: int, keepdims: int, last: int) -> Any:
    """Number extreme elements, from the end where the last one counts."""
    if last:
        index = ops.shape(data)[axis] - 1 - ops.cast(find(ops.flip(data, axis), axis), "int32")
    else:
        index = find(data, axis)
    return ops.cast(ops.expand_dims(index, axis) if keepdims else index, "int64")
