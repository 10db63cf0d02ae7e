"""Functions of one element, trigonometry and activations."""

import math

import numpy as np
import pytest

import onnx_keras
from tests.operators.matrix import (
    bfloat16,
    boolean,
    case,
    constant,
    expected,
    fails,
    feeds,
    float16,
    float32,
    float64,
    int8,
    int32,
    live,
    model_of,
    tensor,
)

REVISIONS = {
    **dict.fromkeys(
        ["Abs", "Ceil", "Exp", "Floor", "Log", "Neg", "Reciprocal", "Relu", "Sigmoid", "Sqrt", "Tanh"], (1, 6, 13)
    ),
    **dict.fromkeys(["Acos", "Asin", "Atan", "Cos", "Sin", "Tan"], (7, 22)),
    **dict.fromkeys(["Acosh", "Asinh", "Atanh", "Cosh", "Sinh"], (9, 22)),
    **dict.fromkeys(["Elu", "HardSigmoid", "Selu"], (1, 6, 22)),
    **dict.fromkeys(["Softplus", "Softsign"], (1, 22)),
    **{"Relu": (1, 6, 13, 14), "LeakyRelu": (1, 6, 16), "Celu": (12, 28), "HardSwish": (14, 22), "Mish": (18, 22)},
    **{"Round": (11, 22), "Sign": (9, 13), "Erf": (9, 13), "ThresholdedRelu": (10, 22), "Gelu": (20,), "Swish": (24,)},
    **{"IsNaN": (9, 13, 20), "IsInf": (10, 20), "Shrink": (9,)},
}

DOMAINS = {
    "Acos": (-0.9, 0.9),
    "Asin": (-0.9, 0.9),
    "Atanh": (-0.9, 0.9),
    "Acosh": (1.1, 3.0),
    "Log": (0.1, 3.0),
    "Sqrt": (0.1, 3.0),
}


def between(op_type, *shape):
    low, high = DOMAINS.get(op_type, (-3.0, 3.0))
    return float32(*shape, low=low, high=high)


def first_selu(x):
    return np.where(x > 0, 1.0507 * x, 1.0507 * 1.6732 * np.expm1(x)).astype("float32")


CASES = [
    case(op, between(op, 2, 3, 4), opset=v)
    for op, versions in REVISIONS.items()
    for v in versions
    if (op, v) != ("Selu", 1)
]

ERF = np.array([np.nan, 1.0, -1.0, math.erf(0.5)])
SPECIAL = live([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0])
CASES += [
    *[
        case(op, SPECIAL, why="special numbers")
        for op in ("Abs", "Sign", "Exp", "Sqrt", "Floor", "IsNaN", "IsInf", "Relu", "Tanh", "Erf")
    ],
    case("Erf", live([np.nan, np.inf, -np.inf, 0.5], "float64"), expected=[ERF]),
    *[case(op, float16(2, 3)) for op in ("Abs", "Exp", "Erf", "Round", "Gelu", "Elu", "Softplus", "Mish")],
    *[case(op, bfloat16(2, 3)) for op in ("Abs", "Exp", "Tanh", "Gelu", "LeakyRelu")],
    *[case(op, float64(2, 3)) for op in ("Abs", "Exp", "Tanh", "Selu", "Softsign", "Sigmoid")],
    *[case(op, int8(2, 3)) for op in ("Abs", "Neg", "Sign", "Relu", "BitwiseNot", "Shrink")],
    *[
        case(op, tensor(t, 2, 3, high=9))
        for op in ("Abs", "Sign", "BitwiseNot")
        for t in ("uint8", "uint16", "uint32", "uint64")
    ],
    *[case(op, float32(0, 3), why="nothing to compute") for op in ("Abs", "Relu", "Softplus")],
    *[case(op, live(0.5), why="rank 0") for op in ("Exp", "Tanh")],
    case("Not", boolean(2, 3), opset=1),
    case("BitwiseNot", int32(2, 3), opset=18),
    case("Round", live([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4]), why="ties go to the even number"),
    case("IsInf", SPECIAL, detect_negative=0),
    case("IsInf", SPECIAL, detect_positive=0),
    case("IsInf", SPECIAL, detect_positive=0, detect_negative=0),
    case(
        "Selu", float32(2, 3), opset=1, expected=[first_selu(float32(2, 3).array)], why="its defaults had five digits"
    ),
    case("Elu", float32(2, 3), alpha=0.5),
    case("Elu", live([100.0, -100.0, 0.0]), why="exp overflows where it isn't wanted"),
    case("Celu", float32(2, 3), alpha=0.5),
    case("Selu", float32(2, 3), alpha=2.0, gamma=0.5),
    case("LeakyRelu", float32(2, 3), alpha=0.3),
    case("HardSigmoid", float32(2, 3, low=-4, high=4), alpha=0.3, beta=0.4),
    case("ThresholdedRelu", float32(2, 3), alpha=0.5),
    case("Swish", float32(2, 3), alpha=1.5),
    case("Gelu", float32(2, 3), approximate="tanh"),
    fails("Gelu", float32(2, 3), approximate="sinh", match="approximate='sinh'"),
    case("Shrink", float32(2, 3, 4), lambd=0.7, bias=0.3),
    case("Shrink", tensor("uint8", 2, 3, high=9), lambd=3.0, bias=1.5),
    case("Softplus", live([200.0, -200.0, 0.0]), why="exp would overflow"),
    case("Clip", float32(2, 3), opset=1, min=-0.5, max=0.5, expected=[np.clip(float32(2, 3).array, -0.5, 0.5)]),
    case("Clip", float32(2, 3, 4), opset=6, max=0.5),
    *[
        case("Clip", float32(2, 3, 4), constant(-0.5, "float32"), constant(0.5, "float32"), opset=v)
        for v in (11, 12, 13)
    ],
    case("Clip", float32(2, 3, 4), live(-0.5), live(0.5), why="bounds are computed"),
    case("Clip", float32(2, 3, low=-3, high=9), constant(0.0, "float32"), constant(6.0, "float32"), why="relu6"),
    case("Clip", float32(2, 3, 4), None, constant(0.5, "float32")),
    case("Clip", float32(2, 3, 4), constant(1.0, "float32"), constant(-1.0, "float32"), why="the upper bound wins"),
    case("Clip", int8(2, 3), constant(-20, "int8"), constant(20, "int8")),
    case("Clip", bfloat16(2, 3), constant(-0.5, "bfloat16"), constant(0.5, "bfloat16")),
    case("Clip", tensor("uint64", 2, 3, high=90), constant(20, "uint64"), constant(40, "uint64")),
    case("Clip", SPECIAL, constant(-2.0, "float32"), constant(2.0, "float32"), why="NaN stays"),
]


ZEROS = live([-0.0, 0.0, -0.4, 0.4])
KEEPS_ZERO = ("Identity", "Neg", "Abs", "Round", "Ceil", "Floor", "Sqrt", "Sin", "Tan", "Asinh", "Atan", "Sinh", "Tanh")


@pytest.mark.parametrize("op", KEEPS_ZERO)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_zeros_keep_the_signs_that_onnx_gives_them(op, dtype):
    one = case(op, live(ZEROS.array[:2] if op == "Sqrt" else ZEROS.array, dtype))
    got, (want,) = onnx_keras.run(onnx_keras.load(model_of(one)), feeds(one)), expected(one)
    np.testing.assert_array_equal(np.signbit(got), np.signbit(want))
    np.testing.assert_array_equal(got == 0, want == 0)
