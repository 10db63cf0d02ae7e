"""Operations that move, cut, join and repeat elements."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from onnx_keras.exporting.arrays import array_of, like
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.joining import concatenated, with_unit
from onnx_keras.exporting.moving import in_keras_axes, straight
from onnx_keras.exporting.operands import promoted, spec, tensor_of
from onnx_keras.exporting.reshaping import padded, permuted, reshaped, sliced, without_units
from onnx_keras.exporting.table import Refused, writes_operation
from onnx_keras.exporting.tensor import Tensor, in_keras_order


def listed(axes: Any) -> list[int]:
    return list(axes) if isinstance(axes, (list, tuple)) else [axes]


@writes_operation("Reshape")
def reshape(op: Graph, operation: Any, x: Tensor) -> Tensor:
    sizes = [s if isinstance(s, (int, np.integer)) else None for s in listed(operation.newshape)]
    return reshaped(op, x, with_copies(x, sizes), spec(operation, x).shape)


def with_copies(x: Tensor, sizes: Sequence[int | None]) -> Sequence[int | None]:
    """Say 0, a copy, for the size that `keras.ops.shape` didn't know, if it can only be that of the same axis."""
    unknown = [i for i, s in enumerate(x.shape) if s is None]
    if len(unknown) != 1 or [i for i, s in enumerate(sizes) if s is None] != unknown:
        return sizes
    return [0 if s is None else s for s in sizes]


