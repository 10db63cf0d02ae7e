"""Operators that read or write elements at indices."""

import numpy as np

from tests.operators.matrix import boolean, case, constant, fails, float16, float32, int32, live, tensor, weight

ROWS = live([[0, 2], [-1, 1]], "int64")
PLACES = live([[0, 1, -1], [2, 0, 1]], "int64")
NEW = float32(2, 3, seed=1)
WRITES = ("add", "mul", "max", "min")

READS = [
    *[case("Gather", float32(3, 4), constant([[0, 2], [1, 1]]), opset=v) for v in (1, 11, 13)],
    case("Gather", weight(float32(5, 4)), live([[0, 2], [4, 1]], "int64"), why="an embedding"),
    case("Gather", weight(float32(4, 5, 3)), live([[0, 2], [4, 1]], "int32"), axis=1),
    case("Gather", float32(2, 3, 4, 5), ROWS, axis=1),
    case("Gather", float32(2, 3, 4), constant(-1), axis=-1, why="rank 0"),
    case("Gather", float32(3, 4), constant(np.zeros((0, 2)))),
    case("Gather", live(["a", "b", "c"], "string"), constant([2, 0])),
    *[case("Gather", tensor(t, 3, 4), constant([2, 0]), axis=1) for t in ("bool", "float16", "uint64")],
    *[case("GatherElements", float32(3, 4), live([[0, 2], [-1, 1]], "int64"), opset=v, axis=1) for v in (11, 13)],
    case(
        "GatherElements",
        float32(3, 4, 5),
        live([[[0, 2], [-1, 1]]], "int32"),
        axis=0,
        why="fewer indices than elements",
    ),
    case("GatherElements", float32(3, 4), constant([[0, 2, 1, 1]]), axis=-2),
    *[case("GatherND", float32(2, 3, 4), constant([[0, 2], [-1, 1]]), opset=v) for v in (11, 12, 13)],
    case("GatherND", float32(2, 3, 4), constant([[1], [0]])),
    case("GatherND", float32(2, 3, 4), constant([[2], [0]]), batch_dims=1),
    case("GatherND", float32(2, 3, 4), constant([[[2, 1], [0, 3], [-1, 0]], [[1, 1], [0, 0], [2, 2]]]), batch_dims=1),
    case("GatherND", float32(2, 3, 4), constant([[[2], [0], [1]], [[1], [1], [1]]]), batch_dims=2),
    case("GatherND", tensor("bool", 2, 2), constant([[0, 0], [1, 1]])),
    *[case("Compress", float32(3, 4), live([True, False, True], "bool"), axis=0, opset=v) for v in (9, 11, 28)],
    case("Compress", float32(3, 4), live([False, True, True], "bool"), why="of all elements"),
    case("Compress", float32(3, 4), constant([False, True], "bool"), axis=-1),
    case("Compress", float32(3, 4), constant([False, False], "bool"), axis=1),
]

WRITING = [
    case(
        "Scatter",
        live([[1.0], [2.0], [3.0]]),
        live([[2], [0]], "int64"),
        live([[4.0], [5.0]]),
        opset=9,
        expected=[np.float32([[5], [2], [4]])],
    ),
    case(
        "Scatter",
        live([[1.0], [2.0], [3.0]]),
        live([[2], [0]], "int64"),
        live([[4.0], [5.0]]),
        opset=11,
        why="deprecated",
        expected=[np.float32([[5], [2], [4]])],
    ),
    *[case("ScatterElements", float32(3, 4), PLACES, NEW, opset=v) for v in (11, 13, 16, 18)],
    case("ScatterElements", float32(3, 4, 5), live([[[0, 1], [3, -2]]], "int32"), float32(1, 2, 2), axis=1),
    *[case("ScatterElements", float32(3, 4), PLACES, NEW, axis=1, reduction=r) for r in WRITES],
    *[
        case(
            "ScatterElements",
            float32(3),
            live([1, 1, 1, 0], "int64"),
            float32(4, seed=2),
            reduction=r,
            why="several in one place",
        )
        for r in WRITES
    ],
    *[case("ScatterElements", int32(3, 4), PLACES, int32(2, 3, seed=1), reduction=r) for r in ("none", *WRITES)],
    case("ScatterElements", boolean(3, 4), PLACES, boolean(2, 3, seed=1)),
    case("ScatterElements", float16(3, 4), PLACES, float16(2, 3, seed=1), reduction="add"),
    case("ScatterElements", float32(3, 4), constant(np.zeros((0, 4))), float32(0, 4)),
    case("ScatterElements", weight(float32(3, 4)), PLACES, weight(NEW), reduction="add"),
    *[
        case("ScatterND", float32(4, 5), constant([[1], [-1]]), float32(2, 5, seed=1), opset=v)
        for v in (11, 13, 16, 18)
    ],
    case("ScatterND", float32(4, 5, 2), constant([[[1, 2], [0, 0]], [[-1, 4], [3, 1]]]), float32(2, 2, 2, seed=1)),
    *[
        case("ScatterND", float32(4, 5), constant([[1, 1], [1, 1], [2, 0]]), float32(3, seed=1), reduction=r)
        for r in WRITES
    ],
    *[
        case("ScatterND", tensor(t, 4, 5), constant([[1], [3]]), tensor(t, 2, 5, seed=1))
        for t in ("int64", "bool", "uint8")
    ],
    fails("ScatterND", float32(4, 5), constant([[1]]), float32(1, 5), reduction="mean", match="reduction='mean'"),
]

CASES = READS + WRITING
