"""Convolutions on PyTorch, which pads both sides alike and knows up to three spatial axes."""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as tnn
from keras import ops

from onnx_keras.layers.backend.unrolled import cropped, unrolled, with_zeros_between
from onnx_keras.layers.windows import Padding, Pair, resolved, spans_of

CONVOLUTIONS = {1: tnn.conv1d, 2: tnn.conv2d, 3: tnn.conv3d}
TRANSPOSED = {1: tnn.conv_transpose1d, 2: tnn.conv_transpose2d, 3: tnn.conv_transpose3d}


def convolve(
    x: Any,
    kernel: Any,
    bias: Any,
    strides: Sequence[int],
    padding: Padding,
    dilations: Sequence[int],
    groups: int,
    data_format: str,
) -> Any:
    """Convolve an image with a kernel (spatial..., in / groups, out)."""
    kernel = ops.convert_to_tensor(kernel)
    rank = len(strides)
    x = channels_last(x, data_format)
    pads = resolved(padding, tuple(x.shape[1:-1]), spans_of(kernel.shape[:rank], dilations), strides)
    y = convolve_last(x, kernel, tuple(strides), pads, tuple(dilations), groups)
    return channels_back(y if bias is None else y + ops.convert_to_tensor(bias), data_format)


def convolve_transposed(
    x: Any,
    kernel: Any,
    bias: Any,
    strides: Sequence[int],
    crops: Sequence[Pair],
    dilations: Sequence[int],
    groups: int,
    data_format: str,
) -> Any:
    """Convolve transposed with a kernel (spatial..., out / groups, in), and cut off the ends."""
    kernel = ops.convert_to_tensor(kernel)
    x = channels_last(x, data_format)
    if len(strides) > 3:
        y = with_zeros_between(convolve_last, x, kernel, strides, crops, dilations, groups)
    else:
        run = TRANSPOSED[len(strides)]
        full = run(channels_first(x), channels_out(kernel), None, tuple(strides), 0, 0, groups, tuple(dilations))
        y = cropped(channels_last(full, "channels_first"), crops)
    return channels_back(y if bias is None else y + ops.convert_to_tensor(bias), data_format)


def channels_last(x: Any, data_format: str) -> Any:
    """Look at an image with its channels last; no element is moved."""
    return x if data_format == "channels_last" else torch.movedim(x, 1, -1)


def channels_first(x: Any) -> Any:
    return torch.movedim(x, -1, 1)


def channels_back(x: Any, data_format: str) -> Any:
    return x if data_format == "channels_last" else channels_first(x)


def channels_out(kernel: Any) -> Any:
    """Look at a kernel as PyTorch does: its last axis first, then the one before."""
    return torch.movedim(kernel, (-1, -2), (0, 1))


def convolve_last(
    x: Any, kernel: Any, strides: tuple[int, ...], pads: Sequence[Pair], dilations: tuple[int, ...], groups: int
) -> Any:
    rank = len(strides)
    if rank > 3:
        return unrolled(convolve_last, x, kernel, strides, pads, dilations, groups)
    x = channels_first(x)
    if any(begin != end for begin, end in pads):
        x = tnn.pad(x, [p for pair in reversed(pads) for p in pair])
        pads = ((0, 0),) * rank
    ends = tuple(begin for begin, _ in pads)
    # The gradient of PyTorch 2.13 for a pointwise kernel with strides on an image with its channels last breaks memory.
    steps = [s if n == 1 and end == 0 else 1 for n, s, end in zip(kernel.shape, strides, ends)]
    x = x[(..., *(slice(None, None, step) for step in steps))]
    strides = tuple(stride // step for stride, step in zip(strides, steps))
    y = CONVOLUTIONS[rank](x, channels_out(kernel), None, strides, ends, dilations, groups)
    return torch.movedim(y, 1, -1)
