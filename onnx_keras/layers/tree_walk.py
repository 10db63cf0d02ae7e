"""Walking down all trees at once, and adding up what their leaves give."""

from collections.abc import Callable, Sequence
from typing import Any

from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.tree_tables import MEMBER

COMPARISONS: tuple[Callable[[Any, Any], Any], ...] = (
    ops.less_equal,
    ops.less,
    ops.greater_equal,
    ops.greater,
    ops.equal,
    ops.not_equal,
)


def leaves_reached(
    x: Any,
    branches: Any,
    roots: Any,
    features: Any,
    splits: Any,
    comparisons: Sequence[int],
    depth: int,
    modes: Any = None,
    missing: Any = None,
    members: Any = None,
    sets: Any = None,
) -> Any:
    """Number the leaf that each row of features reaches in each tree; `tree_tables` says what the tables hold."""
    if "float64" in (ops.dtype(x), ops.dtype(splits)):
        splits = ops.cast(splits, "float64")
    x, branches = ops.cast(x, splits.dtype), ops.reshape(branches, (-1,))
    node = ops.broadcast_to(roots, (ops.shape(x)[0], roots.shape[0]))
    for _ in range(depth):
        value = ops.take_along_axis(x, ops.take(features, node, axis=0), axis=1)
        tests = [
            is_member(value, node, members, sets) if c == MEMBER else COMPARISONS[c](value, ops.take(splits, node))
            for c in comparisons
        ]
        holds = chosen(tests, comparisons, node, modes)
        if missing is not None:
            holds = ops.logical_or(holds, ops.logical_and(ops.isnan(value), ops.take(missing, node, axis=0)))
        node = ops.take(branches, 2 * node + ops.cast(holds, node.dtype), axis=0)
    return node


def chosen(tests: Sequence[Any], comparisons: Sequence[int], node: Any, modes: Any) -> Any:
    """Choose for each node the outcome of its own comparison."""
    result = tests[0]
    for test, comparison in zip(tests[1:], comparisons[1:]):
        result = ops.where(ops.take(modes, node, axis=0) == comparison, test, result)
    return result


def is_member(value: Any, node: Any, members: Any, sets: Any) -> Any:
    """Say whether each value is in the set of its node."""
    own = ops.take(ops.cast(members, value.dtype), ops.take(sets, node, axis=0), axis=0)
    return ops.any(own == ops.expand_dims(value, -1), axis=-1)


def aggregated(leaves: Any, entries: Any, ids: Any, weights: Any, count: int, function: str) -> tuple[Any, Any]:
    """Aggregate the weights of leaves for each of so many targets.

    Returns:
        A matrix with a row for each row of leaves, and which of its elements got a weight.
    """
    neutral = {"MIN": float("inf"), "MAX": float("-inf")}.get(function, 0.0)
    found = ops.take(entries, leaves, axis=0)
    is_weight = found < weights.shape[0]
    more = ops.cast(ops.full((1,), neutral), weights.dtype)
    given = ops.take(ops.concatenate([weights, more]), found, axis=0)
    targets = ops.take(ops.append(ids, ops.zeros((1,), ids.dtype)), found, axis=0)
    rows = ops.shape(leaves)[0]
    places = ops.reshape(targets + ops.reshape(count * ops.arange(rows, dtype=ids.dtype), (-1, 1, 1)), (-1,))
    reduction = function.lower() if function in ("MIN", "MAX") else "add"
    start = ops.cast(ops.full((rows * count,), neutral), weights.dtype)
    sums = native.scattered(start, places, ops.reshape(given, (-1,)), reduction)
    marks = ops.reshape(ops.cast(is_weight, "int32"), (-1,))
    seen = native.scattered(ops.zeros((rows * count,), "int32"), places, marks, "add") > 0
    sums, seen = ops.reshape(sums, (rows, count)), ops.reshape(seen, (rows, count))
    if function == "AVERAGE":
        sums = sums / leaves.shape[1]
    return ops.where(seen, sums, ops.zeros_like(sums)), seen
