"""Normalisation of vectors: by their norm, and by the channels around each channel."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Along, Places
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.sliding import part


@operator(since_version=22)
class LpNormalization(Operator):
    """Divide by the norm along one axis; where that is zero, so is the result.

    Inputs:
        input: Tensor of any shape.

    Attributes:
        axis: The axis of the vectors.
        p: The order of the norm, 1 or 2.

    Specification: https://onnx.ai/onnx/operators/onnx__LpNormalization.html
    """

    axis: int = -1
    p: int = 2

    axis_rule = Along("axis", scrambled=True)

    def compute(self, input: Any) -> Any:
        size = ops.abs(input) if self.p == 1 else ops.square(input)
        total = ops.sum(size, self.axis, keepdims=True)
        is_zero = ops.equal(total, 0)
        safe = ops.where(is_zero, ops.ones_like(total), total)
        return ops.divide(input, safe if self.p == 1 else ops.sqrt(safe))


@operator(since_version=13)
class LRN(Operator):
    """Divide each channel by a power of the sum of squares of the channels around it.

    Inputs:
        x: Image of any number of spatial axes.

    Attributes:
        alpha: Factor of the mean of squares.
        beta: The exponent.
        bias: What is added to it.
        size: How many channels are summed.
        channel_axis: Where the channels lie.

    Specification: https://onnx.ai/onnx/operators/onnx__LRN.html
    """

    alpha: float = 0.0001
    beta: float = 0.75
    bias: float = 1.0
    size: int
    channel_axis: int = layout_field(1)

    axis_rule = Places(straight=("channel_axis",), channel_axis=1)

    def compute(self, x: Any) -> Any:
        rank, channel = len(x.shape), self.channel_axis
        before = (self.size - 1) // 2
        pads = [(before, self.size - 1 - before) if a == channel else (0, 0) for a in range(rank)]
        squares = ops.pad(ops.square(x), pads)
        count = ops.shape(x)[channel]
        total: Any = 0
        for start in range(self.size):
            total = total + part(squares, channel, start, count)
        scale = self.bias + total * (self.alpha / self.size)
        return ops.divide(x, ops.power(scale, ops.cast(self.beta, x.dtype)))
