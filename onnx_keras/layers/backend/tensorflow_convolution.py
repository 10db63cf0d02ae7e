"""Convolutions on TensorFlow, whose CPU knows channels last only, and neither dilations nor groups in gradients."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from onnx_keras.dims import Size
from onnx_keras.layers.backend.unrolled import cropped, padded, unrolled, with_zeros_between
from onnx_keras.layers.windows import (
    Padding,
    Pair,
    is_known,
    resolved,
    spans_of,
    without_common_factors,
)


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
    kernel = tf.convert_to_tensor(kernel)
    x = channels_last(x, data_format)
    y = of_one_more(x, lambda x: convolve_last(x, kernel, tuple(strides), padding, tuple(dilations), groups))
    return channels_back(y if bias is None else tf.nn.bias_add(y, bias), data_format)


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
    kernel = tf.convert_to_tensor(kernel)
    x = channels_last(x, data_format)
    if any(d > 1 for d in dilations) or len(strides) > 3:
        y = of_one_more(x, lambda x: with_zeros_between(convolve_last, x, kernel, strides, crops, dilations, groups))
    else:
        y = of_one_more(x, lambda x: transpose_grouped(x, kernel, tuple(strides), crops, groups))
    return channels_back(y if bias is None else tf.nn.bias_add(y, bias), data_format)


def channels_last(x: Any, data_format: str) -> Any:
    """Put channels last. TensorFlow's graph optimizer takes such transposes out again where they cost more."""
    if data_format == "channels_last":
        return x
    return tf.transpose(x, (0, *range(2, len(x.shape)), 1))


def channels_back(x: Any, data_format: str) -> Any:
    if data_format == "channels_last":
        return x
    rank = len(x.shape)
    return tf.transpose(x, (0, rank - 1, *range(1, rank - 1)))


def of_one_more(x: Any, function: Callable[[Any], Any]) -> Any:
    """Give a batch that is known to be empty one image: oneDNN returns empty batches in the shape in which they come."""
    if x.shape[0] != 0:
        return function(x)
    return function(tf.zeros((1, *tf.unstack(tf.shape(x))[1:]), x.dtype))[:0]


def convolve_last(
    x: Any, kernel: Any, strides: tuple[int, ...], padding: Padding, dilations: tuple[int, ...], groups: int
) -> Any:
    rank = len(strides)
    spans = spans_of(kernel.shape[:rank], dilations)
    if rank == 1:
        padding = padding if padding == "same" else ((0, 0), *padding)
        wide = convolve_last(x[:, None], kernel[None], strides * 2, padding, (1, *dilations), groups)
        return wide[:, 0]
    if rank > 3 or (rank == 3 and groups > 1):
        pads = resolved(padding, tf_sizes(x), spans, strides)
        return unrolled(convolve_last, x, kernel, strides, pads, dilations, groups)
    if any(d > 1 for d in dilations):
        x = padded(x, resolved(padding, tf_sizes(x), spans, strides))
        return convolve_dilated(x, kernel, strides, dilations, groups)
    if padding != "same":
        # Explicit pads of Conv2D cost half as much again in the gradient.
        x, padding = padded(x, padding), "valid"
    return convolve_plain(x, kernel, strides, padding.upper(), groups)


def tf_sizes(x: Any) -> list[Size]:
    """Give the spatial sizes, as ints where they are known."""
    live = tf.shape(x)
    return [live[i] if size is None else size for i, size in enumerate(x.shape)][1:-1]


def convolve_plain(x: Any, kernel: Any, strides: tuple[int, ...], padding: str, groups: int) -> Any:
    """Convolve an image or a volume that is padded already, without dilations."""
    if len(strides) == 3:
        return tf.nn.conv3d(x, kernel, (1, *strides, 1), padding)
    if groups == 1:
        return tf.nn.conv2d(x, kernel, strides, padding)
    if kernel.shape[2] == 1:
        return convolve_depthwise(x, kernel, strides, padding, groups)
    return convolve_grouped(x, kernel, strides, padding, groups)


def convolve_dilated(x: Any, kernel: Any, strides: tuple[int, ...], dilations: tuple[int, ...], groups: int) -> Any:
    """Convolve every phase of a dilated grid as an image of its own."""
    common, strides, dilations = without_common_factors(strides, dilations)
    x = x[(slice(None), *(slice(None, None, g) for g in common))] if max(common) > 1 else x
    if all(d == 1 for d in dilations):
        return convolve_plain(x, kernel, strides, "VALID", groups)
    ends = [[0, -size % d] for size, d in zip(tf_sizes(x), dilations)]
    phases = tf.space_to_batch(x, dilations, ends)
    y = tf.batch_to_space(convolve_plain(phases, kernel, (1,) * len(strides), "VALID", groups), dilations, ends)
    return y[(slice(None), *(slice(None, None, s) for s in strides))] if max(strides) > 1 else y


