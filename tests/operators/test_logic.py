"""Comparisons, logic, bits, and the choice between tensors."""

import numpy as np

from tests.operators.matrix import boolean, case, fails, float16, float32, float64, int8, int32, live, tensor, weight

COMPARISONS = {"Equal": (1, 7, 11, 13, 19), "Greater": (1, 7, 9, 13), "Less": (1, 7, 9, 13)}
ORDERS = {"GreaterOrEqual": (12, 16), "LessOrEqual": (12, 16)}
TRUTH = {"And": np.logical_and, "Or": np.logical_or, "Xor": np.logical_xor}
BITS = ("BitwiseAnd", "BitwiseOr", "BitwiseXor")
LIKE = live([1.0, np.nan, 0.0, 2.0]), live([1.0, np.nan, -0.0, 3.0])


def few(dtype, *shape, seed=0):
    return tensor(dtype, *shape, low=0, high=2, seed=seed)


def along_axis_1(op_type, function, dtype):
    """Until 7 the second input could be laid along any axis of the first; no oracle knows."""
    a, b = few(dtype, 2, 3, 4), few(dtype, 3, seed=1)
    return case(op_type, a, b, axis=1, broadcast=1, opset=1, expected=[function(a.array, b.array[:, None])])


CASES = [
    *[
        case(op, few("int32", 2, 3, 4), few("int32", 2, 3, 4, seed=1), opset=v)
        for op, vs in COMPARISONS.items()
        for v in vs
        if op == "Equal"
    ],
    *[
        case(op, float32(2, 3, 4), float32(2, 3, 4, seed=1), opset=v)
        for op, vs in COMPARISONS.items()
        for v in vs
        if op != "Equal"
    ],
    *[case(op, float32(2, 3, 4), float32(2, 3, 4, seed=1), opset=v) for op, vs in ORDERS.items() for v in vs],
    along_axis_1("Equal", np.equal, "int32"),
    along_axis_1("Greater", np.greater, "float32"),
    along_axis_1("Less", np.less, "float32"),
    *[case(op, *LIKE, why="NaN compares to nothing") for op in (*COMPARISONS, *ORDERS)],
    *[
        case(op, few(t, 2, 3), few(t, 3, seed=1))
        for op in (*COMPARISONS, *ORDERS)
        for t in ("uint8", "int64", "uint64", "float64")
    ],
    *[case(op, float16(2, 3), weight(float16(3, seed=1)), trains=False) for op in (*COMPARISONS, *ORDERS)],
    case("Equal", boolean(2, 3), boolean(3, seed=1)),
    case("Equal", live(["a", "b"], "string"), live(["a", "c"], "string"), opset=19),
    *[case(op, boolean(2, 3, 4), boolean(2, 3, 4, seed=1), opset=v) for op in TRUTH for v in (1, 7)],
    *[along_axis_1(op, function, "bool") for op, function in TRUTH.items()],
    *[case(op, boolean(2, 1, 4), boolean(3, 1, seed=1)) for op in TRUTH],
    *[case(op, int8(2, 3), int8(3, seed=1), opset=18) for op in BITS],
    *[
        case(op, tensor(t, 2, 3, high=90), tensor(t, 3, high=90, seed=1))
        for op in BITS
        for t in ("uint16", "int64", "uint64")
    ],
    *[
        case("BitShift", tensor("uint8", 2, 3, high=90), few("uint8", 3), direction=d, opset=v)
        for d in ("LEFT", "RIGHT")
        for v in (11, 28)
    ],
    *[case("BitShift", tensor("uint64", 2, 3, high=90), few("uint64", 3), direction=d) for d in ("LEFT", "RIGHT")],
    *[
        case("BitShift", live([5, -5, 5, -5], "int32"), live([1, 1, 40, -1], "int32"), direction=d, oracle="reference")
        for d in ("LEFT", "RIGHT")
    ],
    fails("BitShift", few("uint8", 3), few("uint8", 3), direction="UP", match="direction='UP'"),
    *[case("Where", boolean(2, 3, 4), float32(2, 3, 4), float32(2, 3, 4, seed=1), opset=v) for v in (9, 16)],
    case("Where", boolean(3, 1), float32(2, 1, 4), weight(float32(4))),
    case("Where", boolean(2, 3), live(1.0), live(0.0), why="rank 0"),
    case("Where", boolean(2, 3), int32(2, 3), int32(3)),
    case("Where", boolean(2, 3), tensor("uint64", 2, 3), tensor("uint64", 3)),
    case("Where", boolean(2, 3), float64(2, 3), float64(3)),
    case("Where", boolean(2, 3), boolean(3, seed=1), boolean(2, 3, seed=2)),
    case("Where", boolean(0, 3), float32(0, 3), float32(3)),
]
