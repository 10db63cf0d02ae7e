"""Operators that read elements at indices, where negative indices count from the end."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from onnx_keras.axis_rules import AlongIfGiven, AlongStraight, Gathers
from onnx_keras.errors import UnsupportedModelError
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import numbered, product


@operator(since_version=13)
class Gather(Operator):
    """Read slices along an axis.

    Inputs:
        data: Tensor of any rank of at least one.
        indices: The numbers of the slices.

    Attributes:
        axis: The axis, in whose place the axes of `indices` come.

    Specification: https://onnx.ai/onnx/operators/onnx__Gather.html
    """

    axis: int = 0

    axis_rule = Gathers("axis")
    weight_names = {"data": "embeddings"}

    def compute(self, data: Any, indices: Any) -> Any:
        table = native.with_dense_gradient(data) if isinstance(data, keras.Variable) and data.trainable else data
        return ops.take(table, indices, axis=self.axis)


@operator(since_version=13)
class GatherElements(Operator):
    """Read an element for each index; its place along the other axes is that of the index.

    Inputs:
        data: Tensor of any rank of at least one.
        indices: Numbers along the axis, in a tensor of the rank of `data`.

    Attributes:
        axis: The axis.

    Specification: https://onnx.ai/onnx/operators/onnx__GatherElements.html
    """

    axis: int = 0

    axis_rule = AlongStraight("axis")

    def compute(self, data: Any, indices: Any) -> Any:
        axis = self.axis % len(data.shape)
        slices = [slice(None) if a == axis else slice(0, size) for a, size in enumerate(ops.shape(indices))]
        return ops.take_along_axis(native.sliced(data, slices), indices, axis=axis)


@operator(since_version=13)
class GatherND(Operator):
    """Read a slice for each vector of indices.

    Inputs:
        data: Tensor of any rank of at least one.
        indices: Vectors of numbers along the first axes of `data`.

    Attributes:
        batch_dims: How many leading axes both tensors share; the vectors number the axes after them.

    Specification: https://onnx.ai/onnx/operators/onnx__GatherND.html
    """

    batch_dims: int = 0

    def compute(self, data: Any, indices: Any) -> Any:
        columns = columns_of(indices)
        columns = (*(positions(columns[0], a) for a in range(self.batch_dims)), *columns)
        shape, depth = ops.shape(data), len(columns)
        flat = ops.reshape(data, (product(shape[:depth]), *shape[depth:]))
        return ops.take(flat, row_numbers(columns, shape[:depth]), axis=0)


@operator(since_version=28)
class Compress(Operator):
    """Keep the slices for which a condition is true.

    Inputs:
        input: Tensor of any rank of at least one.
        condition: Truth values, maybe fewer than slices.

    Attributes:
        axis: The axis of the slices; by default all elements are taken for a vector.

    Specification: https://onnx.ai/onnx/operators/onnx__Compress.html
    """

    axis: int | None = None

    axis_rule = AlongIfGiven("axis", data=("input",))
    depends_on_data = True

    def compute(self, input: Any, condition: Any) -> Any:
        (kept,) = ops.nonzero(condition)
        return ops.take(input, kept, axis=self.axis)


def columns_of(indices: Any) -> tuple[Any, ...]:
    """Part vectors of indices: a tensor of numbers for each axis that they number.

    Raises:
        UnsupportedModelError: The length of the vectors isn't known.
    """
    if indices.shape[-1] is None:
        raise UnsupportedModelError("The last size of the indices of GatherND and ScatterND has to be known.")
    return tuple(indices[..., i] for i in range(indices.shape[-1]))


def positions(like: Any, axis: int) -> Any:
    """Number the places of a tensor along an axis, in a shape that broadcasts with it."""
    return numbered(ops.shape(like)[axis], axis, len(like.shape), ops.dtype(like))


def row_numbers(columns: Sequence[Any], sizes: Sequence[Any]) -> Any:
    """Turn a number for each of several axes into one, as if the axes were one."""
    rows = 0
    for column, size in zip(columns, sizes):
        along = ops.cast(size, column.dtype)
        rows = rows * along + ops.where(column < 0, column + along, column)
    return rows