@writes_operation("Ravel")
def ravel(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return reshaped(op, x, [-1], spec(operation, x).shape)


@writes_operation("Transpose")
def transpose(op: Graph, operation: Any, x: Tensor) -> Tensor:
    perm = range(x.rank)[::-1] if operation.axes is None else [a % x.rank for a in operation.axes]
    return permuted(x, list(perm))


@writes_operation("Moveaxis")
def moveaxis(op: Graph, operation: Any, x: Tensor) -> Tensor:
    numbered = np.moveaxis(np.empty(range(1, x.rank + 1)), operation.source, operation.destination).shape
    return permuted(x, [n - 1 for n in numbered])


@writes_operation("Swapaxes")
def swapaxes(op: Graph, operation: Any, x: Tensor) -> Tensor:
    perm = list(range(x.rank))
    a, b = operation.axis1 % x.rank, operation.axis2 % x.rank
    perm[a], perm[b] = b, a
    return permuted(x, perm)


@writes_operation("ExpandDims")
def expand_dims(op: Graph, operation: Any, x: Tensor) -> Tensor:
    axes = listed(operation.axis)
    rank = x.rank + len(axes)
    for axis in sorted(a % rank for a in axes):
        x = with_unit(op, x, axis)
    return x


@writes_operation("Squeeze")
def squeeze(op: Graph, operation: Any, x: Tensor) -> Tensor:
    units = [i for i, s in enumerate(x.shape) if s == 1] if operation.axis is None else listed(operation.axis)
    return without_units(op, x, units)


@writes_operation("Concatenate")
def concatenate(op: Graph, operation: Any, xs: Sequence[Any]) -> Tensor:
    dtype = promoted(xs)
    return concatenated(op, [tensor_of(op, x, dtype) for x in xs], operation.axis)


@writes_operation("Append")
def append(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
    if operation.axis is None:
        raise Refused("append without an axis flattens both; reshape them before it")
    return concatenate(op, operation, [x1, x2])


@writes_operation("Stack")
def stack(op: Graph, operation: Any, x: Sequence[Any]) -> Tensor:
    dtype = promoted(x)
    tensors = [tensor_of(op, t, dtype) for t in x]
    axis = operation.axis % (tensors[0].rank + 1)
    return concatenated(op, [with_unit(op, t, axis) for t in tensors], axis)


@writes_operation("Unstack")
def unstack(op: Graph, operation: Any, x: Tensor) -> list[Tensor]:
    count = x.shape[operation.axis]
    if count is None:
        raise Refused(f"the size of axis {operation.axis} is unknown")
    return [without_units(op, part, [operation.axis]) for part in parts(op, x, operation.axis, [1] * count)]


@writes_operation("Split")
def split(op: Graph, operation: Any, x: Tensor) -> list[Tensor]:
    sections, size = operation.indices_or_sections, x.shape[operation.axis]
    if size is None:
        raise Refused(f"the size of axis {operation.axis} is unknown")
    if isinstance(sections, int):
        return parts(op, x, operation.axis, [size // sections] * sections)
    ends = [*sections, size]
    return parts(op, x, operation.axis, [b - a for a, b in zip([0, *ends], ends)])


def parts(op: Graph, x: Tensor, axis: int, sizes: list[int]) -> list[Tensor]:
    """Cut a stored axis into parts."""
    if x.order.inside(x.axis(axis)):
        x = straight(op, x)
    names = op.Split(x, np.array(sizes, np.int64), outputs=len(sizes), axis=x.axis(axis))
    shapes = [(*x.shape[: axis % x.rank], s, *x.shape[axis % x.rank + 1 :]) for s in sizes]
    return [x.become(n, shape=shape) for n, shape in zip(names if len(sizes) > 1 else [names], shapes)]


@writes_operation("GetItem")
def getitem(op: Graph, operation: Any, x: Tensor, key: Any) -> Tensor:
    keys = list(key) if isinstance(key, (list, tuple)) else [key]
    if not all(k is None or k is Ellipsis or isinstance(k, (int, slice)) for k in keys):
        raise Refused("only numbers, slices, None and ... are supported as indices")
    taken = x.rank - sum(k is not None and k is not Ellipsis for k in keys)
    at = next((i for i, k in enumerate(keys) if k is Ellipsis), len(keys))
    keys = [*keys[:at], *[slice(None)] * taken, *keys[at + 1 :]]
    axes = [k for k in keys if k is not None]
    slices = {i: slice(k, k + 1 or None) if isinstance(k, int) else k for i, k in enumerate(axes)}
    x = sliced(op, x, {i: s for i, s in slices.items() if s != slice(None)})
    numbers = [i for i, k in enumerate(axes) if isinstance(k, int)]
    x = without_units(op, x, numbers) if numbers else x
    for position in [i for i, k in enumerate(k for k in keys if not isinstance(k, int)) if k is None]:
        x = with_unit(op, x, position)
    return x


@writes_operation("Flip")
def flip(op: Graph, operation: Any, x: Tensor) -> Tensor:
    axes = range(x.rank) if operation.axis is None else listed(operation.axis)
    return sliced(op, x, {a % x.rank: slice(None, None, -1) for a in axes})


@writes_operation("Pad")
def pad(op: Graph, operation: Any, x: Tensor, constant_values: Any = None) -> Tensor:
    modes = {"constant": "constant", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}
    if operation.mode not in modes:
        raise Refused(f"ONNX has no mode={operation.mode!r} of padding")
    widths = [(int(a), int(b)) for a, b in operation.pad_width]
    value = None if constant_values is None else like(x, constant_values)
    return padded(op, x, widths * x.rank if len(widths) == 1 else widths, modes[operation.mode], value)


@writes_operation("Tile")
def tile(op: Graph, operation: Any, x: Tensor) -> Tensor:
    repeats = listed(operation.repeats)
    for _ in range(len(repeats) - x.rank):
        x = with_unit(op, x, 0)
    repeats = [1] * (x.rank - len(repeats)) + repeats
    x = straight(op, x)
    shape = tuple(None if s is None else s * r for s, r in zip(x.shape, repeats))
    by_axis = [repeats[x.order.position(a)] for a in range(x.rank)]
    return x.become(op.Tile(x, np.array(by_axis, np.int64)), shape=shape)


@writes_operation("Repeat")
def repeat(op: Graph, operation: Any, x: Tensor) -> Tensor:
    if operation.axis is None or not isinstance(operation.repeats, int):
        raise Refused("repeat is supported for one number of repeats along one axis")
    return repeated(op, x, operation.axis % x.rank, operation.repeats)


def repeated(op: Graph, x: Tensor, axis: int, repeats: int) -> Tensor:
    """Repeat each element along a stored axis, by indices where its size is known."""
    size = x.shape[axis]
    if size is None:
        raise Refused(f"the size of axis {axis}, along which elements are repeated, is unknown")
    x = straight(op, x)
    indices = np.repeat(np.arange(size), repeats)
    shape = (*x.shape[:axis], size * repeats, *x.shape[axis + 1 :])
    return x.become(op.Gather(x, indices, axis=x.axis(axis)), shape=shape)


@writes_operation("BroadcastTo")
def broadcast_to(op: Graph, operation: Any, x: Tensor) -> Tensor:
    sizes = [1 if s is None else s for s in operation.shape]
    return in_keras_order(op.Expand(in_keras_axes(op, x), np.array(sizes, np.int64)), tuple(operation.shape), x.dtype)


@writes_operation("Take")
def take(op: Graph, operation: Any, x: Any, indices: Any) -> Tensor:
    if operation.axis is None:
        raise Refused("take without an axis flattens; reshape before it")
    x = in_keras_axes(op, x if isinstance(x, Tensor) else op.held(array_of(x), "table"))
    indices = indices if isinstance(indices, Tensor) else op.held(np.asarray(array_of(indices), np.int64), "indices")
    return gathered(op, x, in_keras_axes(op, indices), operation.axis % x.rank)


def gathered(op: Graph, x: Tensor, indices: Tensor, axis: int) -> Tensor:
    shape = (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])
    return in_keras_order(op.Gather(x, indices, axis=axis), shape, x.dtype)


@writes_operation("TakeAlongAxis")
def take_along_axis(op: Graph, operation: Any, x: Tensor, indices: Any) -> Tensor:
    if operation.axis is None:
        raise Refused("take_along_axis without an axis flattens; reshape before it")
    indices = indices if isinstance(indices, Tensor) else op.held(np.asarray(array_of(indices), np.int64), "indices")
    x, indices = in_keras_axes(op, x), in_keras_axes(op, indices)
    return x.become(op.GatherElements(x, indices, axis=operation.axis % x.rank), shape=indices.shape)


@writes_operation("ZerosLike")
def zeros_like(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return filled(op, operation, x, 0)


@writes_operation("OnesLike")
def ones_like(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return filled(op, operation, x, 1)


@writes_operation("FullLike")
def full_like(op: Graph, operation: Any, x: Tensor, fill_value: float) -> Tensor:
    return filled(op, operation, x, fill_value)


def filled(op: Graph, operation: Any, x: Tensor, number: float) -> Tensor:
    """Write a tensor of one number, of the shape of another."""
    dtype = operation.dtype or x.dtype
    value = op.constant(np.array(number, dtype), "number")
    return x.become(op.Expand(value, op.Shape(x)), dtype=dtype)


@writes_operation("Tril")
def tril(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return triangle(op, operation, x, upper=0)


@writes_operation("Triu")
def triu(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return triangle(op, operation, x, upper=1)


def triangle(op: Graph, operation: Any, x: Tensor, upper: int) -> Tensor:
    x = in_keras_axes(op, x)
    return x.become(op.Trilu(x, np.array(operation.k, np.int64), upper=upper))
