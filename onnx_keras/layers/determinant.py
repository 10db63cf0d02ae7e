"""Det: determinants."""

from typing import Any

import keras
from keras import ops

from onnx_keras.layers.base import Operator, operator


@operator(since_version=22)
class Det(Operator):
    """The determinants of square matrices.

    Inputs:
        x: Matrices, in a tensor of at least two axes.

    Returns:
        A tensor without the last two axes.

    Specification: https://onnx.ai/onnx/operators/onnx__Det.html
    """

    def compute(self, x: Any) -> Any:
        wide = "float64" if keras.backend.standardize_dtype(x.dtype) == "float64" else "float32"
        return ops.cast(ops.det(ops.cast(x, wide)), x.dtype)
