"""What a layer holds of its inputs: weights, small constants and plain values, as its configuration says them."""

from typing import Any

import numpy as np

from onnx_keras.types import FLOATS, numpy_type

SMALL = 16
"""Constants of at most so many elements that nobody trains stand in the configuration."""

ONES = ("gamma", "moving_variance", "scale")
KERNELS = ("kernel", "recurrent_kernel", "embeddings")


def describe(array: np.ndarray, trainable: bool = True, **more: Any) -> dict[str, Any]:
    """Describe a weight for a configuration, without its elements."""
    trainable = trainable and array.dtype.name in FLOATS
    return {"shape": tuple(array.shape), "dtype": array.dtype.name, "trainable": trainable, **more}


def constant(array: np.ndarray) -> dict[str, Any]:
    """Write a small array into a configuration."""
    dtype = "string" if array.dtype.kind in "OSU" else array.dtype.name
    elements = array.astype(str) if dtype == "string" else array.astype(widest(array))
    return {"constant": elements.tolist(), "dtype": dtype, "shape": tuple(array.shape)}


def widest(array: np.ndarray) -> Any:
    """Choose the type in which an array's elements are written as JSON numbers."""
    if array.dtype.kind in "biuf":
        return array.dtype
    return np.float32 if array.dtype.itemsize <= 2 else array.dtype


def array_of(held: dict[str, Any]) -> np.ndarray:
    """Read a small array from a configuration."""
    return np.array(held["constant"], numpy_type(held["dtype"])).reshape(held["shape"])


def is_constant(held: Any) -> bool:
    return isinstance(held, dict) and "constant" in held


def is_weight(held: Any) -> bool:
    return isinstance(held, dict) and "trainable" in held


def initializer_of(name: str) -> str:
    """Name the initializer of a weight whose elements aren't given: in a clone, or a layer built by hand."""
    if name in ONES:
        return "ones"
    return "glorot_uniform" if name in KERNELS else "zeros"
