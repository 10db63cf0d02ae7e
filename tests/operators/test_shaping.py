"""Operators that regroup, permute, copy, join and part tensors."""

import numpy as np

from tests.operators.matrix import boolean, case, constant, float16, float32, float64, live, tensor, weight

NEWEST = (21, 23, 24, 25)

REGROUPING = [
    case("Reshape", float32(2, 3, 4), opset=1, shape=[6, 4], expected=[float32(2, 3, 4).array.reshape(6, 4)]),
    *[case("Reshape", float32(2, 3, 4), constant([6, 4]), opset=v) for v in (5, 13, 14, 19, *NEWEST)],
    case("Reshape", float32(2, 3, 4), constant([0, -1])),
    case("Reshape", float32(2, 3, 4), constant([4, 6]), why="no axis survives"),
    case("Reshape", float32(2, 3, 4, 5), constant([0, 12, -1])),
    case("Reshape", float32(2, 3, 4), constant([-1])),
    case("Reshape", float32(1), constant(np.zeros(0)), why="to rank 0"),
    case("Reshape", float32(0, 3), constant([3, 0]), allowzero=1),
    case("Reshape", float32(0, 3), constant([0, 1, 3])),
    case("Reshape", float32(1, 3, 1, 4), constant([3, 4, 1])),
    case("Reshape", tensor("uint64", 2, 6), constant([3, 4])),
    case("Reshape", live([["a", "b"], ["c", "d"]], "string"), constant([4])),
    *[case("Flatten", float32(2, 3, 4), opset=v) for v in (1, 9, 11, 13, *NEWEST)],
    *[case("Flatten", float32(2, 3, 4, 5), axis=a) for a in (0, 2, 4, -1, -3)],
    case("Flatten", float32(1, 3, 1, 4), axis=2),
    case("Flatten", float32(2, 0, 4)),
    case("Flatten", live(1.5), axis=0, why="rank 0"),
    *[case("Squeeze", float32(2, 1, 3, 1), axes=[1], opset=v) for v in (1, 11)],
    case("Squeeze", float32(2, 1, 3, 1), opset=11, unknown=False),
    *[case("Squeeze", float32(2, 1, 3, 1), constant([-1, 1]), opset=v) for v in (13, *NEWEST)],
    case("Squeeze", float32(1, 3, 4, 1), constant([0])),
    case("Squeeze", float32(1, 1), constant([0, 1])),
    case("Squeeze", float32(2, 1, 3, 1), live([-1, 1], "int64"), why="the axes are computed"),
    *[case("Unsqueeze", float32(2, 3), axes=[0, 2], opset=v) for v in (1, 11)],
    *[case("Unsqueeze", float32(2, 3), constant([0, -1]), opset=v) for v in (13, *NEWEST)],
    case("Unsqueeze", float32(2, 3, 4), constant([3, 1]), why="in any order"),
    case("Unsqueeze", live(1.5), constant([0])),
    *[case("Transpose", float32(2, 3, 4), opset=v) for v in (1, 13, *NEWEST)],
    case("Transpose", float32(2, 3, 4, 5), perm=[0, 2, 3, 1]),
    case("Transpose", float32(2, 0, 4), perm=[1, 0, 2]),
    *[case("Identity", float32(2, 3), opset=v) for v in (1, 13, 14, 16, 19, *NEWEST)],
]

JOINING = [
    *[case("Expand", float32(3, 1), constant([2, 1, 4]), opset=v) for v in (8, 13)],
    case("Expand", float32(2, 3, 4), constant([3, 1]), why="the tensor has more axes"),
    case("Expand", boolean(1, 3), constant([0, 3])),
    case("Expand", live(1.5), constant([2, 3])),
    case("Tile", float32(2, 3), live(3.0), live(1.0), opset=1, expected=[np.tile(float32(2, 3).array, (1, 3))]),
    *[case("Tile", float32(2, 3), constant([2, 1]), opset=v) for v in (6, 13)],
    *[case("Tile", tensor(t, 2, 3), constant([1, 2])) for t in ("uint16", "int8", "bool", "float64")],
    case("Tile", float32(2, 3), constant([0, 2])),
    case(
        "Concat",
        float32(2, 3),
        float32(2, 3, seed=1),
        opset=1,
        expected=[np.concatenate([float32(2, 3).array, float32(2, 3, seed=1).array], 1)],
    ),
    *[case("Concat", float32(2, 3), float32(2, 4), axis=1, opset=v) for v in (4, 11, 13)],
    case("Concat", float32(2, 3, 4), weight(float32(2, 1, 4)), float32(2, 0, 4), axis=-2),
    case("Concat", float16(2, 3), axis=0),
    case("Concat", live([["a"]], "string"), live([["b"]], "string"), axis=1),
    *[case("Concat", tensor(t, 2, 3), tensor(t, 2, 3, seed=1), axis=0) for t in ("bool", "uint64", "int8")],
    case(
        "Split",
        float32(6, 2),
        opset=1,
        split=[2, 4],
        axis=0,
        outputs=(1, 1),
        expected=np.split(float32(6, 2).array, [2]),
    ),
    case(
        "Split",
        float32(6, 2),
        constant([2.0, 4.0], "float32"),
        opset=1,
        axis=0,
        outputs=(1, 1),
        expected=np.split(float32(6, 2).array, [2]),
    ),
    *[case("Split", float32(2, 6), split=[2, 4], axis=1, opset=v, outputs=(1, 1)) for v in (2, 11)],
    *[case("Split", float32(2, 6), axis=-1, opset=v, outputs=(1, 1, 1)) for v in (2, 11)],
    *[case("Split", float32(2, 6), constant([2, 4]), axis=1, opset=v, outputs=(1, 1)) for v in (13, 18)],
    case("Split", float32(2, 7), num_outputs=3, axis=1, outputs=(1, 1, 1), why="the last part is shorter"),
    case(
        "Split",
        float32(6),
        num_outputs=3,
        outputs=(1, 0, 1),
        expected=np.split(float32(6).array, 3)[::2],
        why="one part isn't wanted",
    ),
    case("Split", float32(4, 3), live([1, 3], "int64"), outputs=(1, 1), why="sizes are computed"),
    case("Split", float64(2, 6), constant([0, 6]), axis=1, outputs=(1, 1)),
]

CASES = REGROUPING + JOINING
