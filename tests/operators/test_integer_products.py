"""Products of small integers."""

import numpy as np

from tests.operators.matrix import case, constant, int8, live, tensor, uint8, weight


def kernel(dtype, *shape):
    """Draw a kernel of seven bits: ONNX Runtime adds two products of uint8 and int8 in sixteen."""
    return weight(tensor(dtype, *shape, low=-64, high=63, seed=1))


def scale(*values):
    return constant(values if len(values) > 1 else values[0], "float32")


def whole(*shape):
    return tensor("uint8", *shape, low=0, high=255)


X = whole(2, 3, 6, 7)
ZERO = constant(120, "uint8")


def convolved(x, w, *more, filters=4, **options):
    scales = constant(np.linspace(0.01, 0.02, filters), "float32")
    zeros = constant(np.zeros(filters), w.array.dtype.name)
    return case("QLinearConv", x, scale(0.02), ZERO, w, scales, zeros, scale(0.5), ZERO, *more, **options)


def multiplied(a, b, b_scale=None, b_zero=None, **options):
    a_zero, y_zero = constant(3, a.array.dtype.name), constant(5, "uint8")
    given = (a, scale(0.02), a_zero, b, b_scale or scale(0.03), b_zero or constant(1, b.array.dtype.name))
    return case("QLinearMatMul", *given, scale(0.7), y_zero, **options)


CASES = [
    case("ConvInteger", X, kernel("uint8", 4, 3, 3, 3), ZERO, constant(7, "uint8"), oracle="reference"),
    case("ConvInteger", X, kernel("uint8", 4, 3, 3, 3), pads=[1, 1, 1, 1], strides=[2, 2]),
    case("ConvInteger", X, kernel("int8", 4, 3, 3, 3), ZERO, pads=[1, 0, 2, 1], dilations=[2, 1]),
    case("ConvInteger", X, kernel("int8", 6, 1, 3, 3), ZERO, group=3, auto_pad="SAME_UPPER"),
    case("ConvInteger", whole(1, 40, 5, 5), kernel("uint8", 3, 40, 3, 3), ZERO, why="too many terms for float32"),
    case("ConvInteger", whole(2, 3, 9), kernel("int8", 4, 3, 3), ZERO, pads=[1, 1], auto_pad="NOTSET"),
    convolved(X, kernel("int8", 4, 3, 3, 3), pads=[1, 1, 1, 1]),
    convolved(X, kernel("int8", 4, 3, 3, 3), weight(tensor("int32", 4, low=-4000, high=4000)), strides=[2, 1]),
    convolved(X, kernel("int8", 3, 1, 3, 3), filters=3, group=3, auto_pad="SAME_LOWER", strides=[2, 2]),
    convolved(X, weight(tensor("int8", 4, 3, 3, 3, low=-128, high=127)), oracle="reference"),
    convolved(whole(1, 60, 5, 5), kernel("int8", 4, 60, 3, 3), dilations=[2, 2]),
    case(
        "QLinearConv",
        int8(2, 3, 8),
        *(scale(0.3), constant(2, "int8"), kernel("int8", 2, 3, 3), scale(0.02), constant(0, "int8")),
        *(scale(0.9), constant(-3, "int8")),
        oracle="reference",
        why="int8, one axis, scalars",
    ),
    case("MatMulInteger", whole(2, 3, 4), kernel("int8", 4, 5), ZERO, constant(0, "int8")),
    case("MatMulInteger", whole(3, 400), kernel("uint8", 400, 5), ZERO, constant(9, "uint8")),
    case("MatMulInteger", whole(2, 3, 4), whole(2, 4, 5), why="no zero points"),
    case("MatMulInteger", whole(3, 4), kernel("int8", 4, 5), ZERO, constant([0, 1, 2, 3, 4], "int8")),
    case(
        "MatMulInteger",
        uint8(3, 4),
        uint8(4, 5),
        constant([1, 2, 3], "uint8"),
        expected=[
            (uint8(3, 4).array.astype("int32") - np.array([[1], [2], [3]], "int32")) @ uint8(4, 5).array.astype("int32")
        ],
        why="rows",
    ),
    case("MatMulInteger", uint8(4), uint8(4), oracle="reference"),
    *[multiplied(whole(2, 3, 4), kernel("uint8", 4, 5), opset=v) for v in (10, 21)],
    multiplied(tensor("int8", 3, 4), kernel("int8", 4, 5), oracle="reference"),
    multiplied(whole(3, 300), kernel("int8", 300, 2), scale(0.01, 0.02), constant([1, 2], "int8")),
    multiplied(whole(2, 3, 4), whole(2, 4, 5)),
    case(
        "QLinearMatMul",
        tensor("float8_e4m3fn", 2, 3),
        *(scale(0.5), constant(0, "float8_e4m3fn"), tensor("float8_e4m3fn", 3, 2, seed=1), scale(2.0)),
        *(constant(0, "float8_e4m3fn"), scale(0.25), constant(0, "float8_e4m3fn")),
        expected=[
            (
                4
                * (
                    tensor("float8_e4m3fn", 2, 3).array.astype("float32")
                    @ tensor("float8_e4m3fn", 3, 2, seed=1).array.astype("float32")
                )
            ).astype(tensor("float8_e4m3fn", 1).array.dtype)
        ],
    ),
    case(
        "QLinearMatMul",
        *(live([[3, 250]], "uint8"), constant(0.5, "float16"), constant(0, "uint8")),
        *(live([[2], [1]], "uint8"), constant(0.25, "float16"), constant(0, "uint8")),
        *(constant(1.5, "float16"), constant(1, "uint8")),
        oracle="reference",
    ),
]
