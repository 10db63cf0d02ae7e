"""What a layer holds of its inputs: weights, small constants and plain values, as its configuration says them."""

import hashlib
from dataclasses import dataclass
from inspect import Parameter
from typing import Any

import ml_dtypes
import numpy as np

from onnx_keras.types import FLOATS, carrier, numpy_type

SMALL = 16
"""Constants of at most so many elements that nobody trains stand in the configuration."""

ONES = ("gamma", "moving_variance", "scale")
KERNELS = ("kernel", "recurrent_kernel", "embeddings")


@dataclass(frozen=True)
class Text:
    """A tensor of strings that a layer holds: no backend has variables of strings.

    Attributes:
        codes: How many characters each string has, then the characters of all.
        shape: The shape of the tensor.
    """

    codes: Any
    shape: tuple[int, ...]
    dtype: str = "string"

    @property
    def name(self) -> str:
        return str(self.codes.name)

    @property
    def trainable(self) -> bool:
        return False


def describe(array: np.ndarray, trainable: bool = True, **more: Any) -> dict[str, Any]:
    """Describe a weight for a configuration, without its elements."""
    if array.dtype.kind in "OSU":
        codes = len(codes_of(array))
        return {"shape": tuple(array.shape), "dtype": "string", "trainable": False, "codes": codes, **more}
    trainable = trainable and array.dtype.name in FLOATS
    return {"shape": tuple(array.shape), "dtype": array.dtype.name, "trainable": trainable, **more}


def codes_of(array: np.ndarray) -> np.ndarray:
    """Write strings as numbers: how many characters each has, then the characters."""
    texts = [t.decode() if isinstance(t, bytes) else str(t) for t in array.ravel()]
    return np.array([*map(len, texts), *(ord(c) for t in texts for c in t)], np.int32)


def describe_codes(held: dict[str, Any], name: str) -> dict[str, Any]:
    """Describe the weight that holds strings."""
    return {"shape": (held["codes"],), "dtype": "int32", "trainable": False, "name": name}


def is_given(value: Any) -> bool:
    """Say whether an attribute that is an array has elements, or is a tensor."""
    return value is not None and value is not Parameter.empty and (isinstance(value, np.ndarray) or len(value) > 0)


def attribute_array(value: Any) -> np.ndarray:
    """Make an array of an attribute: a tensor as it is, floats, ints or strings as ONNX has them."""
    if isinstance(value, np.ndarray):
        return value
    kind = object if isinstance(value[0], (str, bytes)) else np.float32 if isinstance(value[0], float) else np.int64
    return np.array(value, kind)


def constant(array: np.ndarray) -> dict[str, Any]:
    """Write a small array into a configuration."""
    dtype = "string" if array.dtype.kind in "OSU" else array.dtype.name
    elements = array.astype(str) if dtype == "string" else array.astype(widest(array))
    return {"constant": elements.tolist(), "dtype": dtype, "shape": tuple(array.shape)}


def digest(array: np.ndarray) -> str:
    """Give a short text that changes with the elements of an array, as far as float32 tells them apart."""
    kind = np.float32 if array.dtype.name in FLOATS else array.dtype
    return hashlib.blake2b(np.ascontiguousarray(array, kind).tobytes(), digest_size=8).hexdigest()


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


def stored_dtype(dtype: str, policy: str, in_full: bool) -> str:
    """Choose the type of a weight: ONNX' float32 is that of the policy, but statistics are never shortened."""
    is_kept = dtype != "float32" or (in_full and policy in ("float16", "bfloat16"))
    return carrier(dtype) if is_kept else policy


def within_range(array: np.ndarray, dtype: str) -> np.ndarray:
    """Keep what is finite finite in a shorter type: masks add the lowest float32, which bfloat16 rounds to infinity."""
    if array.dtype != np.float32 or dtype not in ("float16", "bfloat16"):
        return array
    limit = float(ml_dtypes.finfo(dtype).max)
    return np.where(np.isfinite(array), np.clip(array, -limit, limit), array).astype(np.float32)


def as_trained(held: Any, variable: Any) -> Any:
    """Note in the description of a weight that can be trained whether it is."""
    if variable is None or not is_weight(held) or not held["trainable"]:
        return held
    rest = {k: v for k, v in held.items() if k != "frozen"}
    return rest if variable.trainable else {**rest, "frozen": True}


def initializer_of(name: str, dtype: str) -> str:
    """Name the initializer of a weight whose elements aren't given: in a clone, or a layer built by hand."""
    if name in ONES:
        return "ones"
    return "glorot_uniform" if name in KERNELS and dtype in FLOATS else "zeros"
