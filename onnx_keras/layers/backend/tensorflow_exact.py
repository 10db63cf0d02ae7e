"""Mathematics in which `keras.ops` loses digits on TensorFlow."""

from typing import Any

import tensorflow as tf
from keras import ops

divide = tf.divide
floor = tf.floor
mean = ops.mean
prod = ops.prod
tanh = tf.tanh


def einsum(equation: str, *tensors: Any) -> Any:
    """Contract axes; Keras computes those of integers in float32."""
    return tf.einsum(equation, *tensors) if ops.dtype(tensors[0]) == "int64" else ops.einsum(equation, *tensors)


def matmul(a: Any, b: Any) -> Any:
    """Multiply matrices; Keras computes those of integers in float32."""
    if ops.dtype(a) != "int64":
        return ops.matmul(a, b)
    row, column = len(a.shape) == 1, len(b.shape) == 1
    product = tf.matmul(a[None] if row else a, b[:, None] if column else b)
    return tf.squeeze(product, [-2] * row + [-1] * column) if row or column else product
