"""PRelu: a slope for what is negative."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers.base import Operator, operator


@operator(since_version=16)
class PRelu(Operator):
    """Multiply negative elements by a slope.

    Inputs:
        x: Tensor of any shape.
        slope: Tensor of a shape that broadcasts to that of `x`.

    Specification: https://onnx.ai/onnx/operators/onnx__PRelu.html
    """

    axis_rule = Elementwise()
    weight_names = {"slope": "alpha"}

    def compute(self, x: Any, slope: Any) -> Any:
        return ops.where(ops.less(x, 0), ops.multiply(x, slope), x)
