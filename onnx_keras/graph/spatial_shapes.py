"""Shapes of what resamples images: pooling and Resize."""

import math

import numpy as np
import sympy

from onnx_keras.graph.shape_rules import corrects, targets
from onnx_keras.graph.symbols import Dim, dims, is_short


@corrects("Resize")
def _resize(node):
    shape = dims(node.inputs[0])
    if shape is None:
        return None
    axes = [axis % len(shape) for axis in node.attributes.get_ints("axes", range(len(shape)))]
    scales, wanted = targets(node, 2), targets(node, 3)
    sizes = list(shape)
    if wanted and node.attributes.get_string("keep_aspect_ratio_policy", "stretch") != "stretch":
        return None
    for i, axis in enumerate(axes):
        sizes[axis] = wanted[i] if wanted else _scaled(sizes[axis], scales[i]) if scales else None
    return [sizes]


def _scaled(size: Dim, scale):
    """Return floor(size * scale) as float32 computes it, None if it might round."""
    if scale is None:
        return None
    if isinstance(size, int) and sympy.sympify(scale).is_number:
        return math.floor(np.float32(size) * np.float32(float(scale)))
    return sympy.floor(size * scale) if is_short(scale) else None


@corrects("AveragePool", "MaxPool", "LpPool")
def _pool(node):
    return pooled(dims(node.inputs[0]), node)


def pooled(shape, node) -> list | None:
    """Return the shapes that pooling gives of an image's, None where they can't be known."""
    attributes = node.attributes
    kernel = attributes.get_ints("kernel_shape")
    if shape is None or kernel is None or len(shape) != len(kernel) + 2:
        return None
    count = len(kernel)
    ones = [1] * count
    strides, dilations = attributes.get_ints("strides") or ones, attributes.get_ints("dilations") or ones
    pads = attributes.get_ints("pads") or [0] * (2 * count)
    windows = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
    length = _LENGTHS[attributes.get_string("auto_pad", "NOTSET")]
    rounds_up = attributes.get_int("ceil_mode", 0)
    axes = zip(shape[2:], windows, strides, pads[:count], pads[count:])
    return [[*shape[:2], *(length(*axis, rounds_up) for axis in axes)]] * len(node.outputs)


def _padded_length(size, window, stride, before, after, rounds_up):
    steps = sympy.sympify(size + before + after - window) / stride
    if not rounds_up:
        return sympy.floor(steps) + 1
    if stride + after <= window:
        return sympy.ceiling(steps) + 1
    # The last window has to start before the padding at the end.
    return sympy.Min(sympy.ceiling(steps), sympy.floor(sympy.sympify(size + before - 1) / stride)) + 1


def _valid_length(size, window, stride, before, after, rounds_up):
    return sympy.ceiling(sympy.sympify(size - window + 1) / stride)


def _same_length(size, window, stride, before, after, rounds_up):
    return sympy.ceiling(sympy.sympify(size) / stride)


_LENGTHS = {
    "NOTSET": _padded_length,
    "VALID": _valid_length,
    "SAME_UPPER": _same_length,
    "SAME_LOWER": _same_length,
}
