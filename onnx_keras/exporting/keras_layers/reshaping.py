"""Layers that move, cut and repeat elements."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import in_keras_axes
from onnx_keras.exporting.reshaping import padded, permuted, reshaped, sliced
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor, in_keras_order

layers = keras.layers


@writes(layers.Reshape)
def reshape(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    shape = layer.compute_output_shape(inputs.shape)
    return reshaped(op, inputs, (0, *shape[1:]), shape)


@writes(layers.Permute)
def permute(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return permuted(inputs, (0, *layer.dims))


@writes(layers.RepeatVector)
def repeat_vector(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    row = op.Unsqueeze(in_keras_axes(op, inputs), np.array([1], np.int64))
    repeated = op.Expand(row, np.array([1, layer.n, 1], np.int64))
    return in_keras_order(repeated, layer.compute_output_shape(inputs.shape), inputs.dtype)


def spatial_widths(layer: Any, widths: Any, rank: int) -> list[tuple[int, int]]:
    """Give what a layer does at both ends of each axis of an image."""
    widths = [widths] if isinstance(widths[0], int) else widths
    pairs = [(w, w) if isinstance(w, int) else tuple(w) for w in widths]
    before = 2 if getattr(layer, "data_format", "channels_last") == "channels_first" else 1
    return [(0, 0)] * before + pairs + [(0, 0)] * (rank - before - len(pairs))


@writes(layers.ZeroPadding1D, layers.ZeroPadding2D, layers.ZeroPadding3D)
def zero_padding(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return padded(op, inputs, spatial_widths(layer, layer.padding, inputs.rank))


@writes(layers.Cropping1D, layers.Cropping2D, layers.Cropping3D)
def cropping(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    widths = spatial_widths(layer, layer.cropping, inputs.rank)
    return sliced(op, inputs, {i: slice(a, -b or None) for i, (a, b) in enumerate(widths) if a or b})
