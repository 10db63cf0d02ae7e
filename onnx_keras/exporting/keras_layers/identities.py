"""Layers that do nothing outside of training."""

from typing import Any

import keras

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.table import Refused, writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.types import FLOATS

layers = keras.layers


@writes(
    layers.ActivityRegularization,
    layers.AlphaDropout,
    layers.Dropout,
    layers.GaussianDropout,
    layers.GaussianNoise,
    layers.Identity,
    layers.SpatialDropout1D,
    layers.SpatialDropout2D,
    layers.SpatialDropout3D,
)
def identity(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return inputs


@writes(
    layers.RandomBrightness,
    layers.RandomContrast,
    layers.RandomFlip,
    layers.RandomRotation,
    layers.RandomTranslation,
    layers.RandomZoom,
)
def augmentation(op: Graph, layer: Any, data: Tensor) -> Tensor:
    """Write nothing: outside of training images stay; some of these layers turn integers to floats, others don't."""
    if data.dtype not in FLOATS:
        raise Refused(f"images of {data.dtype} aren't supported; put a Rescaling before it")
    return data
