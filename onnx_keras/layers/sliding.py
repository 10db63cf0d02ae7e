"""What pools share: windows over an image, by one operation of the backend or slice by slice."""

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from onnx_keras.dims import larger, smaller
from onnx_keras.layers.backend import native
from onnx_keras.layers.windows import (
    Padding,
    Pair,
    Size,
    beyond,
    is_nothing,
    outputs_of,
    padding_of,
    per_axis,
    resolved,
    spans_of,
    spatial,
)


@dataclass(frozen=True)
class Frame:
    """How windows lie on one image.

    Attributes:
        kernel: The size of a window.
        strides: The steps from window to window.
        dilations: The distance of a window's elements.
        padding: The pads.
        beyond: How far the last window reaches beyond the pads.
        sizes: The spatial sizes of the image.
        data_format: "channels_last" or "channels_first".
    """

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    padding: Padding
    beyond: tuple[Size, ...]
    sizes: tuple[Size, ...]
    data_format: str

    @property
    def rank(self) -> int:
        return len(self.kernel)

    @property
    def spans(self) -> tuple[int, ...]:
        return spans_of(self.kernel, self.dilations)

    @property
    def elements(self) -> int:
        return math.prod(self.kernel)

    @property
    def axes(self) -> tuple[int, ...]:
        """The spatial axes."""
        return spatial(range(self.rank + 2), self.data_format)

    @property
    def pads(self) -> tuple[Pair, ...]:
        return resolved(self.padding, self.sizes, self.spans, self.strides)

    @property
    def ends(self) -> tuple[Pair, ...]:
        """The pads with what the last windows reach beyond them."""
        return tuple((b, e + more) for (b, e), more in zip(self.pads, self.beyond))

    def runs(self, x: Any) -> bool:
        """Say whether the backend has one operation for these windows."""
        dtype = keras.backend.standardize_dtype(x.dtype)
        return all(d == 1 for d in self.dilations) and native.pools(dtype, self.rank)


def frame_of(layer: Any, x: Any) -> Frame:
    """Lay the windows of a layer on an image."""
    rank = len(layer.kernel_shape)
    strides = layer.strides or (1,) * rank
    dilations = layer.dilations or (1,) * rank
    sizes = spatial(ops.shape(x), layer.data_format)
    spans = spans_of(layer.kernel_shape, dilations)
    padding = padding_of(layer.auto_pad, layer.pads, sizes, spans, strides)
    more: tuple[Size, ...] = (0,) * rank
    if layer.ceil_mode and layer.auto_pad not in ("VALID", "SAME_UPPER", "SAME_LOWER"):
        more = tuple(map(beyond, sizes, spans, strides, resolved(padding, sizes, spans, strides)))
    return Frame(layer.kernel_shape, strides, dilations, padding, more, sizes, layer.data_format)


def padded(x: Any, pads: Sequence[Pair], data_format: str, value: Any = 0) -> Any:
    """Pad the spatial axes of an image."""
    return x if is_nothing(tuple(pads)) else ops.pad(x, per_axis(pads, data_format), constant_values=value)


def largest_in_windows(x: Any, frame: Frame) -> Any:
    is_plain = is_nothing(tuple((m, 0) for m in frame.beyond))
    if frame.runs(x) and frame.padding == "same" and is_plain:
        return ops.max_pool(x, frame.kernel, frame.strides, "same", frame.data_format)
    x = padded(x, frame.ends, frame.data_format, lowest(x.dtype))
    if frame.runs(x):
        return ops.max_pool(x, frame.kernel, frame.strides, "valid", frame.data_format)
    return slide(x, frame, ops.maximum)


def lowest(dtype: Any) -> Any:
    """Give the value that is never the largest."""
    name = keras.backend.standardize_dtype(dtype)
    return np.iinfo(name).min if "int" in name else -float("inf")


def mean_of_windows(x: Any, frame: Frame, count_pads: bool) -> Any:
    """Sum each window and divide by its full size, or where that is free by what `counted` would divide by."""
    if is_same_mean(x, frame, count_pads):
        return ops.average_pool(x, frame.kernel, frame.strides, "same", frame.data_format)
    x = padded(x, frame.ends, frame.data_format)
    if frame.runs(x):
        return ops.average_pool(x, frame.kernel, frame.strides, "valid", frame.data_format)
    return slide(x, frame, ops.add) / frame.elements


def is_same_mean(x: Any, frame: Frame, count_pads: bool) -> bool:
    """Say whether the mean is the backend's own with "same" pads, which don't count."""
    leaves_out = native.MEANS_LEAVE_OUT_PADS and frame.padding == "same" and not count_pads
    return leaves_out and frame.beyond == (0,) * frame.rank and frame.runs(x)


