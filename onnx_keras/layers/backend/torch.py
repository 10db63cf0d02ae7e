"""PyTorch's own functions."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

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
from onnx_keras.layers.backend.torch_basics import (
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
from onnx_keras.layers.backend.torch_choosing import suppressed, unique
from onnx_keras.layers.backend.torch_control_flow import branch, loop
from onnx_keras.layers.backend.torch_convolution import convolve, convolve_transposed
from onnx_keras.layers.backend.torch_exact import divide, einsum, floor, matmul, mean, prod, tanh
from onnx_keras.layers.backend.torch_pooling import MEANS_LEAVE_OUT_PADS, pools
from onnx_keras.layers.backend.torch_recurrent import gru, lstm, scan
from onnx_keras.layers.backend.torch_resizing import resized
from onnx_keras.layers.backend.torch_signals import fft, irfft, rfft
from onnx_keras.layers.backend.unrolled_sequences import inserted, piece, row, widened


def constant_value(tensor: Any) -> np.ndarray | None:
    """Give a tensor's elements where they are known now, that is outside of a trace of shapes."""
    if not isinstance(tensor, torch.Tensor) or tensor.device.type == "meta":
        return None
    # NumPy has no bfloat16 of its own.
    known = tensor.detach().cpu()
    return (known.float() if known.dtype == torch.bfloat16 else known).numpy()


def compiled(model: Any) -> Any:
    """Give the model without gradients; PyTorch runs eagerly."""

    def call(inputs: Any) -> Any:
        with torch.no_grad():
            return model(inputs)

    return call


def in_numpy(function: Callable[[np.ndarray], np.ndarray], x: Any, dtype: str, shape: tuple[int | None, ...]) -> Any:
    """Compute with NumPy."""
    return torch.from_numpy(function(x.detach().cpu().numpy()))


def gradients(function: Callable[..., Any], xs: Sequence[Any]) -> list[Any]:
    """Differentiate a function that gives a scalar by each of its arguments."""
    is_differentiated = torch.is_grad_enabled()
    with torch.enable_grad():
        # One that is given twice counts in one place only.
        xs = [x.view_as(x) if x.requires_grad else x.detach().requires_grad_() for x in xs]
        y = function(*xs)
        if not y.requires_grad:
            return [torch.zeros_like(x) for x in xs]
        return list(torch.autograd.grad(y, xs, create_graph=is_differentiated, materialize_grads=True))