def convolve_depthwise(x: Any, kernel: Any, strides: tuple[int, ...], padding: str, groups: int) -> Any:
    """Convolve each channel alone."""
    if x.dtype == tf.float16 and not tf.config.list_physical_devices("GPU"):
        # A CPU sums float16 in float16 here, though not in other convolutions.
        wide = convolve_depthwise(tf.cast(x, "float32"), tf.cast(kernel, "float32"), strides, padding, groups)
        return tf.cast(wide, "float16")
    height, width, _, outputs = kernel.shape
    kernel = tf.reshape(kernel, (height, width, groups, outputs // groups))
    if strides[0] == strides[1]:
        return tf.nn.depthwise_conv2d(x, kernel, (1, *strides, 1), padding)
    if padding == "SAME":
        x = padded(x, resolved("same", tf_sizes(x), (height, width), strides))
    return tf.nn.depthwise_conv2d(x, kernel, (1, 1, 1, 1), "VALID")[:, :: strides[0], :: strides[1]]


def convolve_grouped(x: Any, kernel: Any, strides: tuple[int, ...], padding: str, groups: int) -> Any:
    if convolves_groups(x.dtype.name):
        return tf.nn.conv2d(x, kernel, strides, padding)
    parts = zip(tf.split(x, groups, axis=-1), tf.split(kernel, groups, axis=-1))
    return tf.concat([tf.nn.conv2d(p, k, strides, padding) for p, k in parts], -1)


@functools.cache
def convolves_groups(dtype: str) -> bool:
    """Try whether Conv2D knows groups in gradients too: on a GPU it does, on a CPU if oneDNN has the type."""
    with tf.init_scope():
        kernel, dy = tf.ones((2, 2, 2, 4), dtype), tf.ones((1, 2, 2, 4), dtype)
        try:
            tf.raw_ops.Conv2DBackpropInput(
                input_sizes=(1, 3, 3, 4), filter=kernel, out_backprop=dy, strides=(1, 1, 1, 1), padding="VALID"
            )
        except tf.errors.OpError:
            return False
    return True


def transpose_grouped(x: Any, kernel: Any, strides: tuple[int, ...], crops: Sequence[Pair], groups: int) -> Any:
    """Convolve transposed, group by group if not each channel is one."""
    if len(strides) == 1:
        crops = ((0, 0), *crops)
        return transpose_grouped(x[:, None], kernel[None], strides * 2, crops, groups)[:, 0]
    if groups == 1:
        return transpose_plain(x, kernel, strides, crops)
    equal = len(set(strides)) == 1
    if len(strides) == 2 and equal and kernel.shape[2] == 1 and kernel.shape[3] == groups:
        return transpose_depthwise(x, kernel, strides, crops)
    parts = zip(tf.split(x, groups, axis=-1), tf.split(kernel, groups, axis=-1))
    return tf.concat([transpose_plain(p, k, strides, crops) for p, k in parts], -1)


def transpose_plain(x: Any, kernel: Any, strides: tuple[int, ...], crops: Sequence[Pair]) -> Any:
    rank = len(strides)
    run = tf.nn.conv2d_transpose if rank == 2 else tf.nn.conv3d_transpose
    spans = tuple(kernel.shape[:rank])
    batch, sizes, outputs = tf.shape(x)[0], tf_sizes(x), kernel.shape[rank]
    if all(is_same_transposed(*axis) for axis in zip(crops, spans, strides)):
        shape = [batch, *(n * s for n, s in zip(sizes, strides)), outputs]
        return run(x, kernel, shape, strides, "SAME")
    shape = [batch, *full_sizes(sizes, spans, strides), outputs]
    return cropped(run(x, kernel, shape, strides, "VALID"), crops)


def transpose_depthwise(x: Any, kernel: Any, strides: tuple[int, ...], crops: Sequence[Pair]) -> Any:
    """Convolve each channel transposed: the gradient of a depthwise convolution."""
    height, width, _, channels = kernel.shape
    shape = [tf.shape(x)[0], *full_sizes(tf_sizes(x), (height, width), strides), channels]
    y = tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
        input_sizes=shape,
        filter=tf.reshape(kernel, (height, width, channels, 1)),
        out_backprop=x,
        strides=(1, *strides, 1),
        padding="VALID",
    )
    return cropped(y, crops)


def full_sizes(sizes: Sequence[Size], spans: Sequence[int], strides: Sequence[int]) -> list[Size]:
    return [s * (n - 1) + k for n, k, s in zip(sizes, spans, strides)]


def is_same_transposed(crops: Pair, span: int, stride: int) -> bool:
    """Say whether what is left is what the gradient of a convolution with "same" pads gives."""
    begin = (span - stride) // 2
    return is_known(crops) and span >= stride and crops == (begin, span - stride - begin)
