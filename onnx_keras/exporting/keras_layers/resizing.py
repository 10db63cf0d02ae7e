"""Upsampling."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import moved, straight
from onnx_keras.exporting.table import Refused, writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.orders import image_order

layers = keras.layers

NEAREST = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}

INTERPOLATIONS: dict[str, dict[str, Any]] = {
    "nearest": NEAREST,
    "bilinear": {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
}


@writes(layers.UpSampling1D)
def up_sampling_1d(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return resized(op, inputs, (1, layer.size, 1), NEAREST)


@writes(layers.UpSampling2D, layers.UpSampling3D)
def up_sampling(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    interpolation = getattr(layer, "interpolation", "nearest")
    if interpolation not in INTERPOLATIONS:
        raise Refused(f"interpolation={interpolation!r} isn't the same in ONNX; use nearest or bilinear")
    last = layer.data_format == "channels_last"
    factors = (1, *layer.size, 1) if last else (1, 1, *layer.size)
    x = moved(op, inputs, image_order(inputs.rank, layer.data_format))
    return resized(op, x, factors, INTERPOLATIONS[interpolation])


def resized(op: Graph, x: Tensor, factors: tuple[int, ...], how: dict[str, Any]) -> Tensor:
    """Enlarge stored axes by whole factors."""
    x = straight(op, x)
    scales = np.array([factors[x.order.position(a)] for a in range(x.rank)], np.float32)
    shape = tuple(None if s is None else s * f for s, f in zip(x.shape, factors))
    return x.become(op.Resize(x, None, scales, **how), shape=shape)
