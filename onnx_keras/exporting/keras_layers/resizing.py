"""Upsampling."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast, moved, straight
from onnx_keras.exporting.table import Refused, writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.orders import image_order

layers = keras.layers

NEAREST = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}

INTERPOLATIONS: dict[str, dict[str, Any]] = {
    "nearest": NEAREST,
    "bilinear": {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
}

SIZED: dict[str, dict[str, Any]] = {
    "nearest": {
        "mode": "nearest",
        "coordinate_transformation_mode": "half_pixel",
        "nearest_mode": "round_prefer_ceil",
    },
    "bilinear": INTERPOLATIONS["bilinear"],
}
"""For sizes that aren't multiples: Keras takes the element at the middle of what an element covers."""


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


@writes(layers.Resizing)
def resizing(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    if layer.crop_to_aspect_ratio or layer.pad_to_aspect_ratio or layer.antialias:
        raise Refused(
            "only a plain resize without crop_to_aspect_ratio, pad_to_aspect_ratio and antialias is supported"
        )
    how = SIZED.get(layer.interpolation)
    if how is None:
        raise Refused(f"interpolation={layer.interpolation!r} isn't the same in ONNX; use nearest or bilinear")
    x = cast(op, inputs, layer.variable_dtype)
    x = moved(op, x, image_order(x.rank, layer.data_format))
    channels = x.shape[1 if layer.data_format == "channels_first" else -1]
    if channels is None:
        raise Refused("the number of channels is unknown")
    batch = op.Shape(x, start=0, end=1)
    sizes = op.Concat(batch, np.array([channels, layer.height, layer.width], np.int64), axis=0)
    return x.become(op.Resize(x, None, None, sizes, **how), shape=tuple(layer.compute_output_shape(x.shape)))


def resized(op: Graph, x: Tensor, factors: tuple[int, ...], how: dict[str, Any]) -> Tensor:
    """Enlarge stored axes by whole factors."""
    x = straight(op, x)
    scales = np.array([factors[x.order.position(a)] for a in range(x.rank)], np.float32)
    shape = tuple(None if s is None else s * f for s, f in zip(x.shape, factors))
    return x.become(op.Resize(x, None, scales, **how), shape=shape)
