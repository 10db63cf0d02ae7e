"""Operators that choose, order or count elements by what they are, and that cut or turn axes."""

import itertools

import numpy as np

from tests.operators.matrix import case, constant, float32, float64, int32, live, tensor

TWICE = live([2.0, 1.0, 1.0, 3.0, 4.0, 3.0])
ROWS = live([[1, 0, 0], [1, 0, 0], [2, 3, 4], [0, 9, 9], [2, 3, 0]], "float32")
DEEP = live([[[1, 1], [0, 1], [2, 1], [0, 1]], [[1, 1], [0, 1], [2, 1], [0, 1]]], "int64")
ALL = (1, 1, 1, 1)

UNIQUE = [
    *[case("Unique", TWICE, sorted=s, outputs=ALL, opset=v) for s, v in itertools.product((0, 1), (11, 28))],
    *[case("Unique", ROWS, axis=a, sorted=s, outputs=ALL) for a, s in itertools.product((0, 1, -1), (0, 1))],
    *[case("Unique", DEEP, axis=a, outputs=ALL) for a in (0, 1, 2)],
    case("Unique", int32(4, 5, low=0, high=3)),
    case("Unique", DEEP, outputs=(1, 0, 0, 1)),
    case("Unique", tensor("uint8", 9, low=0, high=3), outputs=(1, 0, 1)),
    case("Unique", live([[7.0]]), outputs=ALL),
]

LENGTHS = live([3, 1, 2, 4], "int64")

TURNS = [
    *[case("ReverseSequence", float32(4, 4), LENGTHS, opset=v) for v in (10, 28)],
    case("ReverseSequence", float32(4, 5, 2, 3), LENGTHS, batch_axis=0, time_axis=1),
    case("ReverseSequence", float32(5, 4, 2, 3), constant([5, 0, 1, 2])),
    case("ReverseSequence", tensor("int64", 4, 4), LENGTHS, batch_axis=0, time_axis=1),
]

CUTS = [
    case("CenterCropPad", float32(5, 8), constant([3, 11])),
    case("CenterCropPad", float32(2, 3, 8, 7), constant([5, 10]), axes=[2, 3]),
    case("CenterCropPad", float32(2, 3, 8, 7), constant([4, 6]), axes=[-1, 1]),
    case("CenterCropPad", float32(4, 4), live([5, 2], "int32"), why="a computed shape"),
]

DETERMINANTS = [
    *[case("Det", float32(3, 3), opset=v) for v in (11, 22)],
    case("Det", float64(2, 3, 4, 4)),
    case("Det", live([[[2, 1], [0.5, 1]], [[0, 1], [1, 0]]], "float16"), expected=[np.float16([1.5, -1])]),
    case("Det", float32(2, 1, 1)),
]

CASES = UNIQUE + TURNS + CUTS + DETERMINANTS
