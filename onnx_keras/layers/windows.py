"""How kernels slide along spatial axes: spans, pads and sizes. No tensors but sizes that are live."""

from collections.abc import Sequence
from math import gcd
from typing import Any

from onnx_keras.dims import Size, larger, smaller

Pair = tuple[Size, Size]
Padding = str | tuple[Pair, ...]
"""Pads before and after each spatial axis, or "same": as many as make sizes / strides, the odd one at the end.

It is never "same" where windows leave elements out between them.
"""


def spans_of(kernel: Sequence[int], dilations: Sequence[int]) -> tuple[int, ...]:
    """Say how many elements of each axis a kernel reaches over."""
    return tuple((k - 1) * d + 1 for k, d in zip(kernel, dilations, strict=True))


def spatial(values: Sequence[Any], data_format: str) -> tuple[Any, ...]:
    """Choose the spatial ones of what is listed per axis."""
    return tuple(values[1:-1] if data_format == "channels_last" else values[2:])


def per_axis(pairs: Sequence[Pair], data_format: str) -> list[Pair]:
    """List pairs for all axes, nothing for batch and channels."""
    nothing = (0, 0)
    return [nothing, *pairs, nothing] if data_format == "channels_last" else [nothing, nothing, *pairs]


def pairs_of(pads: Sequence[Size] | None, rank: int) -> tuple[Pair, ...]:
    """Pair ONNX' pads, which are listed as all that come before and then all that come after."""
    pads = pads or (0,) * (2 * rank)
    return tuple(zip(pads[:rank], pads[rank:], strict=True))


def halves(total: Size, more_at_end: bool) -> Pair:
    """Split pads between both sides."""
    less = total // 2
    return (less, total - less) if more_at_end else (total - less, less)


def same_pads(size: Size, span: int, stride: int, more_at_end: bool = True) -> Pair:
    """Pad an axis so that it gives ceil(size / stride) elements."""
    if stride == 1:
        return halves(span - 1, more_at_end)
    outputs = -(-size // stride)
    return halves(larger((outputs - 1) * stride + span - size, 0), more_at_end)


def padding_of(
    auto_pad: str,
    pads: Sequence[Size] | None,
    sizes: Sequence[Size | None],
    spans: Sequence[int],
    strides: Sequence[int],
) -> Padding:
    """Give the padding that ONNX' attributes mean; sizes that nobody knows now may be None if there is no SAME."""
    axes = list(zip(sizes, spans, strides, strict=True))
    has_gaps = any(span < stride for _, span, stride in axes)  # with "same", TensorFlow lets volumes begin in one
    if auto_pad == "SAME_UPPER" and not has_gaps:
        return "same"
    if auto_pad.startswith("SAME"):
        found = tuple(same_pads(*axis, more_at_end=auto_pad == "SAME_UPPER") for axis in axes)
    else:
        found = pairs_of(None if auto_pad == "VALID" else pads, len(axes))
    return found if has_gaps or not all(map(is_same, found, *zip(*axes))) else "same"


def is_same(pair: Pair, size: Size | None, span: int, stride: int) -> bool:
    """Say whether pads are known to be those of `same_pads`."""
    if stride != 1 and not isinstance(size, int):
        return False
    return is_known(pair) and pair == same_pads(size, span, stride)


def is_known(pair: Pair) -> bool:
    return all(isinstance(p, int) for p in pair)


def is_nothing(padding: Padding) -> bool:
    """Say whether no pad is needed at all."""
    return padding != "same" and all(is_known(pair) and pair == (0, 0) for pair in padding)


def resolved(padding: Padding, sizes: Sequence[Size], spans: Sequence[int], strides: Sequence[int]) -> tuple[Pair, ...]:
    """Write "same" as pairs."""
    if isinstance(padding, str):
        return tuple(map(same_pads, sizes, spans, strides))
    return padding


def beyond(size: Size, span: int, stride: int, pads: Pair) -> Size:
    """Say how far the last window reaches beyond the pads if ceil_mode lets it; it has to start before the end pad."""
    room = size + pads[0] + pads[1] - span
    outputs = smaller(-(-room // stride), (size + pads[0] - 1) // stride)
    return larger(outputs * stride - room, 0)


def outputs_of(size: Size, span: int, stride: int) -> Size:
    """Count the windows that fit into an axis that is padded already."""
    return larger((size - span) // stride + 1, 0)


def without_common_factors(
    strides: Sequence[int], dilations: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Divide strides and dilations by what both have: only every such element is ever looked at.

    Returns:
        The common factors, the strides and the dilations that are left.
    """
    common = tuple(map(gcd, strides, dilations))
    left = tuple(s // g for s, g in zip(strides, common))
    return common, left, tuple(d // g for d, g in zip(dilations, common))


def transposed_crops(
    auto_pad: str,
    pads: Sequence[int] | None,
    output_padding: Sequence[int],
    output_shape: Sequence[int] | None,
    sizes: Sequence[Size],
    spans: Sequence[int],
    strides: Sequence[int],
) -> tuple[Pair, ...]:
    """Say what is cut off both ends of all that a transposed convolution gives; less than nothing is added zeros."""
    given = pairs_of(pads, len(spans))
    crops = []
    for i, (size, span, stride, more) in enumerate(zip(sizes, spans, strides, output_padding, strict=True)):
        if output_shape:
            total = larger(stride * (size - 1) + span + more - output_shape[i], 0)
            begin, _ = halves(total, auto_pad == "SAME_UPPER")
            crops.append((begin, stride * (size - 1) + span - output_shape[i] - begin))
        elif auto_pad.startswith("SAME"):
            total = max(span + more - stride, 0)
            begin, _ = halves(total, auto_pad == "SAME_UPPER")
            crops.append((begin, span - stride - begin))
        else:
            begin, end = (0, 0) if auto_pad == "VALID" else given[i]
            crops.append((begin, end - more))
    return tuple(crops)
