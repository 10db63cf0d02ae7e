"""Quantised numbers, and the operators that give and take them back."""

import numpy as np
from onnx import TensorProto

from tests.operators.matrix import (
    bfloat16,
    case,
    constant,
    float16,
    float32,
    int32,
    live,
    tensor,
    weight,
)

FLOATS8 = ("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz")
SMALL = ("int4", "uint4", "int2", "uint2")
INTEGERS = ("int8", "uint8", "int16", "uint16")
X = float32(2, 3, 4, low=-40, high=40)
REVISIONS = (10, 13, 19, 21, 23, 24, 25, 28)


def zero(dtype, value=1):
    return constant(value, dtype)


def scales(*shape):
    return float32(*shape, low=0.1, high=0.5, seed=3)


def quantize(*inputs, **options):
    return case("QuantizeLinear", *inputs, **options)


def dequantize(*inputs, **options):
    return case("DequantizeLinear", *inputs, **options)


def codes(dtype, *shape):
    low, high = {"int2": (-2, 1), "uint2": (0, 3), "int4": (-8, 7), "uint4": (0, 15)}.get(dtype, (0, 100))
    return tensor(dtype, *shape, low=low, high=high + 0.9)


QUANTIZE = [
    *[quantize(X, constant(0.3, "float32"), zero("uint8", 100), opset=v) for v in REVISIONS],
    quantize(X, constant(0.3, "float32"), why="uint8 by default"),
    quantize(X, constant([0.3], "float32"), zero("int8"), axis=7, opset=21, oracle="reference", why="a scale of one"),
    quantize(live([0.5, 1.5, 2.5, -0.5, -1.5, 1e9, -1e9]), constant(1.0, "float32"), zero("int8", 0), why="halves"),
    *[quantize(X, constant(0.3, "float32"), zero(t), opset=21) for t in INTEGERS],
    *[quantize(X, constant(9.0, "float32"), zero(t), opset=25, oracle="reference") for t in SMALL],
    *[
        quantize(X, constant(0.05, "float32"), zero(t, 0), saturate=s, oracle="reference")
        for t in FLOATS8
        for s in (0, 1)
    ],
    quantize(X, constant(9.0, "float32"), output_dtype=TensorProto.FLOAT4E2M1, oracle="reference"),
    quantize(X, constant(9.0, "float32"), output_dtype=TensorProto.FLOAT6E3M2, oracle="reference"),
    quantize(X, constant(0.3, "float32"), output_dtype=TensorProto.INT16, oracle="reference"),
    *[
        quantize(
            X, weight(scales(X.array.shape[a])), constant(np.arange(X.array.shape[a]) * 9, "uint8"), axis=a, **more
        )
        for a, more in ((0, {}), (1, {"opset": 13}), (2, {}), (-1, {"opset": 19}))
    ],
    quantize(X, scales(3), live([1, 2, 3], "int8"), why="scales that are computed"),
    quantize(X, weight(scales(2, 3, 2)), constant(np.ones((2, 3, 2)), "int8"), axis=2, block_size=2, opset=21),
    quantize(X, scales(2, 2, 4), axis=1, block_size=2, oracle="reference", why="a block that is cut"),
    quantize(float16(2, 3), constant(0.25, "float16"), zero("int8"), opset=21),
    quantize(float16(2, 3, low=0, high=1e-3), constant(7.3e-6, "float16"), zero("uint8"), opset=21, why="subnormal"),
    quantize(bfloat16(2, 3), constant(0.25, "bfloat16"), zero("uint8"), oracle="reference"),
    quantize(int32(2, 3), constant(3.0, "float32"), zero("int8")),
    quantize(int32(2, 3), constant(3, "int32"), zero("int8"), oracle="reference"),
    quantize(X, constant(0.25, "float8_e8m0fnu"), zero("uint8"), oracle="reference"),
    quantize(float32(2, 3), constant(0.1, "float32"), precision=TensorProto.FLOAT16, oracle="reference"),
]

