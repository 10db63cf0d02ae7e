"""Batch normalisation in plain operations, for any axis and type."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


def normalized(x: Any, scale: Any, b: Any, mean: Any, variance: Any, axis: int, epsilon: float) -> Any:
    """Shift and scale each channel by statistics that are given."""
    dtype = wide(x)
    along = [-1 if i == axis else 1 for i in range(len(x.shape))]
    factor = ops.multiply(ops.cast(scale, dtype), ops.rsqrt(ops.cast(variance, dtype) + epsilon))
    shift = ops.cast(b, dtype) - ops.multiply(ops.cast(mean, dtype), factor)
    y = ops.multiply(ops.cast(x, dtype), ops.reshape(factor, along))
    return ops.cast(y + ops.reshape(shift, along), x.dtype)


def normalized_by_batch(x: Any, scale: Any, b: Any, axis: int, epsilon: float) -> tuple[Any, Any, Any]:
    """Shift and scale each channel by its own mean and variance, and give these too."""
    dtype = wide(x)
    axes = [i for i in range(len(x.shape)) if i != axis]
    along = [-1 if i == axis else 1 for i in range(len(x.shape))]
    x_wide = ops.cast(x, dtype)
    mean = mean_of(x_wide, axes)
    centered = ops.subtract(x_wide, mean)
    variance = mean_of(ops.square(centered), axes)
    factor = ops.multiply(ops.reshape(ops.cast(scale, dtype), along), ops.rsqrt(variance + epsilon))
    y = ops.multiply(centered, factor) + ops.reshape(ops.cast(b, dtype), along)
    return ops.cast(y, x.dtype), ops.reshape(mean, (-1,)), ops.reshape(variance, (-1,))


def mean_of(x: Any, axes: Sequence[int]) -> Any:
    """Take a mean in the tensor's own type, which `ops.mean` leaves on PyTorch for float64."""
    if not axes:
        return x
    shape = ops.shape(x)
    count = math.prod(shape[a] for a in axes)
    return ops.divide(ops.sum(x, axes, keepdims=True), ops.cast(count, x.dtype))


def wide(x: Any) -> str:
    """Choose the type in which statistics are computed: at least float32."""
    dtype = keras.backend.standardize_dtype(x.dtype)
    return dtype if dtype == "float64" else "float32"
