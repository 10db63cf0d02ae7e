"""Batch normalisation on TensorFlow: one operation where its kernel is the faster one."""

from typing import Any

import tensorflow as tf

from onnx_keras.layers.backend import normalized as plain


def normalized(x: Any, scale: Any, b: Any, mean: Any, variance: Any, axis: int, epsilon: float) -> Any:
    """Shift and scale each channel by statistics that are given."""
    if not is_fused(x, axis):
        return plain.normalized(x, scale, b, mean, variance, axis, epsilon)
    return fused(x, axis, scale, b, mean, variance, epsilon, is_training=False)[0]


def normalized_by_batch(x: Any, scale: Any, b: Any, axis: int, epsilon: float) -> tuple[Any, Any, Any]:
    """Shift and scale each channel by its own mean and variance, and give these too."""
    if not is_fused(x, axis):
        return plain.normalized_by_batch(x, scale, b, axis, epsilon)
    none = tf.zeros((0,))
    y, mean, variance = fused(x, axis, scale, b, none, none, epsilon, is_training=True)
    count = tf.cast(tf.size(x) // tf.size(mean), "float32")
    # The kernel divides by count - 1, ONNX by count.
    return y, mean, variance * ((count - 1) / count)


def is_fused(x: Any, axis: int) -> bool:
    """Say whether the kernel is there; on a CPU with the channels before other axes it is slow."""
    if x.dtype not in (tf.float16, tf.bfloat16, tf.float32) or x.shape[axis] == 0:
        return False
    return axis == len(x.shape) - 1 or bool(tf.config.list_physical_devices("GPU"))


def fused(
    x: Any, axis: int, scale: Any, b: Any, mean: Any, variance: Any, epsilon: float, is_training: bool
) -> tuple[Any, Any, Any]:
    rank, channels = len(x.shape), scale.shape[0]
    last = axis == rank - 1
    image = x
    if last and rank != 4:
        image = tf.reshape(x, (1, 1, -1, channels))
    elif not last and (rank, axis) != (4, 1):
        before = tf.reduce_prod(tf.shape(x)[:axis])
        image = tf.reshape(x, (before, channels, -1, 1))
    y, batch_mean, batch_variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=image,
        scale=tf.cast(scale, "float32"),
        offset=tf.cast(b, "float32"),
        mean=tf.cast(mean, "float32"),
        variance=tf.cast(variance, "float32"),
        epsilon=epsilon,
        data_format="NHWC" if last else "NCHW",
        is_training=is_training,
    )
    return y if image is x else tf.reshape(y, tf.shape(x)), batch_mean, batch_variance
