"""CumSum and CumProd: sums and products of all elements so far."""

from collections.abc import Callable
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Along
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import axis_numbers


@operator(since_version=14)
class CumSum(Operator):
    """The sum of the elements so far along an axis.

    Inputs:
        x: Numbers.
        axis: The axis.

    Attributes:
        exclusive: Whether an element doesn't count for its own sum.
        reverse: Whether the axis is walked from its end.

    Specification: https://onnx.ai/onnx/operators/onnx__CumSum.html
    """

    exclusive: int = 0
    reverse: int = 0

    axis_rule = Along("axis", data=("x",))
    static_inputs = ("axis",)

    def compute(self, x: Any, axis: Any) -> Any:
        return accumulate(native.cumsum, x, axis, self.exclusive, self.reverse, ops.zeros_like)


@operator(since_version=26)
class CumProd(Operator):
    """The product of the elements so far along an axis.

    Inputs:
        x: Numbers.
        axis: The axis.

    Attributes:
        exclusive: Whether an element doesn't count for its own product.
        reverse: Whether the axis is walked from its end.

    Specification: https://onnx.ai/onnx/operators/onnx__CumProd.html
    """

    exclusive: int = 0
    reverse: int = 0

    axis_rule = Along("axis", data=("x",))
    static_inputs = ("axis",)

    def compute(self, x: Any, axis: Any) -> Any:
        return accumulate(native.cumprod, x, axis, self.exclusive, self.reverse, ops.ones_like)


def accumulate(
    function: Callable[..., Any], x: Any, axis: Any, exclusive: int, reverse: int, neutral: Callable[[Any], Any]
) -> Any:
    """Run a cumulative function; an exclusive one runs over elements that have moved up by one."""
    (axis,) = axis_numbers(axis if isinstance(axis, tuple) or hasattr(axis, "shape") else (axis,), len(x.shape))
    x = ops.flip(x, axis) if reverse else x
    if exclusive:
        before = (slice(None),) * axis
        x = ops.concatenate([neutral(x[(*before, slice(0, 1))]), x[(*before, slice(0, -1))]], axis)
    result = function(x, axis)
    return ops.flip(result, axis) if reverse else result
