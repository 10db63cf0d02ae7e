"""Layers around layers."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.joining import concatenated
from onnx_keras.exporting.keras_layers.recurrent import aligned
from onnx_keras.exporting.moving import in_keras_axes
from onnx_keras.exporting.operands import elementwise
from onnx_keras.exporting.table import Refused, writes
from onnx_keras.exporting.tensor import Tensor, in_keras_order
from onnx_keras.exporting.walking import written

layers = keras.layers


@writes(layers.SpectralNormalization)
def spectral_normalization(op: Graph, layer: Any, inputs: Tensor) -> Any:
    return written(op, layer.layer, (inputs,), {})


@writes(layers.TimeDistributed)
def time_distributed(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    """Take the steps of all sequences for one batch, and split it again."""
    x = in_keras_axes(op, inputs)
    features = x.shape[2:]
    if None in features:
        raise Refused(f"it gets features of shape {features}; their sizes must be known")
    flat = op.Reshape(x, np.array([-1, *features], np.int64))
    inside = written(op, layer.layer, (in_keras_order(flat, (None, *features), x.dtype),), {})
    result = in_keras_axes(op, inside)
    if None in result.shape[1:]:
        raise Refused(f"'{layer.layer.name}' gives features of shape {result.shape[1:]}; their sizes must be known")
    sizes = op.Concat(op.Shape(x, start=0, end=2), np.array(result.shape[1:], np.int64), axis=0)
    return in_keras_order(op.Reshape(result, sizes), (*x.shape[:2], *result.shape[1:]), result.dtype)


@writes(layers.Bidirectional)
def bidirectional(op: Graph, layer: Any, sequences: Tensor, initial_state: Any = None) -> Any:
    states = [s for s in keras.tree.flatten(initial_state) if s is not None]
    half = len(states) // 2
    forth = direction(op, layer.forward_layer, sequences, states[:half])
    back = direction(op, layer.backward_layer, sequences, states[half:])
    output = merged(op, layer.merge_mode, forth[0], back[0])
    if not layer.return_state:
        return output
    return (*(output if layer.merge_mode is None else (output,)), *forth[1:], *back[1:])


def direction(op: Graph, layer: Any, sequences: Tensor, states: list[Tensor]) -> list[Tensor]:
    """Write the layer of one direction: its output, steps in the order of the input, and its states."""
    with op.scope(layer):
        return aligned(op, layer, sequences, states)


def merged(op: Graph, mode: str | None, forth: Tensor, back: Tensor) -> Any:
    """Merge what two directions give."""
    if mode is None:
        return forth, back
    if mode == "concat":
        return concatenated(op, [forth, back], -1)
    total = elementwise(op, "Mul" if mode == "mul" else "Add", [forth, back])
    return elementwise(op, "Mul", [total, 0.5]) if mode == "ave" else total
