"""What `keras.ops` lacks or does otherwise on TensorFlow: elements, choices, slices, scattering."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

# keras.ops narrows uint64 to uint32 in functions of several tensors.
maximum = tf.maximum
minimum = tf.minimum
where = tf.where
left_shift = tf.bitwise.left_shift
right_shift = tf.bitwise.right_shift
truncated_divide = tf.truncatediv

cumsum = tf.cumsum
cumprod = tf.math.cumprod
reduced_max = tf.reduce_max
reduced_min = tf.reduce_min

EXACT_SUMS = "float64"
"""The type that holds sums of products of small integers exactly."""


def bitcast(x: Any, dtype: str) -> Any:
    """Read bits as another type of as many; truth values are one bit wide and held in a byte."""
    if "bool" in (x.dtype.name, dtype):
        return tf.cast(x, dtype)
    return tf.bitcast(x, dtype)


def in_steps(function: Callable[[Any], Any], x: Any) -> Any:
    """Apply a function that is constant between its jumps: its gradient is zero, TensorFlow knows none."""

    @tf.custom_gradient
    def stepped(value: Any) -> Any:
        return function(value), tf.zeros_like

    return stepped(x)


def with_dense_gradient(x: Any) -> Any:
    """Give a tensor whose gradient is one too: the optimizers of Keras square the slices of one that repeats rows."""

    @tf.custom_gradient
    def same(value: Any) -> Any:
        return tf.identity(value), tf.convert_to_tensor

    return same(tf.convert_to_tensor(x))


def fmod(a: Any, b: Any) -> Any:
    """Give the remainder of floats that has the sign of `a`, exactly."""

    @tf.custom_gradient
    def remainder(a: Any, b: Any) -> Any:
        wide = tf.float32 if a.dtype.size == 2 else a.dtype
        result = tf.cast(tf.truncatemod(tf.cast(a, wide), tf.cast(b, wide)), a.dtype)

        def gradient(upstream: Any) -> Any:
            return upstream, -upstream * tf.truncatediv(a, b)

        return result, gradient

    shape = tf.broadcast_dynamic_shape(tf.shape(a), tf.shape(b))
    return remainder(tf.broadcast_to(a, shape), tf.broadcast_to(b, shape))


def first_largest(x: Any, axis: int) -> Any:
    """Number the first of the largest elements along an axis; nothing is larger than NaN."""
    return nan_or(tf.argmax, x, axis)


def first_smallest(x: Any, axis: int) -> Any:
    """Number the first of the smallest elements along an axis; nothing is smaller than NaN."""
    return nan_or(tf.argmin, x, axis)


def nan_or(find: Callable[..., Any], x: Any, axis: int) -> Any:
    """Number the first NaN along an axis, as NumPy does; where there is none, what is found."""
    found = find(x, axis, output_type=tf.int64)
    if not x.dtype.is_floating:
        return found
    is_nan = tf.math.is_nan(x)
    first = tf.argmax(tf.cast(is_nan, tf.uint8), axis, output_type=tf.int64)
    return tf.where(tf.reduce_any(is_nan, axis), first, found)


def largest(x: Any, k: Any) -> Any:
    """Number the k largest elements along the last axis, of equal ones the first."""
    return tf.cast(tf.math.top_k(x, k).indices, tf.int64)


def sliced(x: Any, slices: Sequence[slice]) -> Any:
    """Take slices of any step, whose bounds may be tensors."""
    return x[tuple(slices)]


def of_rank(x: Any, rank: int) -> Any:
    """Give a tensor whose rank is known: that of what branches give isn't, where they differ."""
    return x if x.shape.rank is not None else tf.ensure_shape(x, [None] * rank)


def squeezed(x: Any, axes: Sequence[int]) -> Any:
    """Drop axes of size one. In branches that a size decides, TensorFlow takes a reshape for a fact about that size."""
    return tf.squeeze(x, axes)


def tiled(x: Any, repeats: Sequence[Any]) -> Any:
    """Repeat a tensor along its axes; TensorFlow can't for integers of sixteen bits without a sign."""
    return tf.cast(tf.tile(tf.cast(x, tf.int32), repeats), x.dtype) if x.dtype == tf.uint16 else tf.tile(x, repeats)


def parted(x: Any, sizes: Sequence[Any], axis: int) -> tuple[Any, ...]:
    """Part a tensor along an axis."""
    return tuple(tf.split(x, list(sizes), axis, num=len(sizes)))


def padded(x: Any, widths: Sequence[tuple[Any, Any]], value: Any) -> Any:
    """Add a value before and after the elements of each axis."""
    return tf.pad(x, widths, constant_values=tf.convert_to_tensor(value, x.dtype))


def scattered(x: Any, indices: Any, updates: Any, reduction: str) -> Any:
    """Write or reduce rows into the rows of a tensor that a vector numbers."""
    if 0 in x.shape:
        return x
    if reduction == "mul":
        return x * tf.math.unsorted_segment_prod(updates, indices, tf.shape(x)[0])
    function = {
        "none": tf.tensor_scatter_nd_update,
        "add": tf.tensor_scatter_nd_add,
        "max": tf.tensor_scatter_nd_max,
        "min": tf.tensor_scatter_nd_min,
    }[reduction]
    return function(x, indices[:, None], updates)


def logarithm(x: Any) -> Any:
    """Give the natural logarithm, the same one for equal elements.

    TensorFlow computes several elements at once, and those that are left over otherwise: they differ by a rounding
    error, which a later subtraction shows.
    """
    if x.dtype != tf.float32:
        return tf.math.log(x)
    return tf.cast(tf.math.log(tf.cast(x, tf.float64)), tf.float32)


def demand(value: Any, condition: Any, message: str) -> Any:
    """Give a value, but fail where a condition doesn't hold."""
    with tf.control_dependencies([tf.debugging.Assert(tf.reduce_all(condition), [message])]):
        return tf.identity(value)
