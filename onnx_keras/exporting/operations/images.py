"""Operations on images."""

from typing import Any

from onnx_keras.exporting.arrays import array_of
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.keras_layers.convolution import onnx_kernel
from onnx_keras.exporting.moving import cast, moved
from onnx_keras.exporting.operands import promoted, spec
from onnx_keras.exporting.table import Refused, writes_operation
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.exporting.windows import convolving, format_of, pooling
from onnx_keras.orders import image_order


@writes_operation("Conv")
def convolution(op: Graph, operation: Any, inputs: Tensor, kernel: Any) -> Tensor:
    return convolved(op, operation, inputs, kernel, onnx_kernel(held_kernel(kernel)), 1)


@writes_operation("DepthwiseConv")
def depthwise(op: Graph, operation: Any, inputs: Tensor, kernel: Any) -> Tensor:
    array = held_kernel(kernel)
    flat = array.reshape(*array.shape[:-2], 1, -1)
    return convolved(op, operation, inputs, kernel, onnx_kernel(flat), array.shape[-2])


def held_kernel(kernel: Any) -> Any:
    if isinstance(kernel, Tensor):
        raise Refused("a kernel that is computed isn't supported")
    return array_of(kernel)


def convolved(op: Graph, operation: Any, inputs: Tensor, kernel: Any, weights: Any, groups: int) -> Tensor:
    dtype = promoted([inputs, kernel])
    x = moved(op, cast(op, inputs, dtype), image_order(inputs.rank, format_of(operation)))
    held = op.constant(weights.astype(dtype), "kernel")
    result = op.Conv(x, held, **convolving(operation, x, weights.shape[2:]), group=groups)
    return x.become(result, shape=tuple(spec(operation, x, kernel).shape))


@writes_operation("MaxPool")
def max_pool(op: Graph, operation: Any, inputs: Tensor) -> Tensor:
    return pooled(op, "MaxPool", operation, inputs)


@writes_operation("AveragePool")
def average_pool(op: Graph, operation: Any, inputs: Tensor) -> Tensor:
    return pooled(op, "AveragePool", operation, inputs)


def pooled(op: Graph, op_type: str, operation: Any, inputs: Tensor) -> Tensor:
    x = moved(op, inputs, image_order(inputs.rank, format_of(operation)))
    shape = tuple(spec(operation, x).shape)
    return x.become(op.node(op_type, [x], 1, pooling(operation, x)), shape=shape)
