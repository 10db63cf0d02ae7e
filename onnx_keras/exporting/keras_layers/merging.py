"""Layers that merge several tensors into one."""

from collections.abc import Sequence
from functools import reduce
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import keras

from onnx_keras.exporting.einsum import einsum
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.joining import concatenated, with_unit
from onnx_keras.exporting.operands import elementwise
from onnx_keras.exporting.reducing import of_length_one
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


@writes(layers.Dot)
def dot(op: Graph, layer: Any, inputs: Sequence[Tensor]) -> Tensor:
    """Contract an axis of two batches."""
    given = [layer.axes] * 2 if isinstance(layer.axes, int) else layer.axes
    axes = [axis % x.rank for axis, x in zip(given, inputs)]
    if layer.normalize:
        inputs = [of_length_one(op, x, axis, keras.config.epsilon()) for x, axis in zip(inputs, axes)]
    left, right = inputs
    own = ascii_lowercase[: left.rank]
    other = [own[0], *ascii_uppercase[1 : right.rank]]
    other[axes[1]] = own[axes[0]]
    result = [c for c in own if c != own[axes[0]]] + [c for c in other[1:] if c != own[axes[0]]]
    product = einsum(op, f"{own},{''.join(other)}->{''.join(result)}", [left, right])
    return with_unit(op, product, 1) if product.rank == 1 else product
