"""ONNX Runtime's own operators on quantised tensors."""

import functools

import numpy as np

from tests.operators.matrix import Case, constant, fails, float32, int32, tensor, weight
from tests.operators.matrix import case as any_case

case = functools.partial(any_case, domain="com.microsoft", opset=1, oracle="runtime")

X = tensor("uint8", 2, 3, 5, 6, low=0, high=255)
SIGNED = tensor("int8", 2, 3, 4, low=-128, high=127)


def scale(value):
    return constant(value, "float32")


def zero(value, dtype="uint8"):
    return constant(value, dtype)


def matrix(dtype, *shape):
    """Draw a matrix of seven bits: ONNX Runtime adds two products of uint8 and int8 in sixteen."""
    return weight(tensor(dtype, *shape, low=-60, high=60, seed=1))


def unary(op_type, x, out=0.1137, **options):
    """State an operator on one tensor; scales are such that no result lies halfway, where rounding errors decide."""
    dtype = x.array.dtype.name
    return case(op_type, x, scale(0.05), zero(9, dtype), scale(out), zero(3, dtype), **options)


def pair(op_type, a, b, **options):
    dtype = a.array.dtype.name
    return case(
        op_type,
        a,
        scale(0.0513),
        zero(9, dtype),
        b,
        scale(0.0337),
        zero(5, dtype),
        scale(0.1123),
        zero(3, dtype),
        **options,
    )


