"""Inverse: the inverse of matrices, an operator of ONNX Runtime."""

from typing import Any

from keras import ops

from onnx_keras.layers.base import Operator, operator


@operator(domain="com.microsoft", since_version=1)
class Inverse(Operator):
    """Invert matrices.

    Inputs:
        x: Float matrices, stacked along any leading axes.

    Returns:
        Their inverses, of the shape of `x`.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.Inverse
    """

    def compute(self, x: Any) -> Any:
        return ops.inv(x)
