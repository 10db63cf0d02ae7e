"""Layers that do nothing outside of training."""

from typing import Any

import keras

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor

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
