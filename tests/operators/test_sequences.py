"""Cases of the operators on sequences and optional values."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

import onnx_keras
from tests.operators.matrix import case, constant, float32, graph, int64, live, optional, sequence

A, B, C = float32(2, 3), float32(1, 3, seed=1), float32(2, 3, seed=2)
THREE = sequence(A, B, C)
NEST = sequence(float32(2, 1, 2), float32(2, 3, 2, seed=1))
FLOATS = helper.make_tensor_type_proto(TensorProto.FLOAT, (2, 3))
LIST = helper.make_sequence_type_proto(FLOATS)

GATHERED = graph("""gathered (int64 i, bool going, seq(float[?, 3]) s) => (bool going, seq(float[?, 3]) t) {
    t = SequenceInsert (s, outside0)
}""")
CHOSEN = graph("chosen () => (seq(float) a) { a = SequenceConstruct (outside0, outside1) }")
OTHER = graph("other () => (seq(float) b) { b = SequenceConstruct (outside1) }")
DOUBLED = graph("doubled (float[?, 3] x) => (float[?, 3] y) { y = Add (x, x) }")

CASES = [
    case("SequenceEmpty", expected=[[]]),
    case("SequenceEmpty", dtype=TensorProto.INT64, expected=[[]]),
    case("SequenceConstruct", A, B, C),
    case("SequenceConstruct", int64(2), int64(3)),
    case("SequenceConstruct", live(1.5), float32(2), why="ranks differ", oracle="reference"),
    case("SequenceAt", THREE, constant(1)),
    case("SequenceAt", THREE, live(-1, "int64")),
    case("SequenceInsert", THREE, B),
    case("SequenceInsert", THREE, B, live(1, "int64")),
    case("SequenceInsert", THREE, B, constant(-1)),
    case("SequenceErase", THREE),
    case("SequenceErase", THREE, live(0, "int64")),
    case("SequenceErase", THREE, constant(-2)),
    case("SequenceLength", THREE),
    *(case("SplitToSequence", float32(5, 3), opset=opset) for opset in (11, 24)),
    case("SplitToSequence", float32(2, 5), axis=1, keepdims=0),
    case("SplitToSequence", float32(2, 5), constant(2), axis=-1),
    case("SplitToSequence", float32(2, 5, 2), live([1, 4], "int64"), axis=1),
    case("SplitToSequence", float32(6, 2), live(4, "int64")),
    case("ConcatFromSequence", THREE, axis=0),
    case("ConcatFromSequence", NEST, axis=-2),
    case("ConcatFromSequence", sequence(A, C), axis=1, new_axis=1),
    case("ConcatFromSequence", sequence(A, C), axis=-1, new_axis=1),
    *(case("Optional", A, expected=[A.array], opset=opset) for opset in (15, 28)),
    case("Optional", THREE, expected=[THREE.array]),
    case("Optional", type=FLOATS, expected=[None]),
    case("Optional", type=LIST, expected=[None]),
    *(
        case("OptionalHasElement", optional(x, there), opset=opset, expected=[there])
        for x in (A, THREE)
        for there in (True, False)
        for opset in (15, 18, 28)
    ),
    case("OptionalHasElement", expected=[False]),
    case("OptionalHasElement", A, expected=[True]),
    *(case("OptionalGetElement", optional(x), opset=o, expected=[x.array]) for x in (A, THREE) for o in (15, 18, 28)),
    case("OptionalGetElement", A, expected=[A.array]),
    case("Identity", THREE),
    case("Identity", optional(A), expected=[A.array]),
    case("Loop", live(3, "int64"), None, sequence(A), body=GATHERED, outside=(B,), why="a sequence is carried"),
    case("Loop", live(0, "int64"), None, sequence(A), body=GATHERED, outside=(B,), why="a sequence, no time"),
    case("If", live(True, "bool"), then_branch=CHOSEN, else_branch=OTHER, outside=(A, C)),
    case("If", live(False, "bool"), then_branch=CHOSEN, else_branch=OTHER, outside=(A, C)),
    case("SequenceMap", THREE, body=DOUBLED, expected=[[2 * a for a in THREE.array]]),
]


@pytest.mark.parametrize("trace", [False, True])
def test_a_loop_fills_a_sequence_that_starts_empty(trace):
    model = onnx.parser.parse_model("""
    <ir_version: 10, opset_import: ["": 21]>
    g (float[N, 3] x, int64 n) => (float[M, 3] y) {
        none = SequenceEmpty ()
        all = Loop (n, , none) <body: graph = b (int64 i, bool going, seq(float[K, 3]) s) => (bool going, seq(float[K, 3]) t) {
            k = CastLike (i, x)
            row = Mul (x, k)
            t = SequenceInsert (s, row)
        }>
        y = ConcatFromSequence <axis = 0> (all)
    }""")
    x = np.arange(6, dtype="float32").reshape(2, 3)
    result = onnx_keras.run(onnx_keras.load(model), {"x": x, "n": np.array(3)}, trace=trace)
    np.testing.assert_array_equal(result, np.concatenate([0 * x, x, 2 * x]))
