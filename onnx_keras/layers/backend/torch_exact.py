"""Mathematics in which `keras.ops` loses digits on PyTorch: it narrows what has 64 bits."""

from collections.abc import Sequence
from typing import Any

import torch
from keras import ops

divide = torch.divide
einsum = ops.einsum
floor = torch.floor
tanh = torch.tanh


def matmul(a: Any, b: Any) -> Any:
    """Multiply matrices; Keras narrows what has 64 bits."""
    return torch.matmul(a, b) if ops.dtype(a) in ("float64", "int64") else ops.matmul(a, b)


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Give the mean; Keras computes that of float64 in float32."""
    return torch.mean(x, axis, keepdims) if ops.dtype(x) == "float64" else ops.mean(x, axis, keepdims)


def prod(x: Any, axis: Sequence[int], keepdims: bool) -> Any:
    """Multiply along axes; Keras narrows what has 64 bits."""
    for a in sorted((a % x.ndim for a in axis), reverse=True):
        x = torch.prod(x, a, keepdims, dtype=x.dtype)
    return x
