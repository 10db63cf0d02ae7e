"""Element types: ONNX' numbers and the names that NumPy and Keras know."""

import ml_dtypes
import numpy as np

NAMES = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "string",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
    17: "float8_e4m3fn",
    18: "float8_e4m3fnuz",
    19: "float8_e5m2",
    20: "float8_e5m2fnuz",
    21: "uint4",
    22: "int4",
    23: "float4_e2m1fn",
    24: "float8_e8m0fnu",
    25: "uint2",
    26: "int2",
    27: "float6_e2m3fn",
    28: "float6_e3m2fn",
}

FLOATS = ("float16", "bfloat16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
SMALL_INTS = ("int2", "int4", "uint2", "uint4")
FLOATS8 = ("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu")
SMALL_FLOATS = ("float4_e2m1fn", "float6_e2m3fn", "float6_e3m2fn", *FLOATS8)
CARRIERS = {"int2": "int8", "int4": "int8", "uint2": "uint8", "uint4": "uint8", **dict.fromkeys(SMALL_FLOATS, "uint8")}
"""Element types that no tensor of Keras has or saves, and the type of the tensors that carry them: integers as numbers,
floats as their bits."""

HELD_WIDER = {"uint16": "int32", "uint32": "int64"}
"""Integers without a sign that Keras holds as wider ones with a sign on PyTorch."""


def type_name(number: int) -> str:
    """Name an ONNX element type, `TensorProto.DataType`."""
    if number not in NAMES:
        raise ValueError(f"ONNX has no element type {number}.")
    return NAMES[number]


def numpy_type(name: str) -> np.dtype:
    """Give the NumPy type of that name, those of ml_dtypes included; strings are objects."""
    if name == "string":
        return np.dtype(object)
    return np.dtype(getattr(ml_dtypes, name, None) or name)


def carrier(name: str) -> str:
    """Name the type of the tensors that hold elements of a type: its own, or that of its carrier."""
    return CARRIERS.get(name, name)


def carried(array: np.ndarray) -> np.ndarray:
    """Turn elements to those that carry them."""
    if array.dtype.name in SMALL_FLOATS:
        return array.view(np.uint8)
    return array.astype(CARRIERS[array.dtype.name]) if array.dtype.name in SMALL_INTS else array


def uncarried(array: np.ndarray, name: str) -> np.ndarray:
    """Turn what carries elements of a type back to them; of what is too large, the lowest bits are left."""
    if name in SMALL_FLOATS:
        return array.view(numpy_type(name))
    is_wider = name in SMALL_INTS or array.dtype.name == HELD_WIDER.get(name)
    return array.astype(numpy_type(name)) if is_wider else array