CASES = [
    *[pair(op, X, tensor("uint8", 2, 3, 5, 6, high=255, low=0, seed=2)) for op in ("QLinearAdd", "QLinearMul")],
    *[pair(op, X, weight(tensor("uint8", 3, 1, 1, low=0, high=255))) for op in ("QLinearAdd", "QLinearMul")],
    *[pair(op, SIGNED, SIGNED) for op in ("QLinearAdd", "QLinearMul")],
    *[unary(op, x, out) for op, out in (("QLinearSigmoid", 0.004), ("QLinearLeakyRelu", 0.07)) for x in (X, SIGNED)],
    unary("QLinearLeakyRelu", X, alpha=0.3),
    *[
        unary("QLinearAveragePool", X, kernel_shape=[3, 2], **more)
        for more in (
            {},
            {"pads": [1, 1, 1, 0], "strides": [2, 1]},
            {"pads": [1, 1, 1, 0], "count_include_pad": 1},
            {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
            {"ceil_mode": 1, "strides": [2, 2]},
        )
    ],
    unary("QLinearAveragePool", X, kernel_shape=[2, 2], channels_last=1),
    *[unary("QLinearGlobalAveragePool", X, channels_last=last) for last in (0, 1)],
    *[
        case("QLinearConcat", scale(0.1), zero(7), X, scale(0.05), zero(9), X, scale(0.2), zero(100), axis=axis)
        for axis in (1, -1)
    ],
    *[
        Case(
            "QLinearSoftmax",
            (X, scale(0.05), zero(9), scale(1 / 256), zero(0)),
            {"axis": axis, "opset": opset},
            opset=1,
            domain="com.microsoft",
            oracle="runtime",
        )
        for opset, axis in ((13, -1), (13, 1), (11, 2))
    ],
    *[
        case(
            "QGemm",
            *(tensor("uint8", 3, 40, low=0, high=255), scale(0.02), zero(120), matrix(t, *shape), b_scale, b_zero),
            *more,
            transB=trans,
        )
        for t, shape, trans, b_scale, b_zero in (
            ("int8", (40, 5), 0, scale(0.03), zero(0, "int8")),
            ("int8", (5, 40), 1, scale([0.01, 0.02, 0.03, 0.04, 0.05]), zero(np.zeros(5), "int8")),
        )
        for more in (
            (),
            (weight(int32(5)),),
            (weight(int32(5)), scale(0.5), zero(100)),
        )
    ],
    case(
        "QGemm",
        tensor("uint8", 40, 3),
        scale(0.02),
        zero(1),
        matrix("int8", 40, 5),
        scale(0.1),
        zero(1, "int8"),
        alpha=2.0,
        transA=1,
    ),
    *[
        case(
            "MatMulIntegerToFloat",
            tensor("uint8", 2, 3, 40, low=0, high=255),
            matrix("int8", 40, 5),
            scale(0.02),
            *more,
        )
        for more in (
            (scale(0.03),),
            (scale(0.03), zero(120), zero(1, "int8"), weight(float32(5))),
            (weight(float32(5, low=0.01, high=0.02)), zero(120), zero(np.zeros(5), "int8"), weight(float32(5))),
        )
    ],
    *[
        case("DynamicQuantizeMatMul", float32(2, 3, 40), matrix(t, 40, 5), b_scale, *more)
        for t, b_scale, more in (
            ("int8", scale(0.03), ()),
            ("uint8", scale(0.03), (zero(30), weight(float32(5)))),
            ("int8", weight(float32(5, low=0.01, high=0.02)), (zero(np.zeros(5), "int8"), weight(float32(5)))),
        )
    ],
    *[
        case(
            "MatMulNBits",
            float32(2, 3, 32 * blocks - cut),
            weight(tensor("uint8", 5, blocks, 4 * nbits, low=0, high=255)),
            weight(float32(*shape, low=0.01, high=0.1)),
            *more,
            **{"K": 32 * blocks - cut, "N": 5, "block_size": 32, "bits": nbits},
        )
        for nbits, blocks, cut, shape, more in (
            (4, 2, 0, (5, 2), ()),
            (4, 3, 0, (15,), (weight(tensor("uint8", 10, low=0, high=255)),)),
            (4, 2, 8, (5, 2), (None, None, weight(float32(5)))),
            (8, 2, 0, (5, 2), (weight(tensor("uint8", 5, 2, low=0, high=255)),)),
            (4, 2, 0, (5, 2), (weight(float32(5, 2)),)),
        )
    ],
    case(
        "MatMulNBits",
        float32(2, 64),
        weight(tensor("uint8", 5, 2, 16, low=0, high=255)),
        weight(float32(5, 2)),
        None,
        weight(tensor("int32", 64, low=0, high=1)),
        K=64,
        N=5,
        block_size=32,
        bits=4,
    ),
    any_case(
        "QuantizeLinear",
        X_FLOAT := float32(2, 3, 4, low=-9, high=9),
        scale(0.1),
        zero(5, "uint16"),
        domain="com.microsoft",
        opset=1,
    ),
    case("QuantizeLinear", X_FLOAT, weight(float32(3, low=0.1, high=0.3)), zero([1, 2, 3], "int8"), axis=1),
    case("DequantizeLinear", SIGNED, weight(float32(3, low=0.1, high=0.3)), zero([1, 2, 3], "int8"), axis=1),
    case("DequantizeLinear", tensor("int16", 2, 3), scale(0.1), zero(5, "int16")),
    *[
        case(
            "DynamicQuantizeLSTM",
            float32(4, 2, 3),
            matrix("int8", directions, 3, 20),
            matrix("int8", directions, 5, 20),
            weight(float32(directions, 40)),
            *more,
            *[None] * (4 - len(more)),
            *(scales(0.01), zeros, scales(0.02), zeros),
            outputs=(1, 1, 1),
            **options,
        )
        for directions, more, options in (
            (1, (), {"hidden_size": 5}),
            (1, (), {"hidden_size": 5, "direction": "reverse"}),
            (1, (), {"hidden_size": 5, "clip": 0.8}),
            (2, (None, float32(2, 2, 5), float32(2, 2, 5, seed=2)), {"hidden_size": 5, "direction": "bidirectional"}),
            (1, (None, None, None, weight(float32(1, 15))), {"hidden_size": 5, "input_forget": 1}),
        )
        for scales, zeros in (
            (lambda s, d=directions: weight(float32(d, low=s, high=s)), zero(np.zeros(directions), "int8")),
            (
                lambda s, d=directions: weight(float32(d, 20, low=s / 2, high=s)),
                zero(np.zeros((directions, 20)), "int8"),
            ),
        )
    ],
    *[
        case(
            "QAttention",
            tensor("uint8", 2, 3, 8, low=0, high=255),
            matrix("int8", 8, 36),
            weight(float32(36)),
            scale(0.01),
            weight(float32(36, low=0.01, high=0.02)) if columns else scale(0.02),
            mask,
            zero(128),
            zero(np.zeros(36) if columns else 0, "int8"),
            *more,
            outputs=outputs,
            num_heads=2,
            **options,
        )
        for mask, more, outputs, columns, options in (
            (None, (), (1,), 0, {}),
            (None, (), (1,), 1, {"unidirectional": 1}),
            (constant([3, 2], "int32"), (), (1,), 0, {}),
            (constant([3, 2, 1, 0], "int32"), (), (1,), 0, {}),
            (constant([[1, 1, 0], [1, 0, 1]], "int32"), (), (1,), 1, {"mask_filter_value": -3.0}),
            (tensor("int32", 2, 3, 3, low=0, high=1), (), (1,), 0, {"unidirectional": 1}),
            (None, (float32(2, 2, 2, 4, 6),), (1, 1), 0, {"unidirectional": 1}),
            (tensor("int32", 2, 7, low=0, high=1), (float32(2, 2, 2, 4, 6),), (1, 1), 0, {}),
        )
    ],
    fails(
        "MatMulNBits",
        float32(2, 32),
        weight(tensor("uint8", 5, 1, 12)),
        weight(float32(5, 1)),
        domain="com.microsoft",
        opset=1,
        K=32,
        N=5,
        block_size=32,
        bits=3,
        match="bits=3",
    ),
]
