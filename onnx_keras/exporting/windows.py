"""Sizes and pads of sliding windows: what Keras' words for padding are as pads of ONNX."""

from typing import Any

import keras

from onnx_keras.exporting.tensor import Sizes, Tensor


def pads(
    padding: str, sizes: Sizes, kernel: tuple[int, ...], strides: tuple[int, ...], dilations: tuple[int, ...]
) -> dict[str, Any]:
    """Give the attributes that pad as Keras does.

    Args:
        padding: "valid", "same" or "causal".
        sizes: The sizes of the image, None where they are unknown.
        kernel: The sizes of the window.
        strides: Its steps.
        dilations: The distances of its elements.
    """
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
    if padding == "valid":
        return {}
    if padding == "causal":
        return {"pads": [reach[0] - 1, 0]}
    if any(n is None and s > 1 for n, s in zip(sizes, strides)):
        # Where the stride is 1 all is as if the size were known; there is no dilation beside a stride in Keras.
        return {"auto_pad": "SAME_UPPER"}
    totals = [same_total(n, k, s) for n, k, s in zip(sizes, reach, strides)]
    return {"pads": [t // 2 for t in totals] + [t - t // 2 for t in totals]}


def same_total(size: int | None, reach: int, stride: int) -> int:
    """Count the elements that "same" adds to an axis."""
    if size is None:
        return reach - 1
    return max((-(-size // stride) - 1) * stride + reach - size, 0)


def tuple_of(value: int | tuple[int, ...] | list[int], rank: int) -> tuple[int, ...]:
    """Give a number for each spatial axis."""
    return (value,) * rank if isinstance(value, int) else tuple(value)


def convolving(o: Any, x: Tensor, kernel: tuple[int, ...]) -> dict[str, Any]:
    """Give the attributes of a Conv: how a kernel slides over an image for a layer or operation of Keras."""
    strides, dilations = tuple_of(o.strides, len(kernel)), tuple_of(o.dilation_rate, len(kernel))
    return {
        "kernel_shape": list(kernel),
        "strides": list(strides),
        "dilations": list(dilations),
        **pads(o.padding, spatial_sizes(x.shape, format_of(o)), kernel, strides, dilations),
    }


def pooling(o: Any, x: Tensor) -> dict[str, Any]:
    """Give the attributes of a pooling operator for a layer or operation of Keras."""
    rank = x.rank - 2
    kernel = tuple_of(o.pool_size, rank)
    strides = kernel if o.strides is None else tuple_of(o.strides, rank)
    sizes = spatial_sizes(x.shape, format_of(o))
    return {
        "kernel_shape": list(kernel),
        "strides": list(strides),
        **pads(o.padding, sizes, kernel, strides, (1,) * rank),
    }


def format_of(o: Any) -> str:
    """Give the data format of a layer or operation; operations leave out that of the configuration."""
    return str(o.data_format or keras.config.image_data_format())


def spatial_sizes(shape: Sizes, data_format: str) -> Sizes:
    """Give the sizes of the spatial axes of an image in a data format."""
    return shape[1:-1] if data_format == "channels_last" else shape[2:]
