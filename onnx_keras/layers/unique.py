"""Unique: each element once."""

from typing import Any

from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator


@operator(since_version=28)
class Unique(Operator):
    """Keep of equal elements, or slices, only the first.

    Inputs:
        x: Tensor of any shape.

    Attributes:
        axis: The axis of the slices; by default elements are compared, in a vector.
        sorted: Whether they are sorted, slices by their first element that differs; else they stay in their order.

    Returns:
        The different elements; where each occurs first; for every element of `x` which of them it is; how often
        each occurs.

    Specification: https://onnx.ai/onnx/operators/onnx__Unique.html
    """

    axis: int | None = None
    sorted: int = 1

    depends_on_data = True

    def compute(self, x: Any) -> tuple[Any, ...]:
        x = ops.reshape(x, (-1,)) if self.axis is None else x
        axis = (self.axis or 0) % len(x.shape)
        first, inverse, counts = native.unique(x, axis)
        if not self.sorted:
            order = ops.argsort(first)
            first, counts = ops.take(first, order), ops.take(counts, order)
            inverse = ops.take(ops.argsort(order), inverse)
        return ops.take(x, first, axis), *(ops.cast(i, "int64") for i in (first, inverse, counts))
