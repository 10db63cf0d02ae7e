"""TensorFlow's own functions."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from onnx_keras.layers.backend.tensorflow_basics import (
    EXACT_SUMS,
    bitcast,
    cumprod,
    cumsum,
    demand,
    first_largest,
    first_smallest,
    fmod,
    in_steps,
    largest,
    left_shift,
    logarithm,
    maximum,
    minimum,
    of_rank,
    padded,
    parted,
    reduced_max,
    reduced_min,
    right_shift,
    scattered,
    sliced,
    squeezed,
    tiled,
    truncated_divide,
    where,
    with_dense_gradient,
)
from onnx_keras.layers.backend.tensorflow_choosing import suppressed, unique
from onnx_keras.layers.backend.tensorflow_control_flow import branch, loop
from onnx_keras.layers.backend.tensorflow_convolution import convolve, convolve_transposed
from onnx_keras.layers.backend.tensorflow_exact import divide, einsum, floor, matmul, mean, prod, tanh
from onnx_keras.layers.backend.tensorflow_normalizing import normalized, normalized_by_batch
from onnx_keras.layers.backend.tensorflow_pooling import MEANS_LEAVE_OUT_PADS, pools
from onnx_keras.layers.backend.tensorflow_recurrent import gru, lstm, scan
from onnx_keras.layers.backend.tensorflow_resizing import resized
from onnx_keras.layers.backend.tensorflow_sequences import inserted, piece, row, widened
from onnx_keras.layers.backend.tensorflow_signals import fft, irfft, rfft
from onnx_keras.layers.backend.tensorflow_text import (
    decoded_text,
    positions_of_text,
    read_numbers,
    text,
    write_numbers,
)
from onnx_keras.layers.backend.tensorflow_words import (
    joined_text,
    kept_text,
    matches_text,
    split_text,
    text_in_case,
    words_of_text,
)


def constant_value(tensor: Any) -> np.ndarray | None:
    """Give a tensor's elements where they are known now: eager tensors and constants of a graph."""
    if isinstance(tensor, tf.__internal__.EagerTensor):
        return tensor.numpy()
    return tf.get_static_value(tensor) if tf.is_tensor(tensor) else None


def compiled(model: Any) -> Any:
    """Compile a model for repeated calls."""
    return tf.function(model, reduce_retracing=True)


def in_numpy(function: Callable[[np.ndarray], np.ndarray], x: Any, dtype: str, shape: tuple[int | None, ...]) -> Any:
    """Compute with NumPy, outside of a graph; the type and what is known of the shape have to be said."""
    result = tf.numpy_function(function, [x], dtype, stateful=False)
    return tf.ensure_shape(result, shape)


def gradients(function: Callable[..., Any], xs: Sequence[Any]) -> list[Any]:
    """Differentiate a function that gives a scalar by each of its arguments."""
    xs = [tf.identity(x) for x in xs]  # one that is given twice counts in one place only
    with tf.GradientTape() as tape:
        tape.watch(xs)
        y = function(*xs)
    found = tape.gradient(y, xs, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [tf.convert_to_tensor(g) for g in found]
