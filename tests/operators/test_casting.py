"""Changes of type."""

import ml_dtypes
import numpy as np
from onnx import TensorProto, helper

from tests.operators.matrix import boolean, case, constant, float32, float64, int64, live, tensor, weight

WIDE = live([0.0, -0.0, 0.1, -3.7, 500.0, 1e6, -1e6, np.nan, np.inf, -np.inf])
SMALL = live([0.0, 1.0, 2.7, 3.0, 100.0])
NUMBERS = (
    "FLOAT",
    "DOUBLE",
    "FLOAT16",
    "BFLOAT16",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "UINT8",
    "UINT16",
    "UINT32",
    "UINT64",
    "BOOL",
)


def cast(given, to, **options):
    return case("Cast", given, to=getattr(TensorProto, to), **options)


FLOATS8 = ("FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "FLOAT4E2M1")
FLOATS6 = ("FLOAT6E2M3", "FLOAT6E3M2")
SMALL_INTS = ("INT2", "INT4", "UINT2", "UINT4")
NEAR = live(np.concatenate([np.float32(1 + np.arange(64) / 64) * 2.0**p for p in range(-16, 9)]).reshape(40, 40))
"""What lies on, between and halfway between small floats, and in their subnormal range."""
EVERY_CODE = {
    name: live(np.arange(2**bits, dtype="uint8").view(getattr(ml_dtypes, name)), name)
    for name, bits in {"float4_e2m1fn": 4, "float6_e2m3fn": 6, "float6_e3m2fn": 6, "float8_e8m0fnu": 8}.items()
} | {
    name: live(np.arange(256, dtype="uint8").view(getattr(ml_dtypes, name)), name)
    for name in ("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz")
}
SAME_WIDTH = (
    ("float32", -2, "INT32"),
    ("int64", -9, "DOUBLE"),
    ("float16", -2, "UINT16"),
    ("bfloat16", -2, "INT16"),
    ("uint32", 0, "FLOAT"),
    ("int8", -9, "UINT8"),
    ("bool", 0, "UINT8"),
    ("uint8", 0, "FLOAT8E4M3FN"),
    ("float8_e5m2", -2, "INT8"),
    ("float8_e4m3fn", -2, "FLOAT8E5M2FNUZ"),
    ("int4", -8, "UINT4"),
    ("uint4", 0, "INT4"),
    ("float4_e2m1fn", -4, "INT4"),
    ("int4", -8, "FLOAT4E2M1"),
    ("uint2", 0, "INT2"),
)


def bitcast(given, to):
    kind = helper.tensor_dtype_to_np_dtype(getattr(TensorProto, to))
    codes = given.array.view("uint8") if kind.itemsize == 1 else given.array
    return case("BitCast", given, to=getattr(TensorProto, to), expected=[codes.view(kind)])


CASES = [
    case("Cast", float32(2, 3), to="INT32", opset=1, expected=[float32(2, 3).array.astype("int32")], why="a name"),
    *[cast(float32(2, 3), "INT32", opset=v) for v in (6, 9, 13, 19, 21, 23, 24, 25, 28)],
    *[cast(SMALL, to) for to in NUMBERS],
    *[
        cast(live([0, 1, 100], t), "FLOAT")
        for t in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    ],
    *[cast(live([0.0, 1.5, -2.0], t), "FLOAT") for t in ("float64", "float16", "bfloat16")],
    *[cast(boolean(2, 3), to) for to in ("FLOAT", "INT64", "UINT8", "BOOL")],
    cast(WIDE, "BOOL"),
    cast(float64(2, 3), "FLOAT16"),
    cast(live([200, -200, 70000], "int32"), "INT8", oracle="reference", why="higher bits are discarded"),
    cast(live([2**40 + 1, -1], "int64"), "UINT32", oracle="reference"),
    *[cast(WIDE, to, oracle="reference") for to in FLOATS8],
    *[cast(WIDE, to, saturate=0, oracle="reference") for to in FLOATS8],
    *[cast(NEAR, to, oracle="reference") for to in (*FLOATS8, *FLOATS6)],
    *[cast(tensor("float64", 3, 5, low=-500, high=500), to, oracle="reference") for to in FLOATS8[:4]],
    *[cast(live([0, 1, -7, 100, 1000], "int64"), to, oracle="reference") for to in FLOATS8[:4]],
    *[
        cast(live([0.0, 1.0, 1.2, 1.5, 3.0, -5.0, 1e-38, 3e38]), "FLOAT8E8M0", round_mode=mode, saturate=saturate)
        for mode in ("up", "down", "nearest")
        for saturate in (0, 1)
    ],
    *[cast(EVERY_CODE[t], "FLOAT", oracle="reference") for t in EVERY_CODE],
    *[cast(EVERY_CODE[t], "BFLOAT16", oracle="reference") for t in ("float8_e5m2", "float8_e4m3fnuz")],
    *[cast(tensor(t, 2, 3), "INT8", oracle="reference") for t in ("float8_e4m3fn", "float4_e2m1fn")],
    cast(tensor("float8_e4m3fn", 2, 3), "FLOAT8E5M2", oracle="reference"),
    cast(tensor("float8_e5m2fnuz", 2, 3), "FLOAT4E2M1", oracle="reference"),
    *[cast(live([-9.0, -8.0, -1.7, 0.0, 0.5, 7.9, 15.0, 100.0]), to, oracle="reference") for to in SMALL_INTS],
    *[cast(live([-9, -2, 0, 1, 3, 15, 100], "int64"), to, oracle="reference") for to in SMALL_INTS],
    *[cast(tensor(t, 2, 3, low=0, high=4), "INT4", oracle="reference") for t in ("int2", "uint8")],
    cast(live([0, 7, 8, 15], "uint4"), "INT4", expected=[live([0, 7, -8, -1], "int4").array]),
    *[cast(tensor(t, 2, 3, low=0, high=4), "FLOAT16", oracle="reference") for t in ("uint4", "int2", "uint2", "int4")],
    cast(live(["1.5", "-200"], "string"), "FLOAT8E5M2", expected=[live([1.5, -192], "float8_e5m2").array]),
    cast(live([True, False], "bool"), "INT4", expected=[live([1, 0], "int4").array]),
    cast(live(["5", "-3"], "string"), "INT4", expected=[live([5, -3], "int4").array]),
    cast(live(["1.5", "-2e3", "inf"], "string"), "FLOAT"),
    cast(live(["15", "-2"], "string"), "INT64"),
    cast(boolean(4), "STRING", oracle="runtime", why="truth is written as a number, which can be read again"),
    cast(live([0.1, 314.15927, 0.25]), "STRING"),
    cast(int64(2, 3), "STRING"),
    *[case("CastLike", float32(2, 3), live([1], "int32"), opset=v) for v in (15, 19, 21, 23, 24, 25)],
    case("CastLike", float32(2, 3, 4), tensor("float16", 5, 2), why="the other shape doesn't matter"),
    case("CastLike", int64(2, 3), constant([[1.0]], "float64")),
    *[
        case("CastLike", float32(2, 3, low=-500, high=500), given(live([0], t)), saturate=saturate, oracle="reference")
        for t in ("float8_e4m3fnuz", "float8_e5m2", "int4")
        for given in (lambda like: like, weight)
        for saturate in (0, 1)
    ],
    case("CastLike", tensor("float8_e4m3fn", 2, 3), float32(1), oracle="reference"),
    *[bitcast(tensor(t, 2, 3, 4, low=low), to) for t, low, to in SAME_WIDTH],
]
