"""Convolutions on JAX, which has one operation for all of them."""

from collections.abc import Sequence
from typing import Any

import jax
from keras import ops

from onnx_keras.layers.backend.unrolled import mirrored
from onnx_keras.layers.windows import Padding, Pair, spans_of


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
    return general(x, kernel, bias, strides, padding, (1,) * len(strides), dilations, groups, data_format)


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
    rank = len(strides)
    spans = spans_of(kernel.shape[:rank], dilations)
    pads = [(k - 1 - begin, k - 1 - end) for k, (begin, end) in zip(spans, crops)]
    kernel = mirrored(ops.convert_to_tensor(kernel), groups)
    return general(x, kernel, bias, (1,) * rank, pads, strides, dilations, groups, data_format)


def general(
    x: Any,
    kernel: Any,
    bias: Any,
    strides: Sequence[int],
    padding: Padding | Sequence[Pair],
    gaps: Sequence[int],
    dilations: Sequence[int],
    groups: int,
    data_format: str,
) -> Any:
    rank = len(strides)
    last = data_format == "channels_last"
    image = (0, rank + 1, *range(1, rank + 1)) if last else tuple(range(rank + 2))
    y = jax.lax.conv_general_dilated(
        x,
        ops.convert_to_tensor(kernel),
        tuple(strides),
        padding.upper() if isinstance(padding, str) else list(padding),
        lhs_dilation=tuple(gaps),
        rhs_dilation=tuple(dilations),
        dimension_numbers=jax.lax.ConvDimensionNumbers(image, (rank + 1, rank, *range(rank)), image),
        feature_group_count=groups,
    )
    if bias is None:
        return y
    return y + ops.reshape(bias, (-1,) if last else (-1, *(1,) * rank))
