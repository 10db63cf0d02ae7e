"""Shapes of what takes or adds a part along an axis: Slice, Split, Pad, Range."""

import sympy

from onnx_keras.graph.contents import elements
from onnx_keras.graph.shape_rules import corrects, is_given, targets
from onnx_keras.graph.symbols import Dim, dims, is_nonnegative, is_positive, plain

_FAR = 2**31 - 1
"""Exporters write this or more for the end of an axis of any length."""


@corrects("Pad")
def _pad(node):
    shape, pads = dims(node.inputs[0]), targets(node, 1)
    if shape is None or not is_given(node, 1):
        return None
    axes = targets(node, 3) if is_given(node, 3) else list(range(len(shape)))
    if axes is None or any(axis is None for axis in axes):
        return [[None] * len(shape)]
    pads = [None] * (2 * len(axes)) if pads is None else pads
    sizes = list(shape)
    for i, axis in enumerate(axes):
        before, after = pads[i], pads[i + len(axes)]
        sizes[axis] = None if before is None or after is None else sizes[axis] + before + after
    return [sizes]


@corrects("Range")
def _range(node):
    bounds = [elements(value) for value in node.inputs]
    if any(bound is None or bound.size != 1 or bound.item() is None for bound in bounds):
        return [[None]]
    start, limit, delta = (bound.item() for bound in bounds)
    if not isinstance(delta, int) or not all(value.dtype.is_integer() for value in node.inputs):
        return None
    length = sympy.ceiling(sympy.sympify(limit - start) / delta)
    return [[length if is_nonnegative(length) else sympy.Max(length, 0)]]


@corrects("Slice")
def _slice(node):
    shape, starts, ends = dims(node.inputs[0]), targets(node, 1), targets(node, 2)
    if shape is None or not is_given(node, 1):
        return None
    axes = targets(node, 3) if is_given(node, 3) else list(range(len(starts or ())))
    if starts is None or ends is None or axes is None or None in axes:
        return [[None] * len(shape)]
    steps = targets(node, 4) if is_given(node, 4) else [1] * len(axes)
    sizes = list(shape)
    for axis, start, end, step in zip(axes, starts, ends, steps or [None] * len(axes)):
        sizes[axis] = _slice_length(sizes[axis], start, end, step)
    return [sizes]


def _slice_length(size: Dim, start, end, step):
    """Return how many elements of an axis a slice takes, None if that can't be known."""
    if start is None or end is None or not isinstance(step, int) or step == 0:
        return None
    if step < 0:
        return _length_backwards(size, start, end, step)
    first, last = _position(start, size), _position(end, size)
    if first is None or last is None:
        return None
    length = sympy.ceiling(sympy.sympify(last - first) / step)
    return length if is_nonnegative(length) else sympy.Max(length, 0)


def _position(index, size: Dim):
    """Return a slice's bound as a position from 0 to `size`, None if its sign isn't known."""
    if is_nonnegative(index):
        return size if isinstance(index, int) and index >= _FAR else _at_most(index, size)
    if is_positive(-index):
        return 0 if isinstance(index, int) and index <= -_FAR else _at_least_zero(size + index)
    return None


def _at_most(index, size):
    return index if is_nonnegative(size - index) else size if is_nonnegative(index - size) else sympy.Min(index, size)


def _at_least_zero(position):
    return position if is_nonnegative(position) else sympy.Max(position, 0)


def _length_backwards(size, start, end, step: int):
    if all(isinstance(number, int) for number in (size, start, end)):
        return len(range(*slice(start, None if end < -size else end, step).indices(size)))
    takes_all = isinstance(start, int) and (start == -1 or start >= _FAR) and isinstance(end, int) and end <= -_FAR
    return sympy.ceiling(sympy.sympify(size) / -step) if takes_all else None


@corrects("Split")
def _split(node):
    shape, axis, count = dims(node.inputs[0]), node.attributes.get_int("axis", 0), len(node.outputs)
    if shape is None:
        return None
    lengths = targets(node, 1) if is_given(node, 1) else node.attributes.get_ints("split")
    if lengths is None:
        lengths = [None] * count if is_given(node, 1) else _equal_parts(shape[axis], count)
    shapes = [list(shape) for _ in range(count)]
    for sizes, length in zip(shapes, lengths):
        sizes[axis] = length
    return shapes


def _equal_parts(size: Dim, count: int) -> list:
    part = plain(sympy.ceiling(sympy.sympify(size) / count))
    if isinstance(size, int):
        return [max(0, min(part, size - i * part)) for i in range(count)]
    if (size / count).is_integer or count == 1:
        return [part] * count
    return [part, size - part] if count == 2 else [None] * count
