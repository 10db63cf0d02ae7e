"""Pooling: the maximum, mean or norm of what lies in windows that slide over an image."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.sliding import (
    counted,
    frame_of,
    largest_in_windows,
    mean_of_windows,
    positions_of_largest,
)


@operator(since_version=22)
class MaxPool(Operator):
    """Take the largest element of each window, and say where it was.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).

    Attributes:
        auto_pad: "NOTSET" for `pads`, "VALID" for none, "SAME_UPPER" or "SAME_LOWER" for as many as make the sizes
            ceil(size / stride), the odd one at the end or at the beginning.
        ceil_mode: Whether a last window that is not full counts.
        dilations: The distance of a window's elements along each spatial axis, 1 by default.
        kernel_shape: The size of a window.
        pads: The pads before each spatial axis, then those after each; they are never the largest.
        storage_order: Whether indices count the first spatial axis fastest.
        strides: The steps along each spatial axis, 1 by default.
        data_format: "channels_last" or "channels_first".

    Returns:
        The largest elements, and where they lie in ONNX' tensor read as a list.

    Specification: https://onnx.ai/onnx/operators/onnx__MaxPool.html
    """

    auto_pad: str = "NOTSET"
    ceil_mode: int = 0
    dilations: tuple[int, ...] | None = None
    kernel_shape: tuple[int, ...]
    pads: tuple[int, ...] | None = None
    storage_order: int = 0
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial()

    def compute(self, x: Any) -> Any:
        frame = frame_of(self, x)
        if 1 not in (self.returns or ()):
            return largest_in_windows(x, frame)
        largest = largest_in_windows(x, frame) if self.wants(0) else None
        return largest, positions_of_largest(x, frame, self.storage_order)


@operator(since_version=22)
class AveragePool(Operator):
    """Take the mean of each window.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).

    Attributes:
        auto_pad: "NOTSET" for `pads`, "VALID" for none, "SAME_UPPER" or "SAME_LOWER" for as many as make the sizes
            ceil(size / stride), the odd one at the end or at the beginning.
        ceil_mode: Whether a last window that is not full counts.
        count_include_pad: Whether pads count as zeros.
        dilations: The distance of a window's elements along each spatial axis, 1 by default.
        kernel_shape: The size of a window.
        pads: The pads before each spatial axis, then those after each.
        strides: The steps along each spatial axis, 1 by default.
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__AveragePool.html
    """

    auto_pad: str = "NOTSET"
    ceil_mode: int = 0
    count_include_pad: int = 0
    dilations: tuple[int, ...] | None = None
    kernel_shape: tuple[int, ...]
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial()

    def compute(self, x: Any) -> Any:
        frame = frame_of(self, x)
        return counted(mean_of_windows(x, frame, bool(self.count_include_pad)), frame, bool(self.count_include_pad))


@operator(since_version=22)
class LpPool(Operator):
    """Take the p-norm of each window.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).

    Attributes:
        auto_pad: "NOTSET" for `pads`, "VALID" for none, "SAME_UPPER" or "SAME_LOWER" for as many as make the sizes
            ceil(size / stride), the odd one at the end or at the beginning.
        ceil_mode: Whether a last window that is not full counts.
        dilations: The distance of a window's elements along each spatial axis, 1 by default.
        kernel_shape: The size of a window.
        p: The order of the norm.
        pads: The pads before each spatial axis, then those after each.
        strides: The steps along each spatial axis, 1 by default.
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__LpPool.html
    """

    auto_pad: str = "NOTSET"
    ceil_mode: int = 0
    dilations: tuple[int, ...] | None = None
    kernel_shape: tuple[int, ...]
    p: int = 2
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial()

    def compute(self, x: Any) -> Any:
        frame = frame_of(self, x)
        mean = mean_of_windows(power(x, self.p), frame, count_pads=True)
        return root(mean * frame.elements, self.p)


def power(x: Any, p: int) -> Any:
    """Raise absolute values to a power."""
    return ops.square(x) if p == 2 else ops.power(ops.abs(x), ops.cast(p, x.dtype))


def root(x: Any, p: int) -> Any:
    """Take a root whose gradient at zero is zero, not infinite."""
    if p == 1:
        return x
    is_zero = ops.equal(x, 0)
    safe = ops.where(is_zero, ops.ones_like(x), x)
    rooted = ops.sqrt(safe) if p == 2 else ops.power(safe, ops.cast(1 / p, x.dtype))
    return ops.where(is_zero, ops.zeros_like(x), rooted)
