"""Resizing on TensorFlow by its kernels for images, whatever the axes are."""

import math
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from onnx_keras.dims import Size

NEAREST = ("float16", "bfloat16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "int64")
KERNELS = {
    "nearest": (tf.raw_ops.ResizeNearestNeighbor, NEAREST),
    "linear": (tf.raw_ops.ResizeBilinear, ("float32",)),
}


def resized(x: Any, axis: int, outputs: Sequence[Size], kind: str, centers: bool, corners: bool) -> Any:
    """Resize one axis, or two side by side.

    Args:
        x: Any tensor.
        axis: The first axis to resize.
        outputs: Its new size, and that of the next one.
        kind: "nearest" or "linear".
        centers: Whether positions are those of centers, not of left edges.
        corners: Whether the first and last elements keep their places.

    Returns:
        The resized tensor, None where there is no kernel for its type.
    """
    kernel, types = KERNELS[kind]
    if x.dtype.name not in types or 0 in x.shape:
        return None
    shape = [live if size is None else size for size, live in zip(x.shape, tf.unstack(tf.shape(x)))]
    before, after = shape[:axis], shape[axis + len(outputs) :]
    sizes = [*shape[axis : axis + len(outputs)], 1][:2]
    is_image = len(before) == len(after) == 1 and len(outputs) == 2
    image = x if is_image else tf.reshape(x, (math.prod(before), *sizes, math.prod(after)))
    y = kernel(images=image, size=tf.stack([*outputs, 1][:2]), half_pixel_centers=centers, align_corners=corners)
    return y if is_image else tf.reshape(y, (*before, *outputs, *after))
