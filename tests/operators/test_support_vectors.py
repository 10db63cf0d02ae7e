"""Support vector machines of ai.onnx.ml."""

import functools

import numpy as np

from tests.operators.matrix import case, fails, float32, float64, int64

ml = functools.partial(case, domain="ai.onnx.ml")
X = float32(6, 3)


def numbers(count, seed, low=-1.0, high=1.0):
    return np.random.default_rng(seed).uniform(low, high, count).astype("float32").tolist()


def regressor(x, kernel="LINEAR", supports=4, **options):
    parameters = {"kernel_type": kernel, "kernel_params": [0.4, 0.3, 2.0]}
    vectors = {"support_vectors": numbers(12, 1), "n_supports": 4} if supports else {}
    return ml("SVMRegressor", x, coefficients=numbers(supports or 3, 2), rho=[0.25], **parameters, **vectors, **options)


def classifier(x, labels, per_class=(), kernel="RBF", chances=False, low=-1.0, **options):
    classes, vectors = len(labels), sum(per_class)
    pairs = classes * (classes - 1) // 2
    given = {f"classlabels_{'strings' if isinstance(labels[0], str) else 'ints'}": labels}
    given |= {"kernel_type": kernel if vectors else "LINEAR", "kernel_params": [0.4, 0.3, 3.0]}
    given |= {"support_vectors": numbers(3 * vectors, 3), "vectors_per_class": list(per_class)} if vectors else {}
    given |= {"prob_a": numbers(pairs, 4, -3.0, -1.0), "prob_b": numbers(pairs, 5)} if chances else {}
    count = (classes - 1) * vectors if vectors else classes * 3
    given |= {"coefficients": numbers(count, 6, low), "rho": numbers(max(pairs, 1), 7)}
    return ml("SVMClassifier", x, outputs=(1, 1), **{**given, **options}, terms=256)


THREE = [5, 3, 7]
CASES = [
    *[regressor(X, kernel, opset=1) for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID")],
    regressor(X, supports=0),
    regressor(float32(0, 3), "RBF"),
    regressor(float32(3), supports=0),
    regressor(X, "RBF", one_class=1, trains=False),
    fails("SVMRegressor", X, domain="ai.onnx.ml", post_transform="LOGISTIC", match="post_transform=LOGISTIC"),
    fails("SVMRegressor", X, domain="ai.onnx.ml", kernel_type="COSINE", match="kernel_type=COSINE"),
    *[classifier(X, THREE, (2, 1, 3), kernel, opset=1) for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID")],
    classifier(X, ["a", "b", "ø", "d"], (1, 2, 1, 2)),
    classifier(float64(6, 3), THREE, (2, 1, 3)),
    classifier(int64(6, 3, low=-2, high=2), THREE, (2, 1, 3)),
    *[classifier(X, THREE, (2, 1, 3), post_transform=t) for t in ("SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO")],
    classifier(X, THREE, (2, 1, 3), chances=True),
    classifier(X, [0, 1, 2, 3, 4], (2, 1, 3, 1, 1), chances=True, post_transform="SOFTMAX"),
    classifier(X, [5, 3], (2, 3), chances=True),
    *[classifier(X, [5, 3], (2, 3), post_transform=t) for t in ("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO")],
    classifier(X, [5, 3], (2, 3), low=0.0),
    classifier(X, ["no", "yes"], (2, 3)),
    *[classifier(X, THREE, post_transform=t) for t in ("NONE", "LOGISTIC", "SOFTMAX")],
    classifier(X, [5, 3]),
    classifier(X, [5, 3], low=0.0),
    classifier(X, ["one"]),
    classifier(X, [5, 3], (2, 3), post_transform="PROBIT", match="PROBIT for one sum"),
]
