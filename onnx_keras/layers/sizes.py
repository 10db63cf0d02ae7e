"""Sizes, bounds and counts as operators get them: plain, live, or in a tensor."""

from collections.abc import Sequence
from typing import Any

from keras import ops

from onnx_keras.errors import UnsupportedModelError

LIMIT = 2**31 - 1
"""No axis is longer; bounds beyond it mean the end of an axis."""


def listed(values: Any, name: str, count: int | None = None) -> tuple[Any, ...]:
    """Give a vector of sizes as a tuple: ints, and scalar tensors where they are known only when the model runs.

    Args:
        values: The sizes, or a tensor of them.
        name: What messages call them.
        count: Their number, where it is known from elsewhere.

    Raises:
        UnsupportedModelError: It is a tensor of unknown length, so that the result would have an unknown rank.
    """
    if isinstance(values, tuple):
        return values
    count = values.shape[0] if len(values.shape) and values.shape[0] is not None else count
    if count is None:
        raise UnsupportedModelError(
            f"{name} is computed, and not even the number of its elements is known. Settle it with shapes=."
        )
    short = narrow(values)
    return tuple(short[i] for i in range(count))


def narrow(value: Any) -> Any:
    """Keep a bound within the integers of 32 bits: sizes of live tensors have that type on every backend."""
    if isinstance(value, int):
        return max(-LIMIT, min(value, LIMIT))
    return ops.cast(ops.clip(value, -LIMIT, LIMIT), "int32")


def scalar(value: Any) -> Any:
    """Give the one element of a scalar or vector."""
    if isinstance(value, tuple):
        return value[0]
    return ops.reshape(value, ()) if hasattr(value, "shape") and len(value.shape) else value


def count_of(axes: Any) -> int | None:
    """Say how many axes there are, if it is known. ONNX' own AffineGrid gives a scalar where a vector is due."""
    if isinstance(axes, tuple):
        return len(axes)
    return axes.shape[0] if hasattr(axes, "shape") and len(axes.shape) else 1


def axis_numbers(axes: int | tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Count axes from the front."""
    if isinstance(axes, int):
        axes = (axes,)
    return tuple(a + rank if a < 0 else a for a in axes)


def places_of(axes: Any, rank: int) -> Any:
    """Say for each axis of a tensor, a row, which of the computed `axes`, the columns, is meant by it."""
    axes = ops.reshape(narrow(axes), (-1,))
    axes = ops.where(axes < 0, axes + rank, axes)
    return ops.equal(ops.arange(rank, dtype="int32")[:, None], axes[None, :])


def at_places(values: Sequence[Any], places: Any, default: int) -> tuple[Any, ...]:
    """Give each axis of a tensor its value, the default where it has none."""
    row = ops.stack([ops.cast(narrow(v), "int32") for v in values])
    given = ops.sum(ops.where(places, row[None, :], 0), axis=1)
    full = ops.where(ops.any(places, axis=1), given, default)
    return tuple(full[i] for i in range(places.shape[0]))


def axis_number(axis: Any, rank: int) -> Any:
    """Count one axis from the front; one that is computed stays a tensor."""
    axis = scalar(axis)
    return axis + rank if isinstance(axis, int) and axis < 0 else axis


def with_unit_axes(sizes: Any, axes: Any) -> tuple[Any, ...]:
    """Insert sizes of one where a vector says, whose length is known but not its elements."""
    rank = len(sizes) + len(listed(axes, "The axes of an Unsqueeze"))
    is_new = ops.any(places_of(axes, rank), axis=1)
    own = ops.maximum(ops.cumsum(ops.cast(ops.logical_not(is_new), "int32")) - 1, 0)
    old = ops.take(ops.stack([ops.cast(s, "int32") for s in (*sizes, 1)]), own)
    made = ops.where(is_new, 1, old)
    return tuple(made[i] for i in range(rank))


def without_unit_axes(sizes: Any, axes: Any) -> tuple[Any, ...]:
    """Leave sizes out where a vector says, whose length is known but not its elements."""
    rank, count = len(sizes), len(listed(axes, "The vector of axes that are left out"))
    goes = ops.cast(ops.any(places_of(axes, rank), axis=1), "int32")
    kept = ops.argsort(goes * rank + ops.arange(rank, dtype="int32"))[: rank - count]
    left = ops.take(ops.stack([ops.cast(s, "int32") for s in sizes]), kept)
    return tuple(left[i] for i in range(rank - count))


def product(sizes: Any) -> Any:
    """Multiply sizes, plain or live."""
    total = 1
    for size in sizes:
        total = total * size
    return total


def broadcast_sizes(own: Any, asked: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give the shape that a tensor and a shape broadcast to."""
    rank = max(len(own), len(asked))
    pairs = zip((*(1,) * (rank - len(own)), *own), (*(1,) * (rank - len(asked)), *asked))
    return tuple(broadcast_size(a, b) for a, b in pairs)


def broadcast_size(own: Any, asked: Any) -> Any:
    if isinstance(asked, int):
        return own if asked == 1 else asked
    if isinstance(own, int):
        return asked if own == 1 else own
    return ops.where(own == 1, asked, own)


def numbered(size: Any, axis: int, rank: int, dtype: str = "int32") -> Any:
    """Number the places along an axis, in a tensor of one axis of this size and others of size one."""
    return ops.reshape(ops.arange(size, dtype=dtype), [size if a == axis else 1 for a in range(rank)])
