"""Arrays between ONNX' order and the stored one."""

import mmap
from typing import Any

import numpy as np

from onnx_keras.layout.conforming import without_leading_units
from onnx_keras.layout.plan import Parameter
from onnx_keras.orders import Inner, Order

LARGE = 2**16
"""Bytes from which on an array is not taken from the heap, which would keep the holes that it leaves."""


def stored_array(parameter: Parameter) -> np.ndarray:
    """Read a constant in the order in which it is stored, as an array of its own."""
    array, order = parameter.constant.array(), parameter.order
    lifted = order.rank > array.ndim
    wide = array.reshape((1,) * (order.rank - array.ndim) + array.shape)
    stored = to_stored(wide, order)
    shape = without_leading_units(stored.shape) if lifted else stored.shape
    # A copy in any case: backends keep what they are given, and a mapped file may change.
    own = room_for(stored)
    own[...] = stored
    parameter.constant.release()
    return own.reshape(shape)


def room_for(array: np.ndarray) -> np.ndarray:
    """Give memory for a copy. A large one has pages of its own, which the system gets back when it is dropped."""
    if array.nbytes < LARGE or array.dtype.hasobject:
        return np.empty(array.shape, array.dtype)
    return np.frombuffer(mmap.mmap(-1, array.nbytes), array.dtype).reshape(array.shape)


def to_stored(array: np.ndarray, order: Order) -> np.ndarray:
    """Put an array in ONNX' order into a stored order."""
    for axis, inner in order.inner:
        array = permute_factors(array, axis, whole_sizes(inner.sizes, array.shape[axis]), inner.stored)
    return array.transpose(order.axes)


def from_stored(array: np.ndarray, order: Order) -> np.ndarray:
    """Put a stored array back into ONNX' order."""
    array = array.transpose(np.argsort(order.axes))
    for axis, inner in order.inner:
        sizes = whole_sizes(inner.sizes, array.shape[axis])
        back = tuple(int(k) for k in np.argsort(inner.stored))
        array = permute_factors(array, axis, tuple(sizes[k] for k in inner.stored), back)
    return array


def permute_factors(array: np.ndarray, axis: int, sizes: tuple[int, ...], stored: tuple[int, ...]) -> np.ndarray:
    """Permute the factors of one axis."""
    shape = array.shape
    split = array.reshape(shape[:axis] + sizes + shape[axis + 1 :])
    perm = [*range(axis), *(axis + k for k in stored), *range(axis + len(sizes), split.ndim)]
    return split.transpose(perm).reshape(shape)


def whole_sizes(sizes: tuple[Any, ...], total: int) -> tuple[int, ...]:
    """Give factors as ints; the one that was symbolic is what is left of the axis."""
    known = [int(s) if str(s).isdigit() else 0 for s in sizes]
    if known.count(0) > 1:
        raise ValueError(f"Of the factors {sizes} of an axis of {total} only one may be unknown.")
    rest = total // max(int(np.prod([k for k in known if k])), 1)
    return tuple(k or rest for k in known)


def order_config(order: Order | None) -> Any:
    """Write an order into a configuration: its axes, and the insides of scrambled ones."""
    if order is None:
        return None
    inner = [[a, [s if isinstance(s, int) else str(s) for s in i.sizes], list(i.stored)] for a, i in order.inner]
    return [list(order.axes), inner] if inner else [list(order.axes)]


def order_from_config(config: Any) -> Order | None:
    """Read an order from a configuration."""
    if config is None:
        return None
    axes, *rest = config
    inner = tuple((a, Inner(tuple(sizes), tuple(stored))) for a, sizes, stored in (rest[0] if rest else ()))
    return Order(tuple(axes), inner)
