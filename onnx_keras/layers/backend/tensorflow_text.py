"""Numbers from text and text from numbers, on TensorFlow."""

from typing import Any

import tensorflow as tf

DIGITS = {"float64": range(17, 14, -1)}
"""How many digits a number may need; first as many as tell any two apart."""


def read_numbers(x: Any, dtype: str) -> Any:
    """Read numbers from text."""
    wide = dtype if dtype in ("int32", "int64", "float32", "float64") else "float32" if "float" in dtype else "int64"
    return tf.cast(tf.strings.to_number(x, wide), dtype)


def write_numbers(x: Any) -> Any:
    """Write numbers as text, floats with as few digits as tell them from their neighbours."""
    if not x.dtype.is_floating:
        return tf.strings.as_string(x)
    wide = x if x.dtype == tf.float64 else tf.cast(x, tf.float32)
    most, *fewer = DIGITS.get(wide.dtype.name, range(9, 5, -1))
    text = tf.strings.as_string(wide, most, shortest=True)
    for digits in fewer:
        shorter = tf.strings.as_string(wide, digits, shortest=True)
        text = tf.where(tf.strings.to_number(shorter, wide.dtype) == wide, shorter, text)
    return text
