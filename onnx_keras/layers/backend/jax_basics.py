"""What `keras.ops` lacks or does otherwise on JAX: elements, choices, slices, scattering."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onnx_keras.layers.backend.accumulated import accumulated

maximum = jnp.maximum
minimum = jnp.minimum
where = jnp.where
left_shift = jnp.left_shift
right_shift = jnp.right_shift
fmod = jnp.fmod


def cumsum(x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    """Add up along an axis."""
    return accumulated(jnp.cumsum, jnp.zeros_like, x, axis, exclusive, reverse)


def cumprod(x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    """Multiply up along an axis."""
    return accumulated(jnp.cumprod, jnp.ones_like, x, axis, exclusive, reverse)


EXACT_SUMS = "int32"
"""The type that holds sums of products of small integers exactly; JAX has float64 only where it is asked for."""


def bitcast(x: Any, dtype: str) -> Any:
    """Read bits as another type of as many; truth values are one bit wide and held in a byte."""
    return x.astype(dtype) if "bool" in (x.dtype.name, dtype) else x.view(dtype)


def in_steps(function: Callable[[Any], Any], x: Any) -> Any:
    """Apply a function that is constant between its jumps."""
    return function(x)


def with_dense_gradient(x: Any) -> Any:
    """Give a tensor whose gradient is one too."""
    return x


def truncated_divide(a: Any, b: Any) -> Any:
    """Divide integers, rounded towards zero."""
    return jax.lax.div(*jnp.broadcast_arrays(a, b))


def reduced_max(x: Any, axis: Any, keepdims: bool) -> Any:
    """Give the largest element along axes, the least number of the type where there is none."""
    return jnp.max(x, axis, keepdims=keepdims, initial=extremes(x.dtype)[0])


def reduced_min(x: Any, axis: Any, keepdims: bool) -> Any:
    """Give the smallest element along axes, the greatest number of the type where there is none."""
    return jnp.min(x, axis, keepdims=keepdims, initial=extremes(x.dtype)[1])


def extremes(dtype: Any) -> tuple[Any, Any]:
    """Give the least and the greatest number of a type."""
    if jnp.issubdtype(dtype, jnp.floating):
        return -jnp.inf, jnp.inf
    return jnp.iinfo(dtype).min, jnp.iinfo(dtype).max


def first_largest(x: Any, axis: int) -> Any:
    """Number the first of the largest elements along an axis."""
    return jnp.argmax(x, axis)


def first_smallest(x: Any, axis: int) -> Any:
    """Number the first of the smallest elements along an axis."""
    return jnp.argmin(x, axis)


def largest(x: Any, k: int) -> Any:
    """Number the k largest elements along the last axis, of equal ones the first."""
    return jax.lax.top_k(jnp.where(x == 0, jnp.zeros_like(x), x), k)[1]  # which takes -0.0 for the smaller


def sliced(x: Any, slices: Sequence[slice]) -> Any:
    """Take slices of any step."""
    return x[tuple(slices)]


def of_rank(x: Any, rank: int) -> Any:
    """Give a tensor whose rank is known, as it always is."""
    return x


def squeezed(x: Any, axes: Sequence[int]) -> Any:
    """Drop axes of size one."""
    return x.reshape([s for i, s in enumerate(x.shape) if i not in axes])


def tiled(x: Any, repeats: Sequence[int]) -> Any:
    """Repeat a tensor along its axes."""
    return jnp.tile(x, repeats)


def parted(x: Any, sizes: Sequence[int], axis: int) -> tuple[Any, ...]:
    """Part a tensor along an axis."""
    return tuple(jnp.split(x, np.cumsum(sizes[:-1]).tolist(), axis))


def padded(x: Any, widths: Sequence[tuple[int, int]], value: Any) -> Any:
    """Add a value before and after the elements of each axis."""
    return jnp.pad(x, widths, constant_values=value) if widths else x


def scattered(x: Any, indices: Any, updates: Any, reduction: str) -> Any:
    """Write or reduce rows into the rows of a tensor that a vector numbers."""
    rows = x.at[indices]
    kinds = {"none": rows.set, "add": rows.add, "mul": rows.multiply, "max": rows.max, "min": rows.min}
    return kinds[reduction](updates)


def logarithm(x: Any) -> Any:
    """Give the natural logarithm."""
    return jnp.log(x)


def demand(value: Any, condition: Any, message: str) -> Any:
    """Give a value, but fail where a condition doesn't hold."""

    def check(holds: Any) -> None:
        if not holds:
            raise ValueError(message)

    jax.debug.callback(check, jnp.all(condition))
    return value
