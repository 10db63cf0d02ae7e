"""What `keras.ops` lacks or does otherwise on PyTorch: elements, choices, slices, scattering."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from onnx_keras.layers.backend.accumulated import accumulated

maximum = torch.maximum
minimum = torch.minimum
where = torch.where
left_shift = torch.bitwise_left_shift
right_shift = torch.bitwise_right_shift
fmod = torch.fmod


def cumsum(x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    """Add up along an axis; PyTorch turns small integers to large ones unless it is told the type."""
    return accumulated(lambda t, a: torch.cumsum(t, a, dtype=t.dtype), torch.zeros_like, x, axis, exclusive, reverse)


def cumprod(x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    """Multiply up along an axis."""
    return accumulated(lambda t, a: torch.cumprod(t, a, dtype=t.dtype), torch.ones_like, x, axis, exclusive, reverse)


EXACT_SUMS = "float64"
"""The type that holds sums of products of small integers exactly."""


UNSIGNED = {"uint16": (torch.int16, torch.int32), "uint32": (torch.int32, torch.int64)}
"""Integers without a sign that Keras holds in wider ones: who has as many bits, and who holds them."""


def bitcast(x: Any, dtype: str) -> Any:
    """Read bits as another type of as many."""
    width = 4 if dtype == "uint32" else 2 if dtype == "uint16" else getattr(torch, dtype).itemsize
    if x.element_size() > width:  # an integer without a sign
        x = x.to(torch.int16 if width == 2 else torch.int32)
    if dtype not in UNSIGNED:
        return x.view(getattr(torch, dtype))
    same, wide = UNSIGNED[dtype]
    return x.view(same).to(wide) & 2 ** (8 * width) - 1


def in_steps(function: Callable[[Any], Any], x: Any) -> Any:
    """Apply a function that is constant between its jumps."""
    return function(x)


def with_dense_gradient(x: Any) -> Any:
    """Give a tensor whose gradient is one too."""
    return x


def truncated_divide(a: Any, b: Any) -> Any:
    """Divide integers, rounded towards zero."""
    return torch.div(a, b, rounding_mode="trunc")


def reduced_max(x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """Give the largest element along axes, the least number of the type where there is none."""
    return torch.amax(x, axis, keepdims) if x.numel() else torch.sum(x, axis, keepdims) + extremes(x.dtype)[0]


def reduced_min(x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """Give the smallest element along axes, the greatest number of the type where there is none."""
    return torch.amin(x, axis, keepdims) if x.numel() else torch.sum(x, axis, keepdims) + extremes(x.dtype)[1]


def extremes(dtype: Any) -> tuple[Any, Any]:
    """Give the least and the greatest number of a type."""
    if dtype.is_floating_point:
        return float("-inf"), float("inf")
    return torch.iinfo(dtype).min, torch.iinfo(dtype).max


def first_largest(x: Any, axis: int) -> Any:
    """Number the first of the largest elements along an axis."""
    return torch.argmax(x, axis)


def first_smallest(x: Any, axis: int) -> Any:
    """Number the first of the smallest elements along an axis."""
    return torch.argmin(x, axis)


def largest(x: Any, k: int) -> Any:
    """Number the k largest elements along the last axis, of equal ones the first."""
    return torch.sort(x, dim=-1, descending=True, stable=True).indices[..., :k]


def sliced(x: Any, slices: Sequence[slice]) -> Any:
    """Take slices of any step; PyTorch has none backwards."""
    forward = [s if (s.step or 1) > 0 else reversed_slice(s, x.shape[axis]) for axis, s in enumerate(slices)]
    backward = [axis for axis, s in enumerate(slices) if (s.step or 1) < 0]
    result = x[tuple(forward)]
    return torch.flip(result, backward) if backward else result


def reversed_slice(backward: slice, size: int) -> slice:
    """Give the slice that has the elements of another in their order from the front."""
    elements = range(*backward.indices(size))
    return slice(elements[-1], elements[0] + 1, -backward.step) if elements else slice(0, 0)


def of_rank(x: Any, rank: int) -> Any:
    """Give a tensor whose rank is known, as it always is."""
    return x


def squeezed(x: Any, axes: Sequence[int]) -> Any:
    """Drop axes of size one."""
    return x.reshape([s for i, s in enumerate(x.shape) if i not in axes])


def tiled(x: Any, repeats: Sequence[int]) -> Any:
    """Repeat a tensor along its axes."""
    return torch.tile(x, tuple(repeats))


def parted(x: Any, sizes: Sequence[int], axis: int) -> tuple[Any, ...]:
    """Part a tensor along an axis."""
    return tuple(torch.split(x, list(sizes), axis))


def padded(x: Any, widths: Sequence[tuple[int, int]], value: Any) -> Any:
    """Add a value before and after the elements of each axis."""
    return torch.nn.functional.pad(x, [w for pair in reversed(widths) for w in pair], value=value) if widths else x


def scattered(x: Any, indices: Any, updates: Any, reduction: str) -> Any:
    """Write or reduce rows into the rows of a tensor that a vector numbers."""
    rows = indices.to(torch.int64).reshape(-1, *[1] * (updates.ndim - 1)).expand_as(updates)
    if reduction == "none":
        return torch.scatter(x, 0, rows, updates)
    kind = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}[reduction]
    return torch.scatter_reduce(x, 0, rows, updates, kind)


def logarithm(x: Any) -> Any:
    """Give the natural logarithm."""
    return torch.log(x)


def demand(value: Any, condition: Any, message: str) -> Any:
    """Give a value, but fail where a condition doesn't hold."""
    if not bool(torch.all(condition)):
        raise ValueError(message)
    return value
