"""Reductions, where the extreme elements are, distributions, cumulative sums and the largest elements."""

import numpy as np
import onnx
import onnx.reference
import pytest

import onnx_keras
from tests.operators.matrix import bfloat16, boolean, case, constant, float16, float32, float64, int32, live, tensor

OLD = {
    **dict.fromkeys(["ReduceMean", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare"], (1, 11, 13)),
    **dict.fromkeys(["ReduceLogSum", "ReduceLogSumExp"], (1, 11, 13)),
    **dict.fromkeys(["ReduceMax", "ReduceMin"], (1, 11, 12, 13)),
    "ReduceSum": (1, 11),
}
NEW = {
    **dict.fromkeys(["ReduceMean", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare"], (18,)),
    **dict.fromkeys(["ReduceLogSum", "ReduceLogSumExp"], (18, 28)),
    **dict.fromkeys(["ReduceMax", "ReduceMin"], (18, 20)),
    "ReduceSum": (13,),
}
WHOLE = ("ReduceSum", "ReduceMean", "ReduceProd", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare")


def some(*shape):
    return float32(*shape, low=0.2, high=2)


REDUCTIONS = [
    *[case(op, some(2, 3, 4), axes=[1], opset=v) for op, versions in OLD.items() for v in versions],
    *[case(op, some(2, 3, 4), keepdims=0, opset=11) for op in OLD],
    *[case(op, some(2, 3, 4), constant([1]), opset=v) for op, versions in NEW.items() for v in versions],
    *[case(op, some(2, 3, 4, 5), constant([-1, 1]), keepdims=0) for op in NEW],
    *[case(op, some(2, 3, 4), why="all axes") for op in NEW],
    *[case(op, some(2, 3), noop_with_empty_axes=1, oracle="reference") for op in NEW],
    *[case(op, some(2, 3), constant(np.zeros(0)), keepdims=0, oracle="reference") for op in NEW],
    *[case(op, live(1.5), why="rank 0") for op in NEW],
    *[case(op, some(2, 3, 4), live([-1, 0], "int64"), keepdims=k, unknown=False) for op in NEW for k in (0, 1)],
    *[case("ReduceMean", int32(2, 3, 4), live([2], "int64"), keepdims=k, unknown=False) for k in (0, 1)],
    *[
        case(op, some(2, 3, 4), live(axes, "int64"), oracle="reference", noop_with_empty_axes=noop, why="axes computed")
        for op in NEW
        for axes in ([], [1, -1])
        for noop in (0, 1)
    ],
    *[case(op, int32(2, 3, low=1, high=4), constant([1]), keepdims=0) for op in WHOLE],
    *[case(op, tensor("int64", 2, 3, low=1, high=4), constant([0]), oracle="reference") for op in WHOLE],
    *[case(op, tensor("uint8", 2, 3, high=9), constant([1])) for op in ("ReduceMax", "ReduceMin")],
    *[case(op, boolean(2, 3), constant([1]), oracle="reference") for op in ("ReduceMax", "ReduceMin")],
    *[case(op, boolean(2, 0), constant([1]), oracle="reference") for op in ("ReduceMax", "ReduceMin")],
    *[case(op, float16(2, 3, low=0.2), constant([1])) for op in NEW],
    *[
        case(op, bfloat16(2, 3, low=0.2), constant([1]), oracle="reference")
        for op in ("ReduceSum", "ReduceMax", "ReduceMean")
    ],
    *[case(op, float64(2, 3, low=0.2), constant([1]), oracle="reference") for op in NEW],
    *[
        case(op, float32(2, 0, 3), constant([1]), oracle="reference", why="nothing to reduce")
        for op in NEW
        if op != "ReduceMean"
    ],
    case(
        "ReduceMean",
        live([[5, -7, -4]], "int32"),
        constant([1]),
        expected=[np.array([[-2]], "int32")],
        why="rounded towards zero",
    ),
    *[case("ReduceMean", live(np.zeros((2, 0)), t), constant([1]), oracle="runtime") for t in ("int32", "int64")],
    *[
        case(op, live([[1.0, np.nan], [2.0, 3.0]]), constant([1]), oracle="reference")
        for op in ("ReduceMax", "ReduceMin", "ReduceSum")
    ],
    case(
        "ReduceLogSumExp",
        live([[1000.0, 1000.0], [-np.inf, -np.inf], [np.inf, 1.0]]),
        constant([1]),
        opset=18,
        why="exp would overflow",
    ),
]

TIES = live([[1.0, 3.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0]])
HOLES = live([[1.0, np.nan, 3.0, np.nan, -1.0], [np.nan] * 5, [2.0, 2.0, -0.0, 0.0, -np.inf]])
EXTREMES = [
    *[case(op, float32(2, 3, 4), axis=1, opset=v) for op in ("ArgMax", "ArgMin") for v in (1, 11, 12, 13)],
    *[case(op, float32(2, 3, 4), axis=-1, keepdims=0) for op in ("ArgMax", "ArgMin")],
    *[case(op, TIES, axis=1) for op in ("ArgMax", "ArgMin")],
    *[case(op, TIES, axis=1, select_last_index=1) for op in ("ArgMax", "ArgMin")],
    *[
        case(op, tensor(t, 2, 5, high=9), axis=1)
        for op in ("ArgMax", "ArgMin")
        for t in ("uint8", "int32", "float16", "float64")
    ],
    case("ArgMax", live([[-0.0, 0.0], [0.0, -0.0]]), axis=1, why="both zeros are equal"),
    case("TopK", float32(2, 3, 7), opset=1, k=3, outputs=(1, 1)),
    *[case("TopK", float32(2, 7), constant([3]), opset=v, outputs=(1, 1)) for v in (10, 11, 24)],
    case("TopK", float32(2, 7, 3), constant([3]), axis=1, largest=0, outputs=(1, 1)),
    case("TopK", TIES, constant([3]), outputs=(1, 1), why="of equal elements the first"),
    case("TopK", TIES, constant([3]), largest=0, outputs=(1, 1)),
    *[
        case("TopK", live(HOLES.array, t), constant([3]), largest=largest, outputs=(1, 1), why="NaN is the largest")
        for t in ("float16", "float32", "float64")
        for largest in (0, 1)
    ],
    *[
        case(op, live(HOLES.array, t), axis=1, select_last_index=last, oracle="reference", why="NaN is found")
        for op in ("ArgMax", "ArgMin")
        for t in ("float16", "float32", "float64")
        for last in (0, 1)
    ],
    case("TopK", float32(2, 7), live([2], "int64"), outputs=(1, 1), why="k is computed"),
    case("TopK", float32(2, 7), constant([3]), outputs=(0, 1), why="only the numbers are wanted"),
    case("TopK", float32(2, 7), constant([0]), outputs=(1, 1), oracle="reference"),
    *[
        case("TopK", tensor(t, 2, 7, high=9), constant([3]), largest=0, outputs=(1, 1), oracle="reference")
        for t in ("uint8", "int64", "float16")
    ],
]

DISTRIBUTIONS = [
    *[case(op, float32(2, 3, 4), opset=v) for op in ("Softmax", "LogSoftmax", "Hardmax") for v in (1, 11, 13)],
    *[case(op, float32(2, 3, 4), axis=2, opset=11) for op in ("Softmax", "LogSoftmax", "Hardmax")],
    *[case(op, float32(2, 3, 4), axis=1) for op in ("Softmax", "LogSoftmax", "Hardmax")],
    *[case(op, TIES) for op in ("Softmax", "LogSoftmax", "Hardmax")],
    *[case(op, float16(2, 3), axis=0) for op in ("Softmax", "LogSoftmax", "Hardmax")],
    *[case(op, float64(2, 3)) for op in ("Softmax", "LogSoftmax", "Hardmax")],
    *[case(op, live([[1000.0, 0.0, -1000.0]])) for op in ("Softmax", "LogSoftmax")],
    case("Softmax", float32(0, 3)),
    *[
        case(op, float32(2, 0, 3), axis=1, unknown=False, why="an empty axis")
        for op in ("Softmax", "LogSoftmax", "Hardmax")
    ],
]

CUMULATIVE = [
    *[case("CumSum", float32(2, 3, 4), constant(1), opset=v) for v in (11, 14)],
    case("CumSum", float32(2, 3, 4), constant([-1]), why="the axis in a vector"),
    *[
        case(op, float32(2, 3), constant(1), exclusive=e, reverse=r)
        for op in ("CumSum", "CumProd")
        for e in (0, 1)
        for r in (0, 1)
    ],
    case("CumProd", float32(2, 3), constant(0), opset=26),
    *[
        case(op, int32(2, 3, low=1, high=4), constant(0), exclusive=1, oracle="reference")
        for op in ("CumSum", "CumProd")
    ],
    *[case(op, float64(2, 3), constant(0), oracle="reference") for op in ("CumSum", "CumProd")],
    case("CumSum", float32(2, 0), constant(1), exclusive=1, oracle="reference"),
    case("CumSum", live([np.inf, 1.0, 2.0]), constant(0), exclusive=1),
]


CASES = REDUCTIONS + EXTREMES + DISTRIBUTIONS + CUMULATIVE


@pytest.mark.parametrize("op_type", NEW)
@pytest.mark.parametrize("keepdims", [0, 1])
def test_axes_and_sizes_are_known_when_the_model_runs(op_type, keepdims):
    text = f"""
    <ir_version: 10, opset_import: ["": 20]>
    g (float[N, 3, L] x, int64[2] axes) => (float y) {{ y = {op_type} <keepdims = {keepdims}> (x, axes) }}
    """
    proto = onnx.parser.parse_model(text)
    inputs = {"x": some(2, 3, 4).array, "axes": np.array([-1, 0])}
    (wanted,) = onnx.reference.ReferenceEvaluator(proto).run(None, inputs)
    for trace in (False, True):
        got = onnx_keras.run(onnx_keras.load(proto), inputs, trace=trace)
        np.testing.assert_allclose(got, wanted, rtol=1e-5)
        assert got.shape == wanted.shape
