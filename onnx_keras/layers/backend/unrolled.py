"""Convolutions that a backend lacks, made of those that it has; channels last."""

from collections.abc import Callable, Sequence
from typing import Any

from keras import ops

from onnx_keras.dims import larger
from onnx_keras.layers.windows import Pair, is_nothing, outputs_of, spans_of


def unrolled(
    convolve: Callable[..., Any],
    x: Any,
    kernel: Any,
    strides: Sequence[int],
    pads: Sequence[Pair],
    dilations: Sequence[int],
    groups: int,
) -> Any:
    """Sum what each tap along the first spatial axis gives; `convolve` does the other axes."""
    (stride, *strides), (pair, *pads), (dilation, *dilations) = strides, pads, dilations
    taps = kernel.shape[0]
    x = padded(x, (pair,))
    batch, size, *rest = ops.shape(x)
    (span,) = spans_of((taps,), (dilation,))
    outputs = outputs_of(size, span, stride)
    total = None
    for tap in range(taps):
        start = tap * dilation
        rows = x[:, start : start + (outputs - 1) * stride + 1 : stride]
        flat = ops.reshape(rows, (batch * outputs, *rest))
        part = convolve(flat, kernel[tap], tuple(strides), tuple(pads), tuple(dilations), groups)
        total = part if total is None else total + part
    return ops.reshape(total, (batch, outputs, *ops.shape(total)[1:]))


def with_zeros_between(
    convolve: Callable[..., Any],
    x: Any,
    kernel: Any,
    strides: Sequence[int],
    crops: Sequence[Pair],
    dilations: Sequence[int],
    groups: int,
) -> Any:
    """Convolve transposed: zeros between the elements, and the kernel mirrored."""
    rank = len(strides)
    for axis, stride in enumerate(strides, 1):
        x = spread(x, axis, stride)
    ends = tuple((s - 1, s - 1) for s in spans_of(kernel.shape[:rank], dilations))
    full = convolve(x, mirrored(kernel, groups), (1,) * rank, ends, dilations, groups)
    return cropped(full, crops)


def spread(x: Any, axis: int, stride: int) -> Any:
    """Put stride - 1 zeros between the elements of an axis."""
    if stride == 1:
        return x
    shape = ops.shape(x)
    gaps = [(0, 0)] * (len(shape) + 1)
    gaps[axis + 1] = (0, stride - 1)
    apart = ops.pad(ops.expand_dims(x, axis + 1), gaps)
    wide = ops.reshape(apart, (*shape[:axis], shape[axis] * stride, *shape[axis + 1 :]))
    ends = [(0, 0)] * (axis - 1) + [(0, stride - 1)]
    return cropped(wide, ends)


def mirrored(kernel: Any, groups: int) -> Any:
    """Turn the kernel of a transposed convolution (..., out / groups, in) into one of a convolution."""
    *spatial, outputs, inputs = kernel.shape
    rank = len(spatial)
    kernel = ops.flip(kernel, tuple(range(rank)))
    split = ops.reshape(kernel, (*spatial, outputs, groups, inputs // groups))
    turned = ops.transpose(split, (*range(rank), rank + 2, rank + 1, rank))
    return ops.reshape(turned, (*spatial, inputs // groups, groups * outputs))


def padded(x: Any, pads: Sequence[Pair], value: float = 0) -> Any:
    """Pad spatial axes, the first ones if there are less pairs than axes."""
    if is_nothing(tuple(pads)):
        return x
    rest = [(0, 0)] * (len(x.shape) - 1 - len(pads))
    return ops.pad(x, [(0, 0), *pads, *rest], constant_values=value)


def cropped(x: Any, crops: Sequence[Pair]) -> Any:
    """Cut off the ends of spatial axes, or add zeros where crops are negative."""
    if is_nothing(tuple(crops)):
        return x
    missing = tuple((larger(-begin, 0), larger(-end, 0)) for begin, end in crops)
    starts, sizes = [0] * len(x.shape), list(ops.shape(x))
    for axis, (begin, end) in enumerate(crops, 1):
        starts[axis] = larger(begin, 0)
        sizes[axis] = sizes[axis] - starts[axis] - larger(end, 0)
    return padded(ops.slice(x, starts, sizes), missing)