def counted(mean: Any, frame: Frame, count_pads: bool) -> Any:
    """Divide by the number of elements that count in each window instead of its full size."""
    if is_same_mean(mean, frame, count_pads):
        return mean
    plain = is_nothing(tuple((m, 0) for m in frame.beyond))
    if plain and (count_pads or is_nothing(frame.padding)):
        return mean
    for axis, count, kernel in zip(frame.axes, counts(frame, count_pads), frame.kernel):
        shape = [1] * (frame.rank + 2)
        shape[axis] = -1
        factor = ops.cast(kernel / ops.cast(count, "float32"), mean.dtype)
        mean = mean * ops.reshape(factor, shape)
    return mean


def counts(frame: Frame, count_pads: bool) -> Iterator[Any]:
    """Count for each axis and window the elements that lie in the image, or in its pads too."""
    for size, (begin, end), more, kernel, span, stride, dilation in zip(
        frame.sizes, frame.pads, frame.beyond, frame.kernel, frame.spans, frame.strides, frame.dilations
    ):
        first, last = (-begin, size + end) if count_pads else (0, size)
        windows = ops.arange(outputs_of(size + begin + end + more, span, stride), dtype="int32")
        start = windows * stride - begin
        low = ops.clip(-((start - first) // dilation), 0, kernel)
        high = ops.clip(-((start - last) // dilation), 0, kernel)
        yield ops.maximum(high - low, 1)


def slide(x: Any, frame: Frame, combine: Callable[[Any, Any], Any]) -> Any:
    """Combine the elements of each window of a padded image, one spatial axis after the other."""
    shape = ops.shape(x)
    for i, axis in enumerate(frame.axes):
        parts = [taps(x, frame, i, axis, shape[axis], tap) for tap in range(frame.kernel[i])]
        x = functools.reduce(combine, parts)
    return x


def taps(x: Any, frame: Frame, i: int, axis: int, size: Size, tap: int) -> Any:
    """Take the same element of every window along a spatial axis."""
    stride, start = frame.strides[i], tap * frame.dilations[i]
    outputs = outputs_of(size, frame.spans[i], stride)
    if stride == 1:
        return part(x, axis, smaller(start, size), outputs)
    return x[(slice(None),) * axis + (slice(start, start + larger((outputs - 1) * stride + 1, 0), stride),)]


def part(x: Any, axis: int, start: Size, size: Size) -> Any:
    """Take neighbouring elements of an axis; on TensorFlow the gradient is several times faster than that of x[...]."""
    starts, sizes = [0] * len(x.shape), list(ops.shape(x))
    starts[axis], sizes[axis] = start, size
    return ops.slice(x, starts, sizes)


def positions_of_largest(x: Any, frame: Frame, columns_first: int) -> Any:
    """Find where in ONNX' tensor, read as a list, the first of each window's largest elements lies."""
    shape = ops.shape(x)
    wide = padded(x, frame.ends, frame.data_format, lowest(x.dtype))
    best, where = None, None
    for offsets in itertools.product(*map(range, frame.kernel)):
        value, place, inside = wide, 0, True
        for i, (axis, tap) in enumerate(zip(frame.axes, offsets)):
            value = taps(value, frame, i, axis, ops.shape(wide)[axis], tap)
            at = places(frame, i, axis, tap)
            inside = inside & (at >= 0) & (at < frame.sizes[i])
            place = place + at * step(frame.sizes, i, columns_first)
        if best is None:
            best, where = value, ops.where(inside, place, -1) + ops.zeros_like(value, "int64")
            continue
        better = inside & ((where < 0) | (value > best))
        best, where = ops.where(better, value, best), ops.where(better, place, where)
    return where + first_places(shape, frame)


def places(frame: Frame, i: int, axis: int, tap: int) -> Any:
    """Say where an element of every window lies along a spatial axis, in the shape of the image."""
    (begin, end), size, more = frame.pads[i], frame.sizes[i], frame.beyond[i]
    windows = ops.arange(outputs_of(size + begin + end + more, frame.spans[i], frame.strides[i]), dtype="int64")
    at = windows * frame.strides[i] - begin + tap * frame.dilations[i]
    return ops.reshape(at, [-1 if a == axis else 1 for a in range(frame.rank + 2)])


def step(sizes: Sequence[Size], i: int, columns_first: int) -> Any:
    """Say how far neighbours along a spatial axis lie apart in a list."""
    between = sizes[:i] if columns_first else sizes[i + 1 :]
    return ops.cast(math.prod(between), "int64")


def first_places(shape: Sequence[Size], frame: Frame) -> Any:
    """Say where each image and channel begins in ONNX' tensor."""
    rank = frame.rank + 2
    channel = rank - 1 if frame.data_format == "channels_last" else 1
    images = ops.reshape(ops.arange(shape[0], dtype="int64"), [-1] + [1] * (rank - 1))
    channels = ops.reshape(ops.arange(shape[channel], dtype="int64"), [-1 if a == channel else 1 for a in range(rank)])
    count = ops.cast(shape[channel], "int64")
    return (images * count + channels) * ops.cast(math.prod(frame.sizes), "int64")
