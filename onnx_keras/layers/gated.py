"""SwiGLU: values behind a gate."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers.base import Operator, operator


@operator(since_version=28)
class SwiGLU(Operator):
    """Multiply values by Swish of a gate.

    Inputs:
        a: What goes through Swish, `a * sigmoid(alpha * a)`.
        b: The values, of the same shape.

    Attributes:
        alpha: The steepness of the gate.

    Specification: https://onnx.ai/onnx/operators/onnx__SwiGLU.html
    """

    alpha: float = 1.0

    axis_rule = Elementwise()

    def compute(self, a: Any, b: Any) -> Any:
        return a * ops.sigmoid(self.alpha * a) * b
