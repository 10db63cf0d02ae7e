"""Arithmetic of two or more tensors."""

import numpy as np

from tests.operators.matrix import bfloat16, case, float16, float32, float64, int8, int32, int64, live, tensor, weight

FOUR = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide}
SIGNED = live([[7, -7, 7, -7], [6, -6, 1, -1]], "int32"), live([[2, 2, -2, -2], [3, 3, 5, 5]], "int32")
EDGES = live([0.0, -0.0, np.inf, np.nan, 5.0, -5.0, 5.0]), live([2.0, 2.0, 2.0, 2.0, np.inf, np.inf, -3.0])


def whole(dtype, *shape, seed=0):
    return tensor(dtype, *shape, low=1, high=9, seed=seed)


def along_axis_1(op_type, function, opset):
    """Until 7 the second input could be laid along any axis of the first; no oracle knows."""
    a, b = float32(2, 3, 4, low=1), float32(3, low=1)
    return case(op_type, a, b, axis=1, broadcast=1, opset=opset, expected=[function(a.array, b.array[:, None])])


CASES = [
    *[case(op, float32(2, 3, 4), float32(2, 3, 4, low=1, seed=1), opset=v) for op in FOUR for v in (1, 6, 7, 13, 14)],
    *[along_axis_1(op, function, v) for op, function in FOUR.items() for v in (1, 6)],
    *[case(op, float32(2, 3, 4), weight(float32(3, 1, low=1)), why="weights broadcast") for op in FOUR],
    *[case(op, weight(float32(4, low=1)), float32(2, 3, 4, low=1)) for op in FOUR],
    *[case(op, float32(2, 4, 4, 4), weight(float32(4, 1, 1, low=1)), why="all sizes are one") for op in FOUR],
    *[case(op, float32(2, 1, 4), float32(3, 1, low=1), why="both sides broadcast") for op in FOUR],
    *[case(op, live(2.0), float32(2, 3, low=1), why="rank 0") for op in FOUR],
    *[case(op, float32(0, 3), float32(3)) for op in FOUR],
    *[
        case(op, whole(t, 2, 3), whole(t, 3, seed=1))
        for op in FOUR
        for t in ("int8", "uint8", "int16", "uint32", "int64", "uint64")
    ],
    *[case(op, float16(2, 3), float16(3, low=1)) for op in FOUR],
    *[case(op, bfloat16(2, 3), bfloat16(3, low=1)) for op in FOUR],
    *[case(op, float64(2, 3), float64(3, low=1)) for op in FOUR],
    case("Div", *SIGNED, why="quotients of integers are rounded towards zero"),
    *[case("Mod", *SIGNED, opset=v) for v in (10, 13, 28)],
    case("Mod", *SIGNED, fmod=1),
    case("Mod", float32(2, 3), float32(3, low=1), fmod=1),
    case("Mod", float16(2, 3), float16(3, low=1), fmod=1),
    case("Mod", float32(2, 3), float32(3, low=1), oracle="reference"),
    case("Mod", *EDGES, oracle="reference"),
    case("Mod", *EDGES, fmod=1, oracle="reference"),
    *[case("Mod", whole(t, 2, 3), whole(t, 3, seed=1)) for t in ("uint8", "int16", "uint64")],
    *[case("Mod", whole(t, 2, 3), whole(t, 3, seed=1), fmod=1) for t in ("uint8", "int16", "int64")],
    *[case("Pow", float32(2, 3, low=0.5), float32(2, 3), opset=v) for v in (1, 7, 12, 13, 15)],
    along_axis_1("Pow", np.power, 1),
    case("Pow", float32(2, 3), live(2, "int64"), why="an exponent of another type"),
    case("Pow", float32(2, 3), live(2.0, "float64")),
    case("Pow", int32(2, 3, low=-3, high=3), live([3, 2, 0], "int64")),
    case("Pow", live([4, 9, 16], "int32"), live([0.5, 2.0, 1.5])),
    case("Pow", live([1, -1, 2, 3], "int32"), live([-1, -3, -1, 2], "int32"), why="fractions are cut off"),
    case("Pow", float32(2, 3, low=0.5), weight(float32(3))),
    *[case(op, float32(2, 3, 4), float32(2, 3, 4, seed=1), opset=v) for op in ("Sum", "Mean") for v in (1, 6, 8, 13)],
    *[
        case(op, float32(2, 3, 4), float32(2, 3, 4, seed=1), opset=v)
        for op in ("Max", "Min")
        for v in (1, 6, 8, 12, 13)
    ],
    *[case(op, float32(2, 3, 4), float32(3, 1), weight(float32(4))) for op in ("Sum", "Mean", "Max", "Min")],
    *[case(op, float32(2, 3)) for op in ("Sum", "Mean", "Max", "Min")],
    *[case(op, float16(2, 3), float16(3)) for op in ("Sum", "Mean", "Max", "Min")],
    *[case(op, live([1.0, np.nan, 3.0]), live([np.nan, 2.0, 2.0]), why="NaN wins") for op in ("Max", "Min")],
    *[
        case(op, tensor(t, 2, 3), tensor(t, 3, seed=1))
        for op in ("Max", "Min")
        for t in ("int8", "uint16", "int64", "uint64")
    ],
    case("Sub", int8(2, 3), int8(3, seed=1), oracle="reference", why="integers wrap"),
    case("Mul", int64(2, 3), int64(3, seed=1)),
]
