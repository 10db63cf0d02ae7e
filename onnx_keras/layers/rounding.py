"""From real numbers to quantised ones."""

from typing import Any

import ml_dtypes
from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.carriers import converted
from onnx_keras.types import SMALL_FLOATS, carrier, numpy_type


def saturated(quotient: Any, zero: Any, dtype: str, saturate: bool = True) -> Any:
    """Round multiples of a scale and add zero points, in the range of a type.

    Args:
        quotient: The numbers divided by their scales.
        zero: The zero points as numbers, None for 0.
        dtype: The type of the result, which its tensor may only carry.
        saturate: Whether what is too large for a float of eight bits becomes the largest one.
    """
    wide = ops.cast(quotient if dtype in SMALL_FLOATS else ops.round(quotient), "float32")
    wide = wide if zero is None else wide + ops.cast(zero, "float32")
    if dtype in SMALL_FLOATS:
        return converted(wide, "float32", dtype, saturate)
    low, high = bounds(dtype)
    return ops.cast(ops.clip(wide, low, high), carrier(dtype))


def bounds(dtype: str) -> tuple[int, int]:
    """Give the least and the greatest integer of a type."""
    info = ml_dtypes.iinfo(numpy_type(dtype))
    return int(info.min), int(info.max)


def of_numbers(y: Any, scale: Any, zero: Any, dtype: str) -> Any:
    """Quantise with one scale and zero point, as operators do between which the numbers are real."""
    return saturated(native.divide(y, ops.reshape(scale, ())), None if zero is None else ops.reshape(zero, ()), dtype)


def to_numbers(x: Any, scale: Any, zero: Any) -> Any:
    """Give the numbers that integers of one scale and zero point stand for."""
    distance = ops.cast(x, "float32") - (0.0 if zero is None else ops.cast(ops.reshape(zero, ()), "float32"))
    return distance * ops.reshape(scale, ())
