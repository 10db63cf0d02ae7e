"""Flatten."""

from typing import Any

import keras

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import in_keras_axes, straight
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.orders import Inner, Order, onnx_order


@writes(keras.layers.Flatten)
def flatten(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    """Merge all axes but the first as ONNX has them; Keras' order of them is that of the scrambled axis."""
    x = straight(op, inputs)
    if layer.data_format == "channels_first" and x.rank > 1:
        x = x.become(x.name, order=Order(last(x.order.axes)), shape=last(x.shape))
    shape = layer.compute_output_shape(inputs.shape)
    inside = x.order.axes[1:]
    if x.order.is_onnx or x.axis(0) != 0 or None in x.shape[1:]:
        return Tensor(op.Flatten(in_keras_axes(op, x)), onnx_order(2), shape, x.dtype)
    inner = Inner(x.onnx_shape[1:], tuple(a - 1 for a in inside))
    return Tensor(op.Flatten(x), Order((0, 1), ((1, inner),)), shape, x.dtype)


def last(per_axis: Any) -> Any:
    """Put what is listed per stored axis as it is with channels last."""
    return (per_axis[0], *per_axis[2:], *per_axis[1:2])
