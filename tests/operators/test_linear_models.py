"""Linear models of ai.onnx.ml."""

import functools

from tests.operators.matrix import case, fails, float32, float64, int64, live

ml = functools.partial(case, domain="ai.onnx.ml")
COEFFICIENTS = [0.5, -1.0, 0.25, 2.0, 0.1, -0.3]
TRANSFORMS = ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT")
UNIT = live([[0.1, 0.2, 0.3], [0.9, 0.05, 0.4]])
SHARES = [0.3, 0.3, 0.3, 0.1, 0.5, 0.2]

two_targets = functools.partial(ml, "LinearRegressor", coefficients=COEFFICIENTS, targets=2)
three_classes = functools.partial(
    ml, "LinearClassifier", outputs=(1, 1), coefficients=COEFFICIENTS, intercepts=[0.1, 0.0, -0.2]
)
one_sum = functools.partial(ml, "LinearClassifier", outputs=(1, 1), coefficients=[0.5, -1.0], intercepts=[0.1])

CASES = [
    two_targets(float32(4, 3), intercepts=[0.5, -0.5], opset=1),
    two_targets(float32(4, 3), why="no intercepts"),
    two_targets(float32(0, 3)),
    *[two_targets(float32(4, 3), intercepts=[0.5, -0.5], post_transform=t) for t in TRANSFORMS[:4]],
    ml("LinearRegressor", UNIT, coefficients=SHARES, targets=2, post_transform="PROBIT", terms=512),
    ml("LinearRegressor", float32(4, 3), coefficients=COEFFICIENTS[:3], intercepts=[1.0], post_transform="LOGISTIC"),
    ml("LinearRegressor", UNIT, coefficients=SHARES[:3], post_transform="PROBIT", terms=512),
    *[three_classes(float32(4, 2), classlabels_ints=[3, 5, 7], post_transform=t, opset=1) for t in TRANSFORMS[:4]],
    three_classes(float32(4, 2), classlabels_strings=["a", "b", "ü"]),
    three_classes(int64(4, 2, low=-3, high=3), classlabels_ints=[0, 1, 2]),
    three_classes(float64(4, 2), classlabels_ints=[0, 1, 2]),
    *[one_sum(float32(5, 2), classlabels_ints=[4, 6], post_transform=t) for t in TRANSFORMS[:4]],
    one_sum(float32(5, 2), classlabels_strings=["no", "yes"]),
    one_sum(float32(5, 2), classlabels_ints=[4], match="1 labels"),
    one_sum(float32(5, 2), classlabels_ints=[4, 6], post_transform="PROBIT", match="PROBIT for one sum"),
    fails(
        "LinearRegressor", float32(4, 3), domain="ai.onnx.ml", coefficients=[1.0] * 3, post_transform="X", match="=X"
    ),
]
