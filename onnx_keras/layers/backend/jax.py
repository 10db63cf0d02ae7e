"""JAX' own functions."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from onnx_keras.layers.backend.jax_basics import (
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
from onnx_keras.layers.backend.jax_choosing import suppressed, unique
from onnx_keras.layers.backend.jax_control_flow import branch, loop
from onnx_keras.layers.backend.jax_convolution import convolve, convolve_transposed
from onnx_keras.layers.backend.jax_exact import divide, einsum, floor, matmul, mean, prod, tanh
from onnx_keras.layers.backend.jax_pooling import MEANS_LEAVE_OUT_PADS, pools
from onnx_keras.layers.backend.jax_recurrent import gru, lstm, scan
from onnx_keras.layers.backend.jax_resizing import resized
from onnx_keras.layers.backend.jax_signals import fft, irfft, rfft
from onnx_keras.layers.backend.no_text import (
    decoded_text,
    joined_text,
    kept_text,
    matches_text,
    positions_of_text,
    read_numbers,
    split_text,
    text,
    text_in_case,
    words_of_text,
    write_numbers,
)
from onnx_keras.layers.backend.normalized import normalized, normalized_by_batch
from onnx_keras.layers.backend.unrolled_sequences import inserted, piece, row, widened


def constant_value(tensor: Any) -> np.ndarray | None:
    """Give an array's elements where they are known now, that is outside of a trace."""
    return None if isinstance(tensor, jax.core.Tracer) else np.asarray(tensor)


def compiled(model: Any) -> Any:
    """Compile a model for repeated calls, unless its sizes depend on data."""
    if not all(layer.supports_jit for layer in model._flatten_layers()):
        return model

    @jax.jit
    def run(trainable: Any, other: Any, inputs: Any) -> Any:
        return model.stateless_call(trainable, other, inputs)[0]

    def call(inputs: Any) -> Any:
        trainable = [v.value for v in model.trainable_variables]
        return run(trainable, [v.value for v in model.non_trainable_variables], inputs)

    return call


def in_numpy(function: Callable[[np.ndarray], np.ndarray], x: Any, dtype: str, shape: tuple[int | None, ...]) -> Any:
    """Compute with NumPy, which no compiler does."""
    return jax.numpy.asarray(function(np.asarray(x)), dtype)


def gradients(function: Callable[..., Any], xs: Sequence[Any]) -> list[Any]:
    """Differentiate a function that gives a scalar by each of its arguments."""
    y, pull = jax.vjp(function, *xs)
    return list(pull(jax.numpy.ones_like(y)))
