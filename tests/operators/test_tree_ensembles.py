"""Tree ensembles of ai.onnx.ml."""

import functools

import numpy as np
import onnx
import pytest

import onnx_keras
from tests.operators.matrix import Input, case, expected, fails, float32, float64, int64, live, model_of

ml = functools.partial(case, domain="ai.onnx.ml")
MODES = ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ")


def forest(role, targets, trees=3, features=2, modes=MODES[:1], seed=0, dense=False, low=-1.0, splits=None):
    """Draw trees of uneven depth, as the attributes of old have them."""
    rng = np.random.default_rng(seed)
    nodes = {n: [] for n in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids")}
    weights = {n: [] for n in ("treeids", "nodeids", "ids", "weights")}

    def grow(tree, depth):
        node = sum(t == tree for t in nodes["treeids"])
        place = len(nodes["treeids"])
        is_leaf = depth == 0 or (node and rng.random() < 0.3)
        mode = "LEAF" if is_leaf else str(rng.choice(modes))
        split = 0.0 if is_leaf else float(rng.choice(splits) if splits else rng.uniform(-1, 1))
        row = (tree, node, 0 if is_leaf else int(rng.integers(features)), mode, split, 0, 0)
        for column, value in zip(nodes.values(), row):
            column.append(value)
        if is_leaf:
            ids = range(targets) if dense else [int(rng.integers(targets))]
            for i in ids:
                for column, value in zip(weights.values(), (tree, node, i, float(rng.uniform(low, 1)))):
                    column.append(value)
        else:
            nodes["truenodeids"][place] = grow(tree, depth - 1)
            nodes["falsenodeids"][place] = grow(tree, depth - 1)
        return node

    for tree in range(trees):
        grow(tree + 5, 3)
    return {f"nodes_{n}": v for n, v in nodes.items()} | {f"{role}_{n}": v for n, v in weights.items()}


def tensor(values, dtype="float32"):
    return onnx.numpy_helper.from_array(np.array(values, dtype))


def in_tensors(attributes, role, dtype):
    """Give the lists of floats as tensors of another type."""
    changed = dict(attributes)
    for name in ("nodes_values", f"{role}_weights"):
        changed[f"{name}_as_tensor"] = tensor(changed.pop(name), dtype)
    return changed


def regressor(x, targets=1, opset=3, tree=None, **options):
    return ml(
        "TreeEnsembleRegressor", x, opset=opset, n_targets=targets, **(tree or forest("target", targets)), **options
    )


def classifier(x, labels, opset=3, tree=None, **options):
    kind = "strings" if isinstance(labels[0], str) else "int64s"
    given = tree or forest("class", len(labels))
    options = {"oracle": "runtime", **options, f"classlabels_{kind}": labels}
    return ml("TreeEnsembleClassifier", x, opset=opset, outputs=(1, 1), **given, **options)


def of_class(number, **options):
    """Give trees all of whose weights belong to one class of two."""
    tree = forest("class", 1, **options)
    return {**tree, "class_ids": [number] * len(tree["class_ids"])}


X = float32(6, 2, low=-1.0, high=1.0)
WHOLE = int64(6, 2, low=-1, high=1)
HALVES = live([[0.5, 0.0], [0.0, 0.5], [-0.5, np.nan], [np.nan, -0.5]])
GRID = [-0.5, 0.0, 0.5]
MISSING = {"nodes_missing_value_tracks_true": [i % 2 for i in range(len(forest("target", 1)["nodes_modes"]))]}
TRANSFORMS = ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO")

GENERAL = {
    "tree_roots": [0, 2],
    "nodes_featureids": [0, 1, 1],
    "nodes_modes": tensor([0, 3, 6], "uint8"),
    "nodes_splits": tensor([0.5, -0.5, 0.0]),
    "nodes_truenodeids": [1, 0, 2],
    "nodes_trueleafs": [0, 1, 1],
    "nodes_falsenodeids": [2, 1, 3],
    "nodes_falseleafs": [1, 1, 1],
    "leaf_targetids": [0, 1, 0, 1],
    "leaf_weights": tensor([1.0, -2.0, 0.25, 4.0]),
    "membership_values": tensor([0.0, 0.5, np.nan]),
    "n_targets": 2,
}


def in_double(given):
    names = ("nodes_splits", "leaf_weights", "membership_values")
    return {**given, **{n: tensor(onnx.numpy_helper.to_array(given[n]), "float64") for n in names}}


def as_before(make, *arguments, opset):
    """State a case of a revision that ONNX Runtime doesn't run, and that means what the one before meant."""
    return make(*arguments, opset=opset, oracle="", expected=expected(make(*arguments)))


def in_floats(given):
    return Input(given.array.astype("float32"))


def general(x, function, number=0, transform=None):
    """State a case of a TreeEnsemble; ONNX Runtime swaps the numbers of softmax and logistic."""
    plain = ml("TreeEnsemble", x, **GENERAL, aggregate_function=function)
    if not number:
        return plain
    (sums,) = expected(plain)
    return ml(
        "TreeEnsemble", x, **GENERAL, aggregate_function=function, post_transform=number, expected=[transform(sums)]
    )


def softmax(x):
    return np.exp(x) / np.exp(x).sum(1, keepdims=True)


def logistic(x):
    return 1 / (1 + np.exp(-x))


CASES = [
    regressor(X, opset=1),
    regressor(X, targets=3, tree=forest("target", 3, modes=MODES)),
    *[regressor(HALVES, tree=forest("target", 1, modes=(m,), splits=GRID)) for m in MODES],
    regressor(HALVES, tree=forest("target", 2, modes=MODES, splits=GRID, trees=9, seed=2), targets=2),
    regressor(HALVES, **MISSING, why="some comparisons with NaN are true"),
    *[
        regressor(X, t, tree=forest("target", t, dense=True), aggregate_function=f, base_values=[0.5] * t)
        for f in ("SUM", "AVERAGE", "MIN", "MAX")
        for t in (1, 2)
    ],
    regressor(X, 3, aggregate_function="MIN", tree=forest("target", 3, trees=1), why="targets without a weight"),
    *[regressor(X, 2, post_transform=t) for t in TRANSFORMS[1:]],
    regressor(X, post_transform="SOFTMAX", why="one sum has no transform"),
    regressor(float64(6, 2, low=-1.0, high=1.0), tree=in_tensors(forest("target", 1), "target", "float64")),
    regressor(float64(6, 2, low=-1.0, high=1.0)),
    regressor(WHOLE, expected=expected(regressor(in_floats(WHOLE)))),
    as_before(regressor, X, opset=5),
    classifier(X, [5, 3, 7], opset=1),
    as_before(classifier, X, [5, 3, 7], opset=5),
    classifier(X, ["a", "b", "ç"]),
    *[classifier(X, [0, 1, 2], tree=forest("class", 3, dense=True), post_transform=t) for t in TRANSFORMS],
    classifier(X, [0, 1, 2], base_values=[0.1, 0.2, 0.9]),
    classifier(X, [0, 1, 2, 3, 4], tree=forest("class", 2, low=-2.0, trees=2), why="classes without a weight"),
    *[
        classifier(X, [5, 3], tree=of_class(number, low=low), post_transform=t)
        for number in (0, 1)
        for low in (0.0, -1.0)
        for t in ("NONE", "LOGISTIC", "SOFTMAX")
    ],
    classifier(X, ["no", "yes"], tree=of_class(0)),
    classifier(X, [5, 3], tree=of_class(0), base_values=[0.3]),
    classifier(X, [5, 3], tree=of_class(0), base_values=[0.3, 0.4], post_transform="LOGISTIC"),
    classifier(X, [1], tree=of_class(0), base_values=[0.3]),
    classifier(X, [0, 1], tree=forest("class", 2, dense=True), oracle="reference", why="the larger of two sums"),
    classifier(float64(6, 2), [0, 1, 2], tree=in_tensors(forest("class", 3), "class", "float64")),
    classifier(WHOLE, [0, 1, 2]),
    ml("TreeEnsemble", live([[0.0, 0.5], [0.9, 0.5], [0.1, -1.0], [np.nan, 0.0]]), **GENERAL),
    *[general(HALVES, function) for function in (0, 2, 3)],
    general(HALVES, 0, 1, softmax),
    general(HALVES, 1, 2, logistic),
    ml("TreeEnsemble", HALVES, **GENERAL, nodes_missing_value_tracks_true=[1, 0, 1]),
    ml("TreeEnsemble", live([[0.0, 0.5], [0.9, 0.5]], "float64"), **in_double(GENERAL)),
    fails("TreeEnsemble", X, domain="ai.onnx.ml", **{**GENERAL, "aggregate_function": 7}, match="aggregate_function=7"),
]


def test_what_learns_are_weights_of_leaves_and_base_values():
    model = onnx_keras.load(model_of(regressor(X, base_values=[0.5])))
    assert [v.name for v in model.trainable_variables] == ["weights", "base_values"]


def test_a_branch_that_leads_back_is_named():
    tree = forest("target", 1)
    inner = next(i for i, mode in enumerate(tree["nodes_modes"]) if mode != "LEAF")
    tree["nodes_truenodeids"][inner] = tree["nodes_nodeids"][inner]
    with pytest.raises(onnx_keras.InvalidModelError, match="leads back"):
        onnx_keras.load(model_of(regressor(X, tree=tree)))
