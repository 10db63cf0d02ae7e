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
}

FLOATS = ("float16", "bfloat16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
FLOAT8_UNKNOWN_TO_KERAS = ("float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu")
UNKNOWN_TO_KERAS = ("int2", "uint2", "int4", "uint4", "float4_e2m1fn", *FLOAT8_UNKNOWN_TO_KERAS)
"""Element types of ONNX that Keras has no tensors of."""


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
