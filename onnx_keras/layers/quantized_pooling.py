"""ONNX Runtime's pools of quantised images."""

import math
from typing import Any

from keras import ops

from onnx_keras.axis_rules import EitherFormat, Spatial, WithScalars
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.quantizing import distance
from onnx_keras.layers.rounding import of_numbers, saturated, to_numbers
from onnx_keras.layers.sliding import counted, frame_of, mean_of_windows
from onnx_keras.registry import MICROSOFT


@operator(domain=MICROSOFT, since_version=1)
class QLinearAveragePool(Operator):
    """Take the mean of each window of a quantised image.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).
        x_scale: Its scale.
        x_zero_point: What stands for zero in it.
        y_scale: The scale of the result.
        y_zero_point: What stands for zero in the result.

    Attributes:
        auto_pad: As in AveragePool.
        ceil_mode: As in AveragePool.
        channels_last: Whether the image is (batch, spatial..., channels) in ONNX too.
        count_include_pad: As in AveragePool.
        kernel_shape: As in AveragePool.
        pads: As in AveragePool.
        strides: As in AveragePool.
        data_format: "channels_last" or "channels_first".

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QLinearAveragePool
    """

    auto_pad: str = "NOTSET"
    ceil_mode: int = 0
    channels_last: int = 0
    count_include_pad: int = 0
    kernel_shape: tuple[int, ...]
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = EitherFormat(WithScalars(Spatial(), "x"))
    not_learned = ("x_scale", "y_scale")
    full_precision = not_learned

    dilations = None

    def compute(
        self, x: Any, x_scale: Any, x_zero_point: Any = None, y_scale: Any = None, y_zero_point: Any = None
    ) -> Any:
        numbers = to_numbers(x, x_scale, x_zero_point)
        frame, count_pads = frame_of(self, numbers), bool(self.count_include_pad)
        mean = counted(mean_of_windows(numbers, frame, count_pads), frame, count_pads)
        return of_numbers(mean, y_scale, y_zero_point, ops.dtype(x))


@operator(domain=MICROSOFT, since_version=1)
class QLinearGlobalAveragePool(Operator):
    """Take the mean of each channel of each quantised image.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).
        x_scale: Its scale.
        x_zero_point: What stands for zero in it.
        y_scale: The scale of the result.
        y_zero_point: What stands for zero in the result.

    Attributes:
        channels_last: Whether the image is (batch, spatial..., channels) in ONNX too.
        data_format: "channels_last" or "channels_first".

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QLinearGlobalAveragePool
    """

    channels_last: int = 0
    data_format: str = layout_field("channels_first")

    axis_rule = EitherFormat(WithScalars(Spatial(), "x"))
    not_learned = ("x_scale", "y_scale")
    full_precision = not_learned

    def compute(self, x: Any, x_scale: Any, x_zero_point: Any, y_scale: Any, y_zero_point: Any) -> Any:
        rank, zero = len(x.shape), ops.reshape(x_zero_point, ())
        axes = tuple(range(1, rank - 1)) if self.data_format == "channels_last" else tuple(range(2, rank))
        total = ops.sum(ops.cast(distance(x, zero, ops.dtype(x)), "int32"), axes, keepdims=True)
        count = ops.cast(math.prod(ops.shape(x)[a] for a in axes), "float32")
        factor = ops.reshape(x_scale, ()) / (ops.reshape(y_scale, ()) * count)
        return saturated(ops.cast(total, "float32") * factor, ops.reshape(y_zero_point, ()), ops.dtype(x))
