"""CumSum and CumProd: sums and products of all elements so far."""

from typing import Any

from onnx_keras.axis_rules import Along
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import axis_number


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
        return native.cumsum(x, axis_number(axis, len(x.shape)), bool(self.exclusive), bool(self.reverse))


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
        return native.cumprod(x, axis_number(axis, len(x.shape)), bool(self.exclusive), bool(self.reverse))
