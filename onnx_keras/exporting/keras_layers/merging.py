"""Layers that merge several tensors into one."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import keras

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.joining import concatenated
from onnx_keras.exporting.operands import elementwise
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor

layers = keras.layers


def merged(op: Graph, op_type: str, tensors: Sequence[Tensor]) -> Tensor:
    """Write a chain of binary operators; tensors of lower rank get units after the batch, as the layers of Keras do."""
    return reduce(lambda a, b: elementwise(op, op_type, [a, b], leading=1), tensors)


@writes(layers.Add)
def add(op: Graph, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    return merged(op, "Add", inputs)


@writes(layers.Subtract)
def subtract(op: Graph, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    return merged(op, "Sub", inputs)


@writes(layers.Multiply)
def multiply(op: Graph, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    return merged(op, "Mul", inputs)


@writes(layers.Maximum)
def maximum(op: Graph, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    return merged(op, "Max", inputs)


@writes(layers.Minimum)
def minimum(op: Graph, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    return merged(op, "Min", inputs)


@writes(layers.Average)
def average(op: Graph, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    return elementwise(op, "Div", [merged(op, "Add", inputs), float(len(inputs))])


@writes(layers.Concatenate)
def concatenate(op: Graph, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    return concatenated(op, inputs, layer.axis)
