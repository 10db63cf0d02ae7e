"""Slice and Pad."""

import numpy as np

from tests.operators.matrix import boolean, case, constant, fails, float16, float32, live, tensor

FAR = 2**63 - 1


def sliced(*shape, starts, ends, axes=None, steps=None, **options):
    more = [constant(v) if v is not None else None for v in (axes, steps)]
    return case("Slice", float32(*shape), constant(starts), constant(ends), *more, **options)


def padded(given, pads, *more, **options):
    return case("Pad", given, constant(pads), *more, **options)


SLICES = [
    case("Slice", float32(4, 5), starts=[1, 0], ends=[3, -1], opset=1),
    case("Slice", float32(4, 5), starts=[1], ends=[FAR], axes=[1], opset=1),
    *[sliced(4, 5, starts=[1, 0], ends=[3, -1], opset=v) for v in (10, 11, 13)],
    sliced(4, 5, 6, starts=[1], ends=[FAR], axes=[-1], why="an end beyond"),
    sliced(4, 5, 6, starts=[1, 2], ends=[3, 4], why="the first axes"),
    sliced(4, 5, starts=[0, 1], ends=[FAR, 5], axes=[1, 0], steps=[2, 3]),
    sliced(4, 5, starts=[-1], ends=[-FAR], axes=[1], steps=[-1], why="backwards to the front"),
    sliced(4, 5, starts=[3, 4], ends=[0, 1], axes=[0, 1], steps=[-2, -1]),
    sliced(4, 5, starts=[100], ends=[1], axes=[1], steps=[-1]),
    sliced(4, 5, starts=[-100], ends=[-100], axes=[1], steps=[1], why="nothing is left"),
    sliced(4, 5, starts=[3], ends=[2], axes=[0]),
    case("Slice", float32(4, 5), live([1], "int64"), live([4], "int64"), constant([1]), why="bounds are computed"),
    case("Slice", float32(4, 5, 6), live([1, 2], "int64"), live([4, 4], "int64"), why="fewer bounds than axes"),
    case("Slice", float32(4, 5), live([-2], "int32"), live([2**31 - 1], "int32"), constant([1], "int32")),
    case(
        "Slice", float32(4, 5), live([1, 0], "int64"), live([FAR, -1], "int64"), constant([0, 1]), live([2, 1], "int64")
    ),
    case(
        *("Slice", float32(4, 5, 6), live([1], "int64"), live([FAR], "int64"), live([-1], "int64")),
        why="the axis is computed",
    ),
    case("Slice", float32(4, 5), constant([1]), constant([FAR]), live([-1], "int64"), why="only the axis is computed"),
    case(
        *("Slice", float32(4, 5, 6), live([-1, -FAR], "int64"), live([-FAR, -FAR], "int64")),
        *(live([2, 0], "int64"), live([-2, -1], "int64")),
        why="everything is computed, and walks backwards",
    ),
    case("Slice", float32(4, 5), live([FAR], "int64"), live([0], "int64"), constant([1]), constant([-1])),
    case("Slice", live([["a", "b"]], "string"), constant([1]), constant([2]), constant([1])),
]

MODES = ("reflect", "edge", "wrap")
PADS = [
    case(
        "Pad",
        float32(2, 3),
        opset=1,
        paddings=[0, 1, 2, 0],
        value=1.5,
        expected=[np.pad(float32(2, 3).array, [(0, 2), (1, 0)], constant_values=1.5)],
    ),
    case("Pad", float32(2, 3), opset=2, pads=[0, 1, 2, 0], value=1.5),
    case("Pad", float32(2, 3, 4), opset=2, pads=[0, 1, 2, 0, 1, 3], mode="reflect"),
    *[padded(float32(2, 3), [0, 1, 2, 0], constant(1.5, "float32"), opset=v) for v in (11, 13, 18, 19, 21, 23, 24, 25)],
    padded(float32(2, 3), [0, 1, 2, 0], why="zeros by default"),
    padded(float32(2, 3, 4), [1, 2], constant(1.5, "float32"), constant([-1])),
    padded(float32(4, 5), [-1, 1, 0, -2], opset=18, why="negative pads take away"),
    padded(float32(4, 5), [-1, 1, 1, -2], constant(0.5, "float32"), opset=18),
    *[padded(float32(2, 3, 4, 5), [0, 0, 1, 2, 0, 0, 2, 1], mode=m, opset=19) for m in MODES],
    padded(float32(3, 4), [1, 2], None, constant([1]), mode="reflect", opset=19),
    padded(float32(2, 3), [0, 1, 0, 1], live(1.5), why="the value is computed"),
    case(
        "Pad", float32(2, 3), live([0, 1, 2, 0], "int64"), constant(1.5, "float32"), opset=18, why="pads are computed"
    ),
    case("Pad", float32(2, 3), live([0, 1, 0, 2], "int64"), mode="edge", opset=18),
    *[
        case(
            *("Pad", float32(4, 5, 6), live([1, -2, 2, 1], "int64"), None, live([-1, 0], "int64")),
            mode=mode,
            opset=18,
            why="the axes are computed",
        )
        for mode in ("constant", "reflect")
    ],
    *[
        padded(tensor(t, 2, 3), [0, 1, 2, 0], constant(1, t), opset=18)
        for t in ("int8", "int64", "uint64", "bool", "float64")
    ],
    padded(boolean(2, 3), [0, 1, 0, 0], opset=18),
    padded(float16(2, 3), [0, 1, 0, 0], opset=18),
    padded(float32(0, 3), [1, 0, 1, 0]),
    fails("Pad", float32(2, 3), constant([0, 1, 0, 1]), mode="smooth", match="mode='smooth'"),
]

CASES = SLICES + PADS
