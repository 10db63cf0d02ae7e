"""Tensors brought from one order to another, and to a common one for operators that broadcast."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from onnx_keras.exporting.graph import DTYPES, Graph
from onnx_keras.exporting.tensor import Sizes, Tensor
from onnx_keras.layout.storing import whole_sizes
from onnx_keras.orders import Inner, Order, onnx_order


def moved(op: Graph, x: Tensor, order: Order) -> Tensor:
    """Give a tensor as a value that it stores in an order: the same value, a Reshape over unit axes or a Transpose."""
    if x.order == order:
        return x
    if order.inner:
        raise AssertionError("Nothing is moved into a scrambled order.")
    x = straight(op, x)
    perm = permutation(x.order, order)
    if perm == list(range(x.rank)):
        return x
    result = x.become("", order=order)
    if x.name in op.constants:
        return result.become(op.constant(op.constants[x.name].transpose(perm), "transposed"))
    key = x.name, tuple(perm)
    if key not in op.moves:
        long = [p for p in perm if x.onnx_shape[p] != 1]
        is_reshape = long == sorted(long) and result.onnx_shape.count(None) <= 1
        op.moves[key] = op.Reshape(x, size_list(result.onnx_shape)) if is_reshape else op.Transpose(x, perm=perm)
    return result.become(op.moves[key])


def permutation(before: Order, after: Order) -> list[int]:
    """Give the perm of the Transpose between two values that one Keras tensor stores."""
    return [before.axes[after.position(a)] for a in range(after.rank)]


def in_keras_axes(op: Graph, x: Tensor) -> Tensor:
    """Give a tensor as a value of the shape that Keras has."""
    return moved(op, x, onnx_order(x.rank))


def straight(op: Graph, x: Tensor) -> Tensor:
    """Put the inside of scrambled axes in the order in which Keras stores it."""
    for axis, inner in x.order.inner:
        shape = x.onnx_shape
        size = shape[axis]
        if size is None:
            raise AssertionError(f"The inside of axis {axis} of '{x.name}' has no size.")
        sizes = whole_sizes(inner.sizes, size)
        split = op.Reshape(x, size_list((*kept(shape[:axis]), *sizes, *shape[axis + 1 :])))
        rest = range(axis + len(sizes), x.rank + len(sizes) - 1)
        perm = [*range(axis), *(axis + k for k in inner.stored), *rest]
        merged = op.Reshape(op.Transpose(split, perm=perm), size_list((*kept(shape[:axis]), *shape[axis:])))
        x = x.become(merged, order=Order(x.order.axes, tuple(p for p in x.order.inner if p[0] != axis)))
    return x


def in_onnx_order(op: Graph, x: Tensor, order: Order) -> str:
    """Give the value that a Keras tensor is when it is read as stored in an order."""
    if x.order == order:
        return x.name
    value = moved(op, x, Order(order.axes))
    if not order.inner:
        return value.name
    inner = tuple((axis, reversed_inner(inside)) for axis, inside in order.inner)
    return straight(op, value.become(value.name, order=Order(order.axes, inner))).name


def reversed_inner(inside: Inner) -> Inner:
    """Turn the inside of an axis around: what is stored becomes what ONNX has."""
    back = tuple(inside.stored.index(k) for k in range(len(inside.stored)))
    return Inner(tuple(inside.sizes[k] for k in inside.stored), back)


def kept(sizes: Sizes) -> list[int]:
    """Say of leading sizes in a Reshape that unknown ones stay: 0 copies them."""
    return [0 if s is None else s for s in sizes]


def size_list(sizes: Sequence[int | None]) -> np.ndarray:
    """Write sizes as the input of a Reshape, the one that is unknown as -1."""
    return np.array([-1 if s is None else s for s in sizes], np.int64)


def together(op: Graph, tensors: Sequence[Tensor], leading: int = 0) -> tuple[list[Tensor], Order]:
    """Bring tensors to one order and rank so that ONNX broadcasts them as Keras does.

    Args:
        op: The graph.
        tensors: The tensors.
        leading: How many stored axes come before the units that tensors of lower rank get.
    """
    rank = max((t.rank for t in tensors), default=0)
    order = common_order([t for t in tensors if t.rank == rank])
    if any(t.rank < rank and any(s != 1 for s in t.shape) for t in tensors):
        order = order.straight()
    return [lifted(op, t, order, leading) for t in tensors], order


def common_order(tensors: Sequence[Tensor]) -> Order:
    """Choose the order that most tensors have, those that are more than a constant or units first."""
    sized = [t for t in tensors if any(s != 1 for s in t.shape)] or list(tensors)
    orders = [t.order for t in sized]
    best = max(orders, key=lambda o: (orders.count(o), -orders.index(o)))
    is_shared = all(t.order == best for t in tensors)
    return best if is_shared else best.straight()


def lifted(op: Graph, x: Tensor, order: Order, leading: int = 0) -> Tensor:
    """Add unit axes to a tensor, after its leading ones, until it has the rank of an order, and bring it there.

    Units that come first in the ONNX value aren't written: ONNX adds them by itself where it broadcasts.
    """
    more = order.rank - x.rank
    if more == 0:
        return moved(op, x, order)
    if x.rank == 0:
        return Tensor(x.name, order, (1,) * more, x.dtype)
    target = (*order.axes[:leading], *order.axes[leading + more :])
    ascending = sorted(target)
    x = moved(op, x, Order(tuple(ascending.index(a) for a in target)))
    shape = (*x.shape[:leading], *(1,) * more, *x.shape[leading:])
    result = Tensor("", order, shape, x.dtype)
    units = sorted(order.axes[leading : leading + more])
    if x.name in op.constants:
        return result.become(op.constant(np.expand_dims(op.constants[x.name], tuple(units)), "broadcast"))
    if units == list(range(more)):
        return result.become(x.name)
    return result.become(op.Unsqueeze(x, np.array(units, np.int64)))


def cast(op: Graph, x: Tensor, dtype: Any) -> Tensor:
    """Give a tensor in an element type."""
    if x.dtype == dtype:
        return x
    if x.name in op.constants:
        return x.become(op.constant(op.constants[x.name].astype(dtype), "cast"), dtype=dtype)
    return x.become(op.Cast(x, to=int(DTYPES[dtype])), dtype=dtype)
