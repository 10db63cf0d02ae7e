"""Units, concatenation and splitting along stored axes."""

from collections.abc import Sequence

import numpy as np

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import common_order, moved
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.orders import Order


def with_unit(op: Graph, x: Tensor, position: int) -> Tensor:
    """Insert a stored axis of size 1 before a position; the ONNX value gets it at the same number."""
    moved_up = x.order.relabel({a: a + (a >= position) for a in range(x.rank)})
    axes = (*moved_up.axes[:position], position, *moved_up.axes[position:])
    return x.become(
        op.Unsqueeze(x, np.array([position], np.int64)),
        order=Order(axes, moved_up.inner),
        shape=(*x.shape[:position], 1, *x.shape[position:]),
    )


def concatenated(op: Graph, tensors: Sequence[Tensor], axis: int) -> Tensor:
    """Join tensors along a stored axis."""
    order = common_order(tensors)
    scrambled = {a for t in tensors for a, _ in t.order.inner}
    order = order.straight({order.axes[axis]} & scrambled) if order.inner else order
    parts = [moved(op, t, order) for t in tensors]
    shape = [joint(sizes) for sizes in zip(*(t.shape for t in tensors))]
    ends = [t.shape[axis] for t in tensors]
    shape[axis] = None if None in ends else sum(ends)  # type: ignore[arg-type]
    return parts[0].become(op.Concat(*parts, axis=parts[0].axis(axis)), shape=tuple(shape))


def joint(sizes: Sequence[int | None]) -> int | None:
    """Give the size that several tensors have, where one of them tells it."""
    return next((s for s in sizes if s is not None), None)
