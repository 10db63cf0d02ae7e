"""Losses of a classification."""

import itertools

from tests.operators.matrix import case, constant, fails, float16, float32, float64, live, weight

ROWS = float32(5, 3)
CLASSES = live([0, 2, 1, -1, 2], "int64")
IMAGE = float32(2, 3, 4, 5)
PLACES = live([[[(i * j + k) % 3 for k in range(5)] for j in range(4)] for i in (1, 2)], "int64")
WEIGHTS = float32(3, low=0.1, high=2.0)
REDUCTIONS = ("none", "sum", "mean")

CASES = [
    *[
        case(name, float32(5, 3), live([0, 2, 1, 1, 2], "int64"), opset=v)
        for name, versions in (("NegativeLogLikelihoodLoss", (12, 13, 22)), ("SoftmaxCrossEntropyLoss", (12, 13)))
        for v in versions
    ],
    *[
        case(name, IMAGE, PLACES, w, reduction=r, ignore_index=i, oracle="reference")
        for name in ("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")
        for r, w, i in itertools.product(REDUCTIONS, (None, WEIGHTS), (None, 1))
    ],
    *[
        case(name, weight(ROWS), CLASSES, constant(WEIGHTS.array, "float32"), reduction=r, ignore_index=-1)
        for name in ("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")
        for r in REDUCTIONS
    ],
    *[case("SoftmaxCrossEntropyLoss", IMAGE, PLACES, outputs=(1, 1), reduction=r) for r in REDUCTIONS],
    case(
        "SoftmaxCrossEntropyLoss",
        float64(2, 3, 4),
        live([[0, 1, 2, 1], [2, 2, 0, 0]], "int32"),
        WEIGHTS.__class__(WEIGHTS.array.astype("float64")),
    ),
    case("SoftmaxCrossEntropyLoss", float16(5, 3), live([0, 2, 1, 0, 2], "int64"), oracle="reference"),
    case("NegativeLogLikelihoodLoss", float32(2, 3, 2, 2, 2), live([[[[0, 1], [2, 2]]] * 2] * 2, "int32")),
    fails("NegativeLogLikelihoodLoss", ROWS, CLASSES, reduction="median", match="reduction"),
]
