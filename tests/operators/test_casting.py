"""Changes of type."""

import numpy as np
from onnx import TensorProto

from tests.operators.matrix import boolean, case, constant, fails, float32, float64, int64, live, tensor

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
    *[cast(WIDE, to, oracle="reference") for to in ("FLOAT8E4M3FN", "FLOAT8E5M2")],
    *[cast(WIDE, to, saturate=0, oracle="reference") for to in ("FLOAT8E4M3FN", "FLOAT8E5M2")],
    *[cast(tensor(t, 2, 3), "FLOAT", oracle="reference") for t in ("float8_e4m3fn", "float8_e5m2")],
    cast(tensor("float8_e4m3fn", 2, 3), "FLOAT8E5M2", oracle="reference"),
    cast(live(["1.5", "-2e3", "inf"], "string"), "FLOAT"),
    cast(live(["15", "-2"], "string"), "INT64"),
    cast(boolean(4), "STRING", oracle="runtime", why="truth is written as a number, which can be read again"),
    cast(live([0.1, 314.15927, 0.25]), "STRING"),
    cast(int64(2, 3), "STRING"),
    fails("Cast", float32(2, 3), to=TensorProto.FLOAT8E5M2FNUZ, match="to=20"),
    *[case("CastLike", float32(2, 3), live([1], "int32"), opset=v) for v in (15, 19, 21, 23, 24, 25)],
    case("CastLike", float32(2, 3, 4), tensor("float16", 5, 2), why="the other shape doesn't matter"),
    case("CastLike", int64(2, 3), constant([[1.0]], "float64")),
]
