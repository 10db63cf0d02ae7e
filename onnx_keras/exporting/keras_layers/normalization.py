"""Normalization."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import along, array_of, like
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast
from onnx_keras.exporting.operands import elementwise
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor

layers = keras.layers


@writes(layers.BatchNormalization)
def batch_normalization(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    """Normalize by the moving statistics: a BatchNormalization where ONNX has channels at 1, else Mul and Add."""
    x = cast(op, inputs, layer.variable_dtype)
    mean, variance = array_of(layer.moving_mean), array_of(layer.moving_variance)
    scale = np.ones_like(mean) if layer.gamma is None else array_of(layer.gamma)
    bias = np.zeros_like(mean) if layer.beta is None else array_of(layer.beta)
    position = layer.axis if isinstance(layer.axis, int) else layer.axis[0]
    if x.rank > 1 and x.axis(position) == 1:
        parts = {"scale": scale, "bias": bias, "mean": mean, "variance": variance}
        held = [op.constant(along(x, position, array), role) for role, array in parts.items()]
        return x.become(op.BatchNormalization(x, *held, epsilon=float(layer.epsilon)))
    factor = scale / np.sqrt(variance + like(x, layer.epsilon))
    shape = tuple(-1 if i == position % x.rank else 1 for i in range(x.rank))
    scaled = elementwise(op, "Mul", [x, op.held(factor.reshape(shape), "factor")])
    return elementwise(op, "Add", [scaled, op.held((bias - mean * factor).reshape(shape), "offset")])
