"""Pooling, over windows and over whole images."""

from typing import Any

import keras

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.joining import with_unit
from onnx_keras.exporting.moving import cast, moved
from onnx_keras.exporting.operands import elementwise, where
from onnx_keras.exporting.reducing import reduced
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.exporting.windows import pooling
from onnx_keras.orders import image_order

layers = keras.layers


@writes(layers.MaxPooling1D, layers.MaxPooling2D, layers.MaxPooling3D)
def max_pooling(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = moved(op, inputs, image_order(inputs.rank, layer.data_format))
    return x.become(op.MaxPool(x, **pooling(layer, x)), shape=layer.compute_output_shape(x.shape))


@writes(layers.AveragePooling1D, layers.AveragePooling2D, layers.AveragePooling3D)
def average_pooling(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = moved(op, inputs, image_order(inputs.rank, layer.data_format))
    return x.become(op.AveragePool(x, **pooling(layer, x)), shape=layer.compute_output_shape(x.shape))


@writes(layers.GlobalAveragePooling1D)
def mean_of_steps(op: Graph, layer: Any, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
    if mask is None:
        return pooled(op, "ReduceMean", layer, inputs)
    counts = with_unit(op, mask, 2 if layer.data_format == "channels_last" else 1)
    total = pooled(op, "ReduceSum", layer, where(op, counts, inputs, 0.0))
    return elementwise(op, "Div", [total, pooled(op, "ReduceSum", layer, cast(op, counts, inputs.dtype))])


@writes(layers.GlobalAveragePooling2D, layers.GlobalAveragePooling3D)
def global_average_pooling(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return pooled(op, "ReduceMean", layer, inputs)


@writes(layers.GlobalMaxPooling1D, layers.GlobalMaxPooling2D, layers.GlobalMaxPooling3D)
def global_max_pooling(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return pooled(op, "ReduceMax", layer, inputs)


def pooled(op: Graph, op_type: str, layer: Any, x: Tensor) -> Tensor:
    """Reduce the spatial axes, in whatever order the image is."""
    first = 1 if layer.data_format == "channels_last" else 2
    return reduced(op, op_type, x, list(range(first, first + x.rank - 2)), layer.keepdims)
