"""Normalisation of each image, group or row by its own mean and variance."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Along, Normalizes, Places
from onnx_keras.layers.backend.normalized import mean_of, wide
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.types import type_name


def centered_by(x: Any, axes: tuple[int, ...], epsilon: float) -> tuple[Any, Any, Any]:
    """Give what is above the mean, the mean and the inverse of the standard deviation."""
    mean = mean_of(x, axes)
    centered = ops.subtract(x, mean)
    variance = mean_of(ops.square(centered), axes)
    return centered, mean, ops.rsqrt(variance + epsilon)


def stash(x: Any, stash_type: int) -> str:
    """Choose the type that ONNX computes statistics in; float64 is not narrowed."""
    return "float64" if wide(x) == "float64" else type_name(stash_type)


@operator(since_version=17)
class LayerNormalization(Operator):
    """Shift and scale the last axes to mean zero and variance one, then by learned factors.

    Inputs:
        x: Tensor of any shape.
        scale: Factors, of the shape of the last axes or one that broadcasts to `x`.
        b: What is added, of the same kind.

    Attributes:
        axis: The first of the axes that are normalised together.
        epsilon: What is added to variances.
        stash_type: The number of the type in which statistics are computed.
        axes: Where the normalised axes lie; from `axis` on by default.

    Returns:
        The normalised tensor, the means and the inverses of the standard deviations.

    Specification: https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
    """

    axis: int = -1
    epsilon: float = 1e-5
    stash_type: int = 1
    axes: tuple[int, ...] | None = layout_field(None)

    axis_rule = Normalizes("axes")
    weight_names = {"scale": "gamma", "b": "beta"}

    def compute(self, x: Any, scale: Any, b: Any = None) -> Any:
        dtype = stash(x, self.stash_type)
        centered, mean, inverse = centered_by(ops.cast(x, dtype), last_axes(self, x), self.epsilon)
        y = ops.multiply(ops.cast(ops.multiply(centered, inverse), x.dtype), scale)
        y = y if b is None else y + b
        if not set(self.returns or ()) & {1, 2}:
            return y
        kind = type_name(self.stash_type)
        return y, ops.cast(mean, kind), ops.cast(inverse, kind)


@operator(since_version=23)
class RMSNormalization(Operator):
    """Scale the last axes to mean square one, then by learned factors.

    Inputs:
        x: Tensor of any shape.
        scale: Factors, of the shape of the last axes or one that broadcasts to `x`.

    Attributes:
        axis: The first of the axes that are normalised together.
        epsilon: What is added to mean squares.
        stash_type: The number of the type in which mean squares are computed.
        axes: Where the normalised axes lie; from `axis` on by default.

    Specification: https://onnx.ai/onnx/operators/onnx__RMSNormalization.html
    """

    axis: int = -1
    epsilon: float = 1e-5
    stash_type: int = 1
    axes: tuple[int, ...] | None = layout_field(None)

    axis_rule = Normalizes("axes")
    weight_names = {"scale": "gamma"}

    def compute(self, x: Any, scale: Any) -> Any:
        wide_x = ops.cast(x, stash(x, self.stash_type))
        mean = mean_of(ops.square(wide_x), last_axes(self, x))
        normalized = ops.multiply(wide_x, ops.rsqrt(mean + self.epsilon))
        return ops.multiply(ops.cast(normalized, scale.dtype), scale)


def last_axes(layer: Any, x: Any) -> tuple[int, ...]:
    """List the axes that a layer normalises."""
    rank = len(x.shape)
    return layer.axes or tuple(range(layer.axis % rank, rank))


@operator(since_version=22)
class InstanceNormalization(Operator):
    """Shift and scale each channel of each image to mean zero and variance one, then by learned factors.

    Inputs:
        input: Image of any number of spatial axes.
        scale: Factor for each channel.
        b: What is added to each channel.

    Attributes:
        epsilon: What is added to variances.
        batch_axis: Where the batch lies.
        channel_axis: Where the channels lie.

    Specification: https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html
    """

    epsilon: float = 1e-5
    batch_axis: int = layout_field(0)
    channel_axis: int = layout_field(1)

    axis_rule = Places(batch_axis=0, channel_axis=1)
    weight_names = {"scale": "gamma", "b": "beta"}

    def compute(self, input: Any, scale: Any, b: Any) -> Any:
        rank, dtype = len(input.shape), wide(input)
        axes = tuple(a for a in range(rank) if a not in (self.batch_axis, self.channel_axis))
        along = [-1 if a == self.channel_axis else 1 for a in range(rank)]
        centered, _, inverse = centered_by(ops.cast(input, dtype), axes, self.epsilon)
        factor = ops.multiply(inverse, ops.reshape(ops.cast(scale, dtype), along))
        y = ops.multiply(centered, factor) + ops.reshape(ops.cast(b, dtype), along)
        return ops.cast(y, input.dtype)


@operator(since_version=21)
class GroupNormalization(Operator):
    """Shift and scale groups of channels of each image to mean zero and variance one, then by learned factors.

    Inputs:
        x: Image of any number of spatial axes.
        scale: Factor for each channel.
        bias: What is added to each channel.

    Attributes:
        epsilon: What is added to variances.
        num_groups: The number of groups.
        stash_type: The number of the type in which statistics are computed.
        batch_axis: Where the batch lies.
        channel_axis: Where the channels lie.

    Specification: https://onnx.ai/onnx/operators/onnx__GroupNormalization.html
    """

    epsilon: float = 1e-5
    num_groups: int
    stash_type: int = 1
    batch_axis: int = layout_field(0)
    channel_axis: int = layout_field(1)

    axis_rule = Places(straight=("channel_axis",), batch_axis=0, channel_axis=1)
    weight_names = {"scale": "gamma", "bias": "beta"}

    def compute(self, x: Any, scale: Any, bias: Any) -> Any:
        shape, channel, dtype = ops.shape(x), self.channel_axis, stash(x, self.stash_type)
        members = shape[channel] // self.num_groups
        split = ops.reshape(ops.cast(x, dtype), (*shape[:channel], self.num_groups, members, *shape[channel + 1 :]))
        apart = (self.batch_axis + (self.batch_axis > channel), channel)
        axes = tuple(a for a in range(len(shape) + 1) if a not in apart)
        along = [1] * (len(shape) + 1)
        along[channel], along[channel + 1] = self.num_groups, -1
        centered, _, inverse = centered_by(split, axes, self.epsilon)
        factor = ops.multiply(inverse, ops.reshape(ops.cast(scale, dtype), along))
        y = ops.multiply(centered, factor) + ops.reshape(ops.cast(bias, dtype), along)
        return ops.cast(ops.reshape(y, shape), x.dtype)


@operator(since_version=13)
class MeanVarianceNormalization(Operator):
    """Shift and scale axes to mean zero and variance one.

    Inputs:
        x: Tensor of any shape.

    Attributes:
        axes: The axes that are normalised together.

    Specification: https://onnx.ai/onnx/operators/onnx__MeanVarianceNormalization.html
    """

    axes: tuple[int, ...] = (0, 2, 3)

    axis_rule = Along("axes", scrambled=True)

    def compute(self, x: Any) -> Any:
        wide_x = ops.cast(x, wide(x))
        centered = ops.subtract(wide_x, mean_of(wide_x, self.axes))
        deviation = ops.sqrt(mean_of(ops.square(centered), self.axes))
        return ops.cast(ops.divide(centered, deviation + 1e-9), x.dtype)
