"""Tensors of another shape: axes permuted, merged, split, cut."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import in_keras_axes, size_list, straight
from onnx_keras.exporting.table import Refused
from onnx_keras.exporting.tensor import Sizes, Tensor, in_keras_order
from onnx_keras.orders import Order

FAR = np.iinfo(np.int64).max
"""Where a Slice ends that takes all there is."""


def permuted(x: Tensor, perm: Sequence[int]) -> Tensor:
    """Permute stored axes: the value stays, only its order is another one."""
    order = Order(tuple(x.order.axes[p] for p in perm), x.order.inner)
    return x.become(x.name, order=order, shape=tuple(x.shape[p] for p in perm))


def reshaped(op: Graph, x: Tensor, sizes: Sequence[int | None], shape: Sizes) -> Tensor:
    """Write a Reshape of the Keras tensor.

    Args:
        op: The graph.
        x: The tensor.
        sizes: What a Reshape gets: sizes, 0 for one that is copied, -1 or None for one that follows from the rest.
        shape: The shape that results.
    """
    if sum(s in (None, -1) for s in sizes) > 1:
        raise Refused(f"more than one size of the result {shape} is unknown")
    return in_keras_order(op.Reshape(in_keras_axes(op, x), size_list(sizes)), shape, x.dtype)


def without_units(op: Graph, x: Tensor, positions: Sequence[int]) -> Tensor:
    """Drop stored axes of size 1."""
    axes = x.axes(list(positions))
    kept = [a for a in range(x.rank) if a not in axes]
    return x.become(
        op.Squeeze(x, np.array(axes, np.int64)),
        order=x.order.relabel({a: i for i, a in enumerate(kept)}),
        shape=tuple(s for a, s in zip(x.order.axes, x.shape) if a not in axes),
    )


def sliced(op: Graph, x: Tensor, slices: dict[int, slice]) -> Tensor:
    """Cut stored axes; a step may be negative."""
    if not slices:
        return x
    if any(x.order.inside(x.axis(p)) for p in slices):
        x = straight(op, x)
    limits = [limits_of(s) for s in slices.values()]
    starts, ends, steps = (np.array(column, np.int64) for column in zip(*limits))
    axes = np.array([x.axis(p) for p in slices], np.int64)
    shape = tuple(cut(size, slices.get(i)) for i, size in enumerate(x.shape))
    return x.become(op.Slice(x, starts, ends, axes, steps), shape=shape)


def limits_of(piece: slice) -> tuple[int, int, int]:
    """Give start, end and step of a slice as ONNX has them."""
    step = 1 if piece.step is None else piece.step
    first, last = (0, FAR) if step > 0 else (FAR, -FAR)
    return first if piece.start is None else piece.start, last if piece.stop is None else piece.stop, step


def cut(size: int | None, piece: slice | None) -> int | None:
    """Give the size of an axis after a slice."""
    if piece is None or piece == slice(None):
        return size
    return None if size is None else len(range(*piece.indices(size)))


def padded(
    op: Graph, x: Tensor, widths: Sequence[tuple[int, int]], mode: str = "constant", value: Any = None
) -> Tensor:
    """Add elements before and after each stored axis."""
    if any(x.order.inside(x.axis(p)) for p, width in enumerate(widths) if any(width)):
        x = straight(op, x)
    by_axis = sorted(zip(x.order.axes, widths))
    amounts = np.array([w[0] for _, w in by_axis] + [w[1] for _, w in by_axis], np.int64)
    shape = tuple(None if s is None else s + sum(w) for s, w in zip(x.shape, widths))
    return x.become(op.Pad(x, amounts, value, mode=mode), shape=shape)
