"""Tensors of text, on TensorFlow: made of codes, looked up, from numbers and to numbers."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

DIGITS = {"float64": range(17, 14, -1)}
"""How many digits a number may need; first as many as tell any two apart."""


def read_numbers(x: Any, dtype: str) -> Any:
    """Read numbers from text."""
    wide = dtype if dtype in ("int32", "int64", "float32", "float64") else "float32" if "float" in dtype else "int64"
    return tf.cast(tf.strings.to_number(x, wide), dtype)


def write_numbers(x: Any) -> Any:
    """Write numbers as text, floats with as few digits as tell them from their neighbours; truth is 1."""
    if x.dtype == tf.bool:
        x = tf.cast(x, tf.int32)
    if not x.dtype.is_floating:
        return tf.strings.as_string(x)
    wide = x if x.dtype == tf.float64 else tf.cast(x, tf.float32)
    most, *fewer = DIGITS.get(wide.dtype.name, range(9, 5, -1))
    text = tf.strings.as_string(wide, most, shortest=True)
    for digits in fewer:
        shorter = tf.strings.as_string(wide, digits, shortest=True)
        text = tf.where(tf.strings.to_number(shorter, wide.dtype) == wide, shorter, text)
    return text


def text(array: np.ndarray) -> Any:
    """Make a tensor of strings."""
    return tf.constant(array.tolist(), tf.string, array.shape)


def decoded_text(codes: Any, shape: Sequence[int]) -> Any:
    """Make a tensor of strings of numbers: how many characters each string has, then the characters of all."""
    count = math.prod(shape)
    rows = tf.RaggedTensor.from_row_lengths(codes[count:], codes[:count], validate=False)
    return tf.reshape(tf.strings.unicode_encode(rows, "UTF-8"), shape)


def positions_of_text(keys: Any, x: Any) -> Any:
    """Give each string's first place among the keys, and the number of keys where it is none of them."""
    count = tf.size(keys, tf.int64)
    both = tf.concat([keys, tf.reshape(x, [-1])], 0)
    first = tf.math.unsorted_segment_min(tf.range(tf.size(both, tf.int64)), tf.unique(both).idx, tf.size(both))
    places = tf.gather(first, tf.unique(both).idx)[count:]
    return tf.reshape(tf.minimum(places, count), tf.shape(x))
