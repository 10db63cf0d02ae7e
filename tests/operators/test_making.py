"""Operators that make tensors from sizes and numbers."""

import numpy as np
from onnx import TensorProto, numpy_helper

from tests.operators.matrix import boolean, case, constant, float32, int32, int64, live, tensor


def one(value, dtype):
    return numpy_helper.from_array(np.array([value], dtype))


NEWEST = (21, 23, 24, 25)

CASES = [
    *[
        case("ConstantOfShape", live([2, 3], "int64"), value=one(1.5, "float32"), opset=v, unknown=False)
        for v in (9, 20, *NEWEST)
    ],
    case("ConstantOfShape", live([2, 0], "int64"), unknown=False, why="zeros by default"),
    *[
        case("ConstantOfShape", live([3], "int64"), value=one(v, t), unknown=False)
        for v, t in ((7, "int64"), (True, "bool"), (3, "uint8"), (0.1, "float64"))
    ],
    *[case("Range", live(1, "int64"), live(9, "int64"), live(3, "int64"), opset=v) for v in (11, 27)],
    case("Range", live(9, "int32"), live(1, "int32"), constant(-2, "int32"), why="downwards"),
    case("Range", live(0.5), live(2.0), live(0.3)),
    case("Range", live(0.5, "float64"), live(2.0, "float64"), live(0.3, "float64")),
    case("Range", live(1.0, "float16"), live(2.0, "float16"), live(0.25, "float16")),
    case("Range", live(5, "int64"), live(1, "int64"), live(1, "int64"), why="nothing"),
    *[case("EyeLike", float32(3, 4), opset=v) for v in (9, 22)],
    case("EyeLike", int32(3, 4), k=-1, dtype=TensorProto.FLOAT),
    case("EyeLike", float32(3, 3), k=2, dtype=TensorProto.INT64),
    *[case("OneHot", live([0, 2, 1], "int64"), constant(3), live([0.0, 1.0]), opset=v) for v in (9, 11, 28)],
    case(
        "OneHot",
        live([[0, 5], [-1, -9]], "int64"),
        constant([3]),
        constant([2, 7]),
        axis=1,
        opset=11,
        why="outside is off",
    ),
    case(
        "OneHot", live([[0.0, 2.0]]), constant(3.0, "float32"), live([0.0, 1.0]), axis=0, why="floats are indices too"
    ),
    case("OneHot", live([0, 2], "int32"), live(3, "int32"), live([0, 1], "int64"), why="the depth is computed"),
    case("Trilu", float32(3, 4), opset=14),
    *[case("Trilu", float32(2, 3, 4), constant(k), upper=u) for u in (0, 1) for k in (-1, 0, 2)],
    case("Trilu", int64(3, 3), live(1, "int64"), upper=0, why="the diagonal is computed"),
    case("Trilu", boolean(3, 3)),
    case("Trilu", float32(2, 0, 3)),
    *[case("NonZero", live([[1.0, 0.0], [0.0, 2.0]]), opset=v) for v in (9, 13)],
    *[case("NonZero", tensor(t, 2, 3, low=0, high=1)) for t in ("bool", "int64", "uint8")],
    *[case("Shape", float32(2, 3, 4), opset=v) for v in (1, 13, 15, 19, *NEWEST)],
    *[case("Shape", float32(2, 3, 4), start=s, end=e) for s, e in ((1, None), (-1, None), (0, -1), (2, 1), (-9, 9))],
    *[case("Size", float32(2, 3, 4), opset=v) for v in (1, 13, 19, *NEWEST)],
    case("Size", float32(2, 0)),
]
