"""Attention: which steps see which, and the scores of a query."""

from typing import Any

import numpy as np

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.operands import elementwise
from onnx_keras.exporting.tensor import Tensor, in_keras_order


def seen(op: Graph, query: Tensor, key: Tensor, causal: bool, window: int | None = None) -> Tensor | None:
    """Say which steps of the key a step of the query sees: (steps of the query, steps of the key); None for all.

    Args:
        op: The graph.
        query: The query, its steps at axis 1.
        key: The key, its steps at axis 1.
        causal: Whether only steps that come no later are seen.
        window: From which distance on steps aren't seen.
    """
    if not causal and window is None:
        return None
    rows, columns = column(op, steps(op, query)), steps(op, key)
    distance = elementwise(op, "Sub", [rows, columns])
    no_later = compared(op, "GreaterOrEqual", distance, 0) if causal else None
    if window is None:
        return no_later
    near = compared(op, "Less", distance.become(op.Abs(distance)), window)
    return near if no_later is None else both(op, no_later, near)


def both(op: Graph, a: Tensor | None, b: Tensor | None) -> Tensor | None:
    """Combine two masks, each of which may be None."""
    if a is None or b is None:
        return b if a is None else a
    return elementwise(op, "And", [a, b], "bool")


def compared(op: Graph, op_type: str, x: Tensor, number: int) -> Tensor:
    result = elementwise(op, op_type, [x, number], x.dtype)
    return result.become(result.name, dtype="bool")


def column(op: Graph, x: Tensor) -> Tensor:
    return in_keras_order(op.Unsqueeze(x, np.array([1], np.int64)), (*x.shape, 1), x.dtype)


def steps(op: Graph, x: Tensor) -> Tensor:
    """Number the steps of a sequence from 0."""
    size = x.shape[1]
    if size is not None:
        return op.held(np.arange(size), "steps")
    axis = x.axis(1)
    count = op.Squeeze(op.Shape(x, start=axis, end=axis + 1))
    return in_keras_order(op.Range(np.array(0), count, np.array(1)), (None,), "int64")


def large_negative(x: Tensor) -> Any:
    """Give what Keras puts in the place of scores that aren't seen."""
    return -0.7 * float(np.finfo(x.dtype).max)
