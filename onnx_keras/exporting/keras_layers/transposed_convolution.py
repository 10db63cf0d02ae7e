"""Transposed convolutions."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import array_of
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.keras_layers.convolution import bias_of, image
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.exporting.walking import activated

layers = keras.layers

ANY_SIZE = 8
"""What an unknown size is taken for where it makes no difference."""


@writes(layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
def transposed_convolution(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = image(op, inputs, layer)
    kernel = np.moveaxis(array_of(layer.kernel), (-1, -2), (0, 1))
    result = op.ConvTranspose(x, op.constant(kernel, "kernel"), bias_of(op, layer), **windows(layer, x))
    return activated(op, x.become(result, shape=layer.compute_output_shape(x.shape)), layer.activation)


def windows(layer: Any, x: Tensor) -> dict[str, Any]:
    """Give the attributes of a ConvTranspose: what the result lacks of all that the kernel reaches is padding."""
    shape = [ANY_SIZE if s is None else s for s in x.shape]
    spatial = slice(1, -1) if layer.data_format == "channels_last" else slice(2, None)
    sizes, results = shape[spatial], layer.compute_output_shape(shape)[spatial]
    reach = [(k - 1) * d + 1 for k, d in zip(layer.kernel_size, layer.dilation_rate)]
    cut = [(n - 1) * s + r - m for n, s, r, m in zip(sizes, layer.strides, reach, results)]
    before = [max(c, 0) // 2 for c in cut]
    return {
        "kernel_shape": list(layer.kernel_size),
        "strides": list(layer.strides),
        "dilations": list(layer.dilation_rate),
        "pads": before + [max(c, 0) - b for c, b in zip(cut, before)],
        "output_padding": [max(-c, 0) for c in cut],
    }
