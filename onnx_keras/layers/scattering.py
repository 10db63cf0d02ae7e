"""Operators that write elements at indices, where negative indices count from the end."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.axis_rules import AlongStraight
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.gathering import columns_of, positions, row_numbers
from onnx_keras.layers.sizes import product

REDUCTIONS = ("none", "add", "mul", "max", "min")


class Scatter(Operator):
    """A tensor into which others are written.

    Inputs:
        data: Tensor of any rank of at least one.
        indices: Where to write.
        updates: What to write.

    Attributes:
        reduction: What becomes of the elements that are there: "none" of them stays, or they are combined with the
            new ones by "add", "mul", "max" or "min".
    """

    reduction: str = "none"

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["reduction"] not in REDUCTIONS:
            yield f"reduction={attributes['reduction']!r}"


@operator(since_version=18)
class ScatterElements(Scatter):
    """Write an element for each index; its place along the other axes is that of the index.

    Attributes:
        axis: The axis that `indices` number.

    Specification: https://onnx.ai/onnx/operators/onnx__ScatterElements.html
    """

    axis: int = 0

    axis_rule = AlongStraight("axis")

    def compute(self, data: Any, indices: Any, updates: Any) -> Any:
        shape, axis = ops.shape(data), self.axis % len(data.shape)
        rows = row_numbers([indices if a == axis else positions(indices, a) for a in range(len(shape))], shape)
        data, rows, updates = (ops.reshape(x, (-1,)) for x in (data, rows, updates))
        return ops.reshape(native.scattered(data, rows, updates, self.reduction), shape)


@operator(since_version=18)
class ScatterND(Scatter):
    """Write a slice for each vector of indices, which number the first axes of `data`.

    Specification: https://onnx.ai/onnx/operators/onnx__ScatterND.html
    """

    def compute(self, data: Any, indices: Any, updates: Any) -> Any:
        shape, columns = ops.shape(data), columns_of(indices)
        known, rest = shape[: len(columns)], shape[len(columns) :]
        flat = ops.reshape(data, (product(known), *rest))
        new = ops.reshape(updates, (product(ops.shape(indices)[:-1]), *rest))
        rows = ops.reshape(row_numbers(columns, known), (-1,))
        return ops.reshape(native.scattered(flat, rows, new, self.reduction), shape)
