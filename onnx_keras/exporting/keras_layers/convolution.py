"""Convolutions."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import array_of
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast, moved
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.exporting.walking import activated
from onnx_keras.exporting.windows import convolving
from onnx_keras.orders import image_order

layers = keras.layers


def image(op: Graph, x: Tensor, layer: Any) -> Tensor:
    """Give the input of a layer as ONNX' image, in the type of the layer's weights."""
    return moved(op, cast(op, x, layer.variable_dtype), image_order(x.rank, layer.data_format))


def bias_of(op: Graph, layer: Any) -> str | None:
    return None if layer.bias is None else op.constant(array_of(layer.bias), "bias")


@writes(layers.Conv1D, layers.Conv2D, layers.Conv3D)
def convolution(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = image(op, inputs, layer)
    result = op.Conv(
        x,
        op.constant(onnx_kernel(array_of(layer.kernel)), "kernel"),
        bias_of(op, layer),
        **convolving(layer, x, layer.kernel_size),
        group=layer.groups,
    )
    return activated(op, x.become(result, shape=layer.compute_output_shape(x.shape)), layer.activation)


def onnx_kernel(kernel: np.ndarray) -> np.ndarray:
    """Put a kernel (spatial..., inputs, outputs) as ONNX has it, (outputs, inputs, spatial...)."""
    return np.moveaxis(kernel, (-1, -2), (0, 1))


@writes(layers.DepthwiseConv1D, layers.DepthwiseConv2D)
def depthwise(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = image(op, inputs, layer)
    result = depthwise_conv(op, layer, x, array_of(layer.kernel), bias_of(op, layer))
    return activated(op, x.become(result, shape=layer.compute_output_shape(x.shape)), layer.activation)


def depthwise_conv(op: Graph, layer: Any, x: Tensor, kernel: np.ndarray, bias: str | None = None) -> str:
    """Convolve each channel by itself; the kernel is (spatial..., channels, multiplier)."""
    channels = kernel.shape[-2]
    flat = kernel.reshape(*kernel.shape[:-2], 1, -1)
    name: str = op.Conv(
        x,
        op.constant(onnx_kernel(flat), "depthwise_kernel"),
        bias,
        **convolving(layer, x, layer.kernel_size),
        group=channels,
    )
    return name


@writes(layers.SeparableConv1D, layers.SeparableConv2D)
def separable(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = image(op, inputs, layer)
    each = depthwise_conv(op, layer, x, array_of(layer.depthwise_kernel))
    pointwise = op.constant(onnx_kernel(array_of(layer.pointwise_kernel)), "pointwise_kernel")
    result = op.Conv(each, pointwise, bias_of(op, layer))
    return activated(op, x.become(result, shape=layer.compute_output_shape(x.shape)), layer.activation)
