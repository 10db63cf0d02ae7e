"""Layers that multiply by a kernel."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import along, array_of
from onnx_keras.exporting.einsum import projected
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast, in_keras_axes
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.exporting.walking import activated


@writes(keras.layers.Dense)
def dense(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = cast(op, inputs, layer.variable_dtype)
    kernel = array_of(layer.kernel)
    bias = None if layer.bias is None else array_of(layer.bias)
    return activated(op, multiplied(op, x, kernel, bias), layer.activation)


def multiplied(op: Graph, x: Tensor, kernel: np.ndarray, bias: np.ndarray | None) -> Tensor:
    """Contract the last axis of a tensor: by Gemm, by a pointwise Conv where ONNX has that axis as channels, or MatMul."""
    shape = (*x.shape[:-1], kernel.shape[1])
    if x.rank == 2 and x.order.axes == (0, 1) and not x.order.inside(0):
        weights = op.constant(along(x, -1, kernel), "kernel")
        return x.become(
            op.Gemm(x, weights, None if bias is None else op.constant(bias, "bias")),
            shape=shape,
            order=x.order.straight(),
        )
    if x.rank in (3, 4, 5) and x.axis(-1) == 1 and x.axis(0) == 0 and not x.order.inner:
        weights = op.constant(kernel.T.reshape(*kernel.T.shape, *[1] * (x.rank - 2)), "kernel")
        return x.become(op.Conv(x, weights, None if bias is None else op.constant(bias, "bias")), shape=shape)
    x = in_keras_axes(op, x)
    product = op.MatMul(x, op.constant(kernel, "kernel"))
    return x.become(product if bias is None else op.Add(product, op.constant(bias, "bias")), shape=shape)


@writes(keras.layers.EinsumDense)
def einsum_dense(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = cast(op, inputs, layer.variable_dtype)
    return activated(op, projection(op, layer, x), layer.activation)


def projection(op: Graph, layer: Any, x: Tensor) -> Tensor:
    """Write the product and bias of an EinsumDense."""
    bias = None if layer.bias is None else array_of(layer.bias)
    return projected(op, layer.equation, x, array_of(layer.kernel), bias, layer.compute_output_shape(x.shape))
