"""Global pooling: the mean, maximum or norm of each whole channel."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Places
from onnx_keras.layers.backend.normalized import mean_of, wide
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.pooling import power, root


def spatial_axes(x: Any, batch_axis: int, channel_axis: int) -> tuple[int, ...]:
    """List the axes that are neither batch nor channels."""
    return tuple(a for a in range(len(x.shape)) if a not in (batch_axis, channel_axis))


@operator(since_version=22)
class GlobalAveragePool(Operator):
    """Take the mean of each channel of each image.

    Inputs:
        x: Image of any number of spatial axes.

    Attributes:
        batch_axis: Where the batch lies.
        channel_axis: Where the channels lie.

    Specification: https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html
    """

    batch_axis: int = layout_field(0)
    channel_axis: int = layout_field(1)

    axis_rule = Places(batch_axis=0, channel_axis=1)

    def compute(self, x: Any) -> Any:
        # A sum of float16 may be too large for float16.
        mean = mean_of(ops.cast(x, wide(x)), spatial_axes(x, self.batch_axis, self.channel_axis))
        return ops.cast(mean, x.dtype)


@operator(since_version=22)
class GlobalMaxPool(Operator):
    """Take the largest element of each channel of each image.

    Inputs:
        x: Image of any number of spatial axes.

    Attributes:
        batch_axis: Where the batch lies.
        channel_axis: Where the channels lie.

    Specification: https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html
    """

    batch_axis: int = layout_field(0)
    channel_axis: int = layout_field(1)

    axis_rule = Places(batch_axis=0, channel_axis=1)

    def compute(self, x: Any) -> Any:
        return ops.max(x, spatial_axes(x, self.batch_axis, self.channel_axis), keepdims=True)


@operator(since_version=22)
class GlobalLpPool(Operator):
    """Take the p-norm of each channel of each image.

    Inputs:
        x: Image of any number of spatial axes.

    Attributes:
        p: The order of the norm.
        batch_axis: Where the batch lies.
        channel_axis: Where the channels lie.

    Specification: https://onnx.ai/onnx/operators/onnx__GlobalLpPool.html
    """

    p: int = 2
    batch_axis: int = layout_field(0)
    channel_axis: int = layout_field(1)

    axis_rule = Places(batch_axis=0, channel_axis=1)

    def compute(self, x: Any) -> Any:
        axes = spatial_axes(x, self.batch_axis, self.channel_axis)
        return root(ops.sum(power(x, self.p), axes, keepdims=True), self.p)
