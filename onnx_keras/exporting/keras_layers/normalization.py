"""Normalization."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import along, array_of, like
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast, moved
from onnx_keras.exporting.operands import elementwise
from onnx_keras.exporting.reducing import of_length_one, reduced
from onnx_keras.exporting.table import writes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.orders import Order

layers = keras.layers

SMALLEST_NORM = 1e-12
"""What UnitNormalization divides by at least."""


@writes(layers.BatchNormalization)
def batch_normalization(op: Graph, layer: Any, inputs: Tensor, mask: Any = None) -> Tensor:
    """Write what BatchNormalization does outside of training, where a mask makes no difference."""
    x = cast(op, inputs, layer.variable_dtype)
    mean, variance = array_of(layer.moving_mean), array_of(layer.moving_variance)
    offset, scale = (None if v is None else array_of(v) for v in (layer.beta, layer.gamma))
    position = layer.axis if isinstance(layer.axis, int) else layer.axis[0]
    return batch_normalized(op, x, position, layer.epsilon, mean, variance, offset, scale)


def batch_normalized(
    op: Graph,
    x: Tensor,
    position: int,
    epsilon: float,
    mean: np.ndarray,
    variance: np.ndarray,
    offset: np.ndarray | None,
    scale: np.ndarray | None,
) -> Tensor:
    """Normalize by statistics: a BatchNormalization where ONNX has the axis at 1, else Mul and Add."""
    scale = np.ones_like(mean) if scale is None else scale
    offset = np.zeros_like(mean) if offset is None else offset
    if x.rank > 1 and x.axis(position) == 1:
        parts = {"scale": scale, "bias": offset, "mean": mean, "variance": variance}
        held = [op.constant(along(x, position, array), role) for role, array in parts.items()]
        return x.become(op.BatchNormalization(x, *held, epsilon=float(epsilon)))
    factor = scale / np.sqrt(variance + like(x, epsilon))
    shape = tuple(-1 if i == position % x.rank else 1 for i in range(x.rank))
    multiplied = elementwise(op, "Mul", [x, op.held(factor.reshape(shape), "factor")])
    return elementwise(op, "Add", [multiplied, op.held((offset - mean * factor).reshape(shape), "offset")])


@writes(layers.LayerNormalization)
def layer_normalization(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = cast(op, inputs, layer.variable_dtype)
    scale = None if layer.gamma is None else array_of(layer.gamma)
    bias = None if layer.beta is None else array_of(layer.beta)
    axes = counted(layer.axis, x.rank)
    if layer.rms_scaling:
        return scaled(op, by_deviation(op, x, axes, layer.epsilon), axes, scale, None)
    return by_mean_and_deviation(op, x, axes, layer.epsilon, scale, bias)


@writes(layers.RMSNormalization)
def rms_normalization(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = cast(op, inputs, layer.variable_dtype)
    normal = by_root_mean_square(op, x, counted(layer.axis, x.rank), layer.epsilon)
    return elementwise(op, "Mul", [normal, op.held(array_of(layer.scale), "scale")])


def counted(axis: Any, rank: int) -> list[int]:
    """List axes as they count from 0, ascending."""
    return sorted(a % rank for a in (axis if isinstance(axis, (list, tuple)) else [axis]))


def by_mean_and_deviation(
    op: Graph, x: Tensor, axes: list[int], epsilon: float, scale: np.ndarray | None, bias: np.ndarray | None
) -> Tensor:
    """Normalize over axes: by one operator where they are the last ones of ONNX, else by several without a move."""
    if x.order.is_onnx and axes == list(range(axes[0], x.rank)) and all(x.shape[a] for a in axes):
        scale = np.ones([x.shape[a] or 0 for a in axes], x.dtype) if scale is None else scale
        held = [op.constant(scale, "scale"), None if bias is None else op.constant(bias, "bias")]
        return x.become(op.LayerNormalization(x, *held, axis=axes[0], epsilon=float(epsilon)))
    centered = elementwise(op, "Sub", [x, reduced(op, "ReduceMean", x, axes, True)])
    return scaled(op, by_root_mean_square(op, centered, axes, epsilon), axes, scale, bias)


def by_root_mean_square(op: Graph, x: Tensor, axes: list[int], epsilon: float) -> Tensor:
    """Divide by the root of the mean of squares."""
    square = x.become(op.Mul(x, x))
    mean = reduced(op, "ReduceMean", square, axes, True)
    return elementwise(op, "Div", [x, mean.become(op.Sqrt(op.Add(mean, like(x, epsilon))))])


def by_deviation(op: Graph, x: Tensor, axes: list[int], epsilon: float) -> Tensor:
    """Divide by the standard deviation, without taking the mean away."""
    centered = elementwise(op, "Sub", [x, reduced(op, "ReduceMean", x, axes, True)])
    variance = reduced(op, "ReduceMean", centered.become(op.Mul(centered, centered)), axes, True)
    return elementwise(op, "Div", [x, variance.become(op.Sqrt(op.Add(variance, like(x, epsilon))))])


def scaled(op: Graph, x: Tensor, axes: list[int], scale: np.ndarray | None, bias: np.ndarray | None) -> Tensor:
    """Multiply and add what is held for each element of some axes."""
    shape = [size if i in axes else 1 for i, size in enumerate(x.shape)]
    if scale is not None:
        x = elementwise(op, "Mul", [x, op.held(scale.reshape(shape), "scale")])
    return x if bias is None else elementwise(op, "Add", [x, op.held(bias.reshape(shape), "bias")])


@writes(layers.GroupNormalization)
def group_normalization(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    """Normalize each group as an instance: a group is a channel of the image that has it as one."""
    x = cast(op, inputs, layer.variable_dtype)
    position = layer.axis % x.rank
    rest = [i for i in range(1, x.rank) if i != position]
    order = [0] * x.rank
    for axis, stored in enumerate([0, position, *rest]):
        order[stored] = axis
    x = moved(op, x, Order(tuple(order)))
    groups = op.Reshape(x, np.array([0, layer.groups, -1], np.int64))
    ones, zeros = np.ones(layer.groups, x.dtype), np.zeros(layer.groups, x.dtype)
    normal = op.InstanceNormalization(groups, ones, zeros, epsilon=float(layer.epsilon))
    whole = x.become(op.Reshape(normal, op.Shape(x)))
    scale = array_of(layer.gamma) if layer.scale else None
    return scaled(op, whole, [position], scale, array_of(layer.beta) if layer.center else None)


@writes(layers.UnitNormalization)
def unit_normalization(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return of_length_one(op, inputs, layer.axis, SMALLEST_NORM)


@writes(layers.Normalization)
def normalization(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = cast(op, inputs, layer.variable_dtype)
    mean, variance = array_of(layer.mean), array_of(layer.variance)
    deviation = np.maximum(np.sqrt(variance), like(x, keras.config.epsilon()))
    means, deviations = op.held(mean, "mean"), op.held(deviation, "deviation")
    if layer.invert:
        return elementwise(op, "Add", [elementwise(op, "Mul", [x, deviations]), means])
    return elementwise(op, "Div", [elementwise(op, "Sub", [x, means]), deviations])


@writes(layers.Rescaling)
def rescaling(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    x = cast(op, inputs, layer.variable_dtype)
    scale = like(x, layer.scale)
    if scale.ndim and keras.config.image_data_format() == "channels_first":
        scale = scale.reshape(scale.shape + (1,) * (3 - scale.ndim))
    x = elementwise(op, "Mul", [x, op.held(scale, "scale")])
    offset = like(x, layer.offset)
    return elementwise(op, "Add", [x, op.held(offset, "offset")]) if np.any(offset) else x
