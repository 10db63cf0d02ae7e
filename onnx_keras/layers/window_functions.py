"""Window functions: weights that fade to both ends of a piece of a signal."""

import math
from typing import Any

from keras import ops

from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import narrow, scalar
from onnx_keras.types import type_name


class Window(Operator):
    """A sum of cosines.

    Inputs:
        size: The length of the window.

    Attributes:
        output_datatype: The number of the type of the weights.
        periodic: Whether the window is one period; else its last weight mirrors its first.
    """

    output_datatype: int = 1
    periodic: int = 1

    static_inputs = ("size",)

    def window(self, size: Any, *coefficients: float) -> Any:
        """Sum cosines of ever higher frequency."""
        dtype, size = type_name(self.output_datatype), narrow(scalar(size))
        wide = "float64" if dtype == "float64" else "float32"
        period = ops.cast(size if self.periodic else size - 1, wide)
        angles = ops.cast(ops.arange(size, dtype="int32"), wide) * (2 * math.pi) / period
        return ops.cast(sum(c * ops.cos(k * angles) for k, c in enumerate(coefficients)), dtype)


@operator(since_version=17)
class HannWindow(Window):
    """A raised cosine that fades to zero.

    Specification: https://onnx.ai/onnx/operators/onnx__HannWindow.html
    """

    def compute(self, size: Any) -> Any:
        return self.window(size, 0.5, -0.5)


@operator(since_version=17)
class HammingWindow(Window):
    """A raised cosine that doesn't quite fade to zero.

    Specification: https://onnx.ai/onnx/operators/onnx__HammingWindow.html
    """

    def compute(self, size: Any) -> Any:
        return self.window(size, 25 / 46, -21 / 46)


@operator(since_version=17)
class BlackmanWindow(Window):
    """Two raised cosines that fade to zero.

    Specification: https://onnx.ai/onnx/operators/onnx__BlackmanWindow.html
    """

    def compute(self, size: Any) -> Any:
        return self.window(size, 0.42, -0.5, 0.08)
