"""Where the elements of a resized axis come from: positions, neighbours and weights."""

import types
from typing import Any

import numpy as np
from keras import ops

from onnx_keras.layers.resized_axes import Axis, is_live, is_whole, number

CENTERS, LEFT, CORNERS = (True, False), (False, False), (False, True)
"""How kernels of backends find positions: by centers, by left edges or between corners."""


def cast(x: Any, dtype: str) -> Any:
    return x.astype(dtype) if isinstance(x, (np.ndarray, np.generic)) else ops.cast(x, dtype)


def origins(axis: Axis, mode: str, dtype: str = "float32") -> Any:
    """Say at which positions of the axis the elements of the resized axis lie.

    Args:
        axis: The axis.
        mode: ONNX' coordinate_transformation_mode.
        dtype: The type of the positions.
    """
    xp = axis.numbers
    x = cast(xp.arange(axis.output), dtype)
    size, output, one = (number(n, dtype) for n in (axis.size, axis.output, 1))
    scale = output / size if axis.scale is None else number(axis.scale, dtype)
    # The specification, ONNX Runtime and PyTorch measure by the size of the result; onnx' own evaluator, and with it
    # two of onnx' tests, by the size before it is rounded.
    match mode:
        case "align_corners":
            return x * (size - one) / xp.maximum(output - one, one)
        case "asymmetric":
            return x / scale
        case "tf_crop_and_resize":
            return in_region(axis, x, size, output, one)
    centers = (x + one / 2) / scale - one / 2
    if mode == "half_pixel_symmetric":
        return size / 2 * (one - output / (scale * size)) + centers
    if mode == "pytorch_half_pixel":
        return xp.where(output > one, centers, xp.zeros_like(centers))
    return centers


def in_region(axis: Axis, x: Any, size: Any, output: Any, one: Any) -> Any:
    """Spread positions over the region of interest."""
    start, end = number(axis.start, x.dtype.name), number(axis.end, x.dtype.name)
    step = (end - start) * (size - one) / axis.numbers.maximum(output - one, one)
    middle = (start + end) * (size - one) / 2 + 0 * x
    return axis.numbers.where(output > one, start * (size - one) + x * step, middle)


def nearest(axis: Axis, x: Any, rounding: str) -> Any:
    """Round positions to indices."""
    xp = axis.numbers
    match rounding:
        case "floor":
            rounded = xp.floor(x)
        case "ceil":
            rounded = xp.ceil(x)
        case "round_prefer_ceil":
            rounded = xp.floor(x + 0.5)
        case _:
            rounded = xp.ceil(x - 0.5)
    return within(axis, cast(rounded, "int32"))


def within(axis: Axis, index: Any) -> Any:
    """Take the first or last element for what lies outside."""
    return axis.numbers.clip(index, 0, axis.size - 1)


def neighbours(
    axis: Axis, x: Any, cubic_coeff: float | None, antialias: bool, exclude_outside: bool
) -> tuple[Any, Any]:
    """Give indices and weights of the elements around each position, both of shape (positions, neighbours).

    Args:
        axis: The axis.
        x: The positions.
        cubic_coeff: The coefficient of cubic interpolation, None for linear.
        antialias: Whether the filter grows as the axis shrinks.
        exclude_outside: Whether what lies outside has no weight.
    """
    xp, reach = axis.numbers, 1 if cubic_coeff is None else 2
    shrinks = shrinking(axis, x) if antialias else 1.0
    half = cast(xp.ceil(reach / shrinks), "int32") if antialias else reach
    index = (cast(xp.floor(x), "int32") - half + 1)[:, None] + cast(xp.arange(2 * half), "int32")[None]
    distance = xp.abs(cast(index, x.dtype.name) - x[:, None]) * shrinks
    weights = linear(distance, xp) if cubic_coeff is None else cubic(distance, cubic_coeff, xp)
    if exclude_outside:
        weights = xp.where((index >= 0) & (index < axis.size), weights, xp.zeros_like(weights))
    if antialias or exclude_outside:
        weights = weights / xp.sum(weights, 1, keepdims=True)
    return within(axis, index), weights


def shrinking(axis: Axis, x: Any) -> Any:
    """Give the factor of an axis that shrinks, else one."""
    dtype = x.dtype.name
    scale = number(axis.output, dtype) / number(axis.size, dtype) if axis.scale is None else number(axis.scale, dtype)
    return axis.numbers.minimum(scale, number(1, dtype))


def linear(distance: Any, xp: types.ModuleType) -> Any:
    """Weigh by distance."""
    return xp.maximum(1 - distance, xp.zeros_like(distance))


def cubic(distance: Any, a: float, xp: types.ModuleType) -> Any:
    """Weigh by Keys' cubic of the distance."""
    d = distance
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return xp.where(d <= 1, near, xp.where(d < 2, far, xp.zeros_like(d)))


def nearest_kernels(axis: Axis, mode: str, rounding: str) -> set[tuple[bool, bool]]:
    """Say which ways of a kernel give just the indices that ONNX wants."""
    if mode == "tf_crop_and_resize":
        return set()
    if not axis.is_known:
        if mode == "align_corners" or not is_whole(axis.scale):
            return set()
        axis = Axis(0, 16, 16 * int(axis.scale), axis.scale)
    index = nearest(axis, origins(axis, mode), rounding)
    i, step = np.arange(axis.output, dtype="float32"), np.float32(axis.size) / np.float32(max(axis.output, 1))
    ways = {CENTERS: np.floor((i + np.float32(0.5)) * step), LEFT: np.floor(i * step)}
    return {way for way, found in ways.items() if np.array_equal(index, np.minimum(found, axis.size - 1))}


def linear_kernels(axis: Axis, mode: str) -> set[tuple[bool, bool]]:
    """Say which ways of a kernel give just the positions that ONNX wants."""
    if not axis.is_exact or (mode == "pytorch_half_pixel" and (is_live(axis.output) or axis.output < 2)):
        return set()
    other = {"align_corners": {CORNERS}, "asymmetric": {LEFT}, "tf_crop_and_resize": set()}
    return other.get(mode, {CENTERS})
