"""How operators that move elements about move sizes: the evaluators that `contents.evaluate` calls."""

import math

import numpy as np
import sympy

from onnx_keras.graph.contents import MOST_ELEMENTS, array, evaluates
from onnx_keras.graph.symbols import dims, plain


def integers(operand) -> list[int] | None:
    """Return known integers as a list, None if one is symbolic."""
    flat = list(operand.flat)
    return flat if all(isinstance(item, int) for item in flat) else None


def known_axes(node, operand, default=None):
    """Return the axes that an input or, before it became one, an attribute gives; None if they are unknown."""
    if operand is not None:
        return None if any(axis is None for axis in operand.flat) else tuple(int(axis) for axis in operand.flat)
    return tuple(node.attributes.get_ints("axes", default or ())) or default


@evaluates("Shape", from_elements=False)
def _shape(node, _):
    shape = dims(node.inputs[0])
    if shape is None:
        return None
    start, end = node.attributes.get_int("start", 0), node.attributes.get_int("end", len(shape))
    result = np.empty(len(shape), dtype=object)
    result[:] = shape
    return result[start:end]


@evaluates("Size", from_elements=False)
def _size(node, _):
    shape = dims(node.inputs[0])
    return None if shape is None else array(plain(sympy.prod(shape)))


@evaluates("Identity")
def _identity(node, x):
    return x


@evaluates("Gather")
def _gather(node, data, indices):
    axis = node.attributes.get_int("axis", 0)
    if integers(indices) is None or not data.ndim:
        return None
    positions = indices.astype(int)
    if positions.size and not -data.shape[axis] <= positions.min() <= positions.max() < data.shape[axis]:
        return None
    return np.take(data, positions, axis=axis)


@evaluates("Concat")
def _concat(node, *arrays):
    return np.concatenate(arrays, axis=node.attributes.get_int("axis", 0))


@evaluates("Slice")
def _slice(node, data, starts=None, ends=None, axes=None, steps=None):
    attributes = node.attributes
    starts, ends, axes, steps = (
        list(attributes.get_ints(name, ())) or None if operand is None else integers(operand)
        for name, operand in (("starts", starts), ("ends", ends), ("axes", axes), ("steps", steps))
    )
    is_open = any(value is not None and known is None for value, known in zip(node.inputs[3:], (axes, steps)))
    if starts is None or ends is None or is_open:
        return None
    index = [slice(None)] * data.ndim
    for axis, start, end, step in zip(axes or range(len(starts)), starts, ends, steps or [1] * len(starts)):
        index[axis] = _clamped(start, end, step, data.shape[axis])
    return data[tuple(index)]


def _clamped(start: int, end: int, step: int, length: int) -> slice:
    """Return ONNX' slice as Python's, where an end before the first element is None."""
    if step > 0:
        return slice(start, end, step)
    end = end + length if end < 0 else end
    return slice(start, None if end < 0 else end, step)


@evaluates("Unsqueeze")
def _unsqueeze(node, data, axes=None):
    axes = known_axes(node, axes)
    return None if axes is None else np.expand_dims(data, axes)


@evaluates("Squeeze")
def _squeeze(node, data, axes=None):
    axes = known_axes(node, axes, ())
    return None if axes is None else np.squeeze(data, axes or None)


def _is_small(shape) -> bool:
    return shape is not None and all(size >= 0 for size in shape) and math.prod(shape) <= MOST_ELEMENTS


@evaluates("ConstantOfShape")
def _constant_of_shape(node, shape):
    sizes = integers(shape)
    if not _is_small(sizes):
        return None
    tensor = node.attributes.get_tensor("value")
    number = 0 if tensor is None else tensor.numpy().item()
    if isinstance(number, float):
        number = sympy.Rational(number) if math.isfinite(number) else None
    return np.full(sizes, number, dtype=object)


@evaluates("Reshape")
def _reshape(node, data, shape):
    sizes = integers(shape)
    if sizes is None:
        return None
    if not node.attributes.get_int("allowzero", 0):
        sizes = [data.shape[i] if size == 0 and i < data.ndim else size for i, size in enumerate(sizes)]
    known = math.prod(size for size in sizes if size >= 0)
    fits = known == data.size if min(sizes, default=0) >= 0 else known and data.size % known == 0
    return data.reshape(sizes) if fits else None


@evaluates("Flatten")
def _flatten(node, x):
    axis = node.attributes.get_int("axis", 1)
    return x.reshape(math.prod(x.shape[:axis]), -1) if x.size else None


@evaluates("Expand")
def _expand(node, x, shape):
    sizes = integers(shape)
    if not _is_small(sizes):
        return None
    result_shape = np.broadcast_shapes(x.shape, tuple(sizes))
    return np.broadcast_to(x, result_shape).copy() if _is_small(result_shape) else None


@evaluates("Tile")
def _tile(node, x, repeats):
    counts = integers(repeats)
    return np.tile(x, counts) if _is_small(counts) and x.size * math.prod(counts) <= MOST_ELEMENTS else None


@evaluates("Transpose")
def _transpose(node, x):
    return x.transpose(node.attributes.get_ints("perm"))


@evaluates("Split")
def _split(node, x, split=None):
    axis, count = node.attributes.get_int("axis", 0), len(node.outputs)
    lengths = list(node.attributes.get_ints("split", ())) or None
    if split is not None:
        lengths = integers(split)
        if lengths is None:
            return None
    if lengths is None:
        chunk = -(-x.shape[axis] // count)
        lengths = [max(0, min(chunk, x.shape[axis] - i * chunk)) for i in range(count)]
    return np.split(x, np.cumsum(lengths)[:-1], axis=axis)


@evaluates("ScatterND")
def _scatter_nd(node, data, indices, updates):
    if integers(indices) is None or node.attributes.get_string("reduction", "none") != "none":
        return None
    result = data.copy()
    for place in np.ndindex(indices.shape[:-1]):
        result[tuple(int(i) for i in indices[place])] = updates[place]
    return result
