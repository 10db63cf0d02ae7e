"""Reductions, in whatever order a tensor is stored."""

from typing import Any

import numpy as np

from onnx_keras.exporting.arrays import like
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.operands import elementwise
from onnx_keras.exporting.tensor import Tensor


def reduced(op: Graph, op_type: str, x: Tensor, axis: Any, keepdims: bool = False) -> Tensor:
    """Write a reduction over stored axes, all of them for None."""
    axes = x.axes(axis)
    name = op.node(op_type, [x, np.array(axes, np.int64)], 1, {"keepdims": int(keepdims)})
    return without(x.become(name), axes, keepdims)


def without(x: Tensor, axes: list[int], keepdims: bool) -> Tensor:
    """Take ONNX axes from a tensor, or leave units of them."""
    if keepdims:
        return x.become(
            x.name,
            order=x.order.straight(axes),
            shape=tuple(1 if a in axes else s for a, s in zip(x.order.axes, x.shape)),
        )
    kept = [a for a in range(x.rank) if a not in axes]
    order = x.order.relabel({a: i for i, a in enumerate(kept)})
    return x.become(x.name, order=order, shape=tuple(s for a, s in zip(x.order.axes, x.shape) if a not in axes))


def of_length_one(op: Graph, x: Tensor, axis: Any, epsilon: float) -> Tensor:
    """Divide by the root of the sum of squares over stored axes, or by `epsilon` where that is more."""
    norm = reduced(op, "ReduceL2", x, axis, True)
    return elementwise(op, "Div", [x, norm.become(op.Max(norm, like(norm, epsilon)))])