DEQUANTIZE = [
    *[dequantize(tensor("uint8", 2, 3, high=255), constant(0.3, "float32"), zero("uint8"), opset=v) for v in REVISIONS],
    *[dequantize(codes(t, 2, 3, 4), constant(0.3, "float32"), zero(t), opset=21) for t in INTEGERS],
    dequantize(int32(2, 3), constant(0.3, "float32")),
    *[dequantize(codes(t, 2, 3), constant(0.3, "float32"), zero(t), oracle="reference") for t in SMALL],
    *[dequantize(tensor(t, 2, 3), constant(0.3, "float32"), zero(t, 0), oracle="reference") for t in FLOATS8],
    dequantize(tensor("float4_e2m1fn", 2, 3), constant(0.3, "float32"), oracle="reference"),
    dequantize(tensor("float6_e2m3fn", 2, 3), constant(0.3, "float32"), oracle="reference"),
    *[
        dequantize(codes("int8", 2, 3, 4), weight(scales(n)), constant(np.arange(n), "int8"), axis=a, opset=v)
        for a, n, v in ((0, 2, 13), (1, 3, 19), (-1, 4, 21))
    ],
    dequantize(codes("int8", 2, 3), constant(0.5, "float16"), opset=21),
    dequantize(codes("int8", 2, 3), constant(0.5, "float32"), output_dtype=TensorProto.FLOAT16, oracle="reference"),
    dequantize(
        codes("int8", 2, 3),
        constant(0.5, "float8_e8m0fnu"),
        output_dtype=TensorProto.FLOAT,
        oracle="reference",
    ),
    *[
        dequantize(weight(codes(t, 3, 4)), weight(scales(4)), weight(codes(t, 4)), axis=1, oracle="reference")
        for t in (*SMALL, "int8")
    ],
    dequantize(weight(tensor("float8_e4m3fn", 4, 5)), weight(scales(4)), axis=0, oracle="reference"),
    dequantize(codes("int4", 2, 3, 8), weight(scales(2, 3, 2)), axis=2, block_size=4, oracle="reference"),
    dequantize(weight(codes("int4", 5, 8)), weight(scales(2, 8)), axis=0, block_size=3, oracle="reference"),
]

CASES = [
    *QUANTIZE,
    *DEQUANTIZE,
    case("DynamicQuantizeLinear", X, outputs=(1, 1, 1)),
    case("DynamicQuantizeLinear", float32(2, 3, low=1, high=9), outputs=(1, 1, 1), why="no element is below zero"),
    case("DynamicQuantizeLinear", float32(2, 3, low=-9, high=-1), outputs=(1, 1, 1)),
    case("DynamicQuantizeLinear", live([[0.0, 0.0]]), outputs=(1, 1, 1)),
    *[case("Transpose", codes(t, 2, 3), perm=[1, 0], oracle="reference") for t in (*SMALL, "float8_e4m3fn")],
    *[case("Reshape", codes(t, 2, 6), constant([3, -1]), oracle="reference") for t in ("int4", "float8_e5m2fnuz")],
    *[case("Squeeze", codes(t, 2, 1), constant([1]), oracle="reference") for t in ("uint2", "float4_e2m1fn")],
    *[case("Flatten", codes(t, 2, 3, 2), oracle="reference") for t in ("int2", "float8_e5m2")],
    *[case("Identity", codes(t, 2, 3), oracle="reference") for t in ("uint4", "float8_e8m0fnu")],
    *[
        case("Pad", codes(t, 2, 3), constant([0, 1, 2, 0]), zero(t, 2), oracle="reference")
        for t in ("int4", "float8_e5m2")
    ],
    case("Shape", codes("float4_e2m1fn", 2, 3), oracle="reference"),
    case("IsNaN", live([1.0, np.nan], "float8_e4m3fn"), oracle="reference"),
    case("IsInf", live([1.0, np.inf, -np.inf], "float8_e5m2"), oracle="reference"),
]
