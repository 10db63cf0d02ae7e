"""Embedding, and masks of time steps."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import array_of, like
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.orders import Order


@writes(keras.layers.Embedding)
def embedding(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    table = array_of(layer.embeddings)
    indices = inputs if inputs.dtype in ("int32", "int64") else cast(op, inputs, "int32")
    rows = op.Gather(op.constant(table, "embeddings"), indices, axis=0)
    order = Order((*inputs.order.axes, inputs.rank), inputs.order.inner)
    return Tensor(rows, order, (*inputs.shape, layer.output_dim), table.dtype.name)


@writes(keras.layers.Masking)
def masking(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    """Set the steps to zero whose elements all are the mask value; layers that skip these steps are refused."""
    differs = op.Cast(op.Not(op.Equal(inputs, like(inputs, layer.mask_value))), to=6)
    kept = op.ReduceMax(differs, np.array([inputs.axis(-1)], np.int64), keepdims=1)
    return inputs.become(op.Where(op.Cast(kept, to=9), inputs, like(inputs, 0)))
