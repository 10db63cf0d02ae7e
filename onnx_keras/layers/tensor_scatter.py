"""TensorScatter: new elements in a cache."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.gathering import row_numbers
from onnx_keras.layers.sizes import numbered, product


@operator(since_version=24)
class TensorScatter(Operator):
    """Write into a cache, for each element of a batch from a place of its own.

    Inputs:
        past_cache: The cache, of shape (batch, ..., places, ...).
        update: What is written, a tensor alike with no more places.
        write_indices: The first place for each element of the batch, zero by default.

    Attributes:
        axis: The axis of the places.
        mode: "linear", or "circular" to go on at the first place after the last.

    Specification: https://onnx.ai/onnx/operators/onnx__TensorScatter.html
    """

    axis: int = -2
    mode: str = "linear"

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["mode"] not in ("linear", "circular"):
            yield f"mode={attributes['mode']!r}"

    def compute(self, past_cache: Any, update: Any, write_indices: Any = None) -> Any:
        axis, shape = self.axis % len(past_cache.shape), ops.shape(past_cache)
        sizes = ops.shape(update)[: axis + 1]
        before = [numbered(size, a, axis + 1) for a, size in enumerate(sizes[:-1])]
        places = numbered(sizes[-1], axis, axis + 1)
        if write_indices is not None:
            places = places + ops.reshape(ops.cast(write_indices, "int32"), (-1, *(1,) * axis))
        if self.mode == "circular":
            places = places % shape[axis]
        rows = row_numbers([*before, places], shape[: axis + 1]) + ops.zeros(sizes, "int32")
        flat = ops.reshape(past_cache, (product(shape[: axis + 1]), *shape[axis + 1 :]))
        new = ops.reshape(update, (product(sizes), *shape[axis + 1 :]))
        return ops.reshape(native.scattered(flat, ops.reshape(rows, (-1,)), new, "none"), shape)
