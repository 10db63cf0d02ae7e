"""Operators that make tensors from sizes and numbers."""

import math
from typing import Any

import numpy as np
from keras import ops

from onnx_keras.axis_rules import Inserts, Locates, TellsType
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.internal import nested_tensor
from onnx_keras.layers.sizes import listed, narrow, numbered, product, scalar
from onnx_keras.types import carried, type_name


@operator(since_version=25)
class ConstantOfShape(Operator):
    """A tensor whose elements are all the same.

    Inputs:
        input: The shape.

    Attributes:
        value: An array of the one element, by default zero of type float32.

    Specification: https://onnx.ai/onnx/operators/onnx__ConstantOfShape.html
    """

    value: Any = None

    static_inputs = ("input",)

    def compute(self, input: Any) -> Any:
        value = np.zeros(1, "float32") if self.value is None else carried(self.value)
        return ops.full(listed(input, "The shape of a ConstantOfShape"), value.reshape(()), value.dtype.name)


@operator(since_version=27)
class Range(Operator):
    """Numbers from a start to a limit, which is not reached.

    Inputs:
        start: The first number.
        limit: The number before which they end.
        delta: The step from one to the next.

    Attributes:
        stash_type: The type in which floats of sixteen bits are computed.
        element_type: The type of the numbers, which plain values don't have.

    Specification: https://onnx.ai/onnx/operators/onnx__Range.html
    """

    stash_type: int = 1
    element_type: str = layout_field("int64")

    axis_rule = TellsType("element_type")
    static_inputs = ("start", "limit", "delta")

    def compute(self, start: Any, limit: Any, delta: Any) -> Any:
        start, limit, delta = scalar(start), scalar(limit), scalar(delta)
        wide = type_name(self.stash_type) if self.element_type in ("float16", "bfloat16") else self.element_type
        numbers = ops.cast(ops.arange(count_steps(start, limit, delta), dtype="int32"), wide)
        first, step = (ops.convert_to_tensor(n, dtype=wide) for n in (start, delta))
        return ops.cast(numbers * step + first, self.element_type)


@operator(since_version=22)
class EyeLike(Operator):
    """Ones on a diagonal, zeros elsewhere.

    Inputs:
        input: The matrix whose shape is meant.

    Attributes:
        element_type: The number of the type, by default that of `input`.
        k: Which diagonal: above the main one if positive, below if negative.

    Specification: https://onnx.ai/onnx/operators/onnx__EyeLike.html
    """

    element_type: int | None = None
    k: int = 0

    attribute_names = {"element_type": "dtype"}

    def compute(self, input: Any) -> Any:
        rows, columns = ops.shape(input)
        is_one = numbered(columns, 1, 2) - numbered(rows, 0, 2) == self.k
        return ops.cast(is_one, input.dtype if self.element_type is None else type_name(self.element_type))


@operator(since_version=28)
class OneHot(Operator):
    """Vectors with one element on and the others off.

    Inputs:
        indices: For each vector, which element is on; none where that lies outside.
        depth: The length of the vectors.
        values: What off and on is.

    Attributes:
        axis: The axis of the result along which the vectors lie.

    Specification: https://onnx.ai/onnx/operators/onnx__OneHot.html
    """

    axis: int = -1

    axis_rule = Inserts("axis")
    static_inputs = ("depth",)

    def compute(self, indices: Any, depth: Any, values: Any) -> Any:
        depth, rank = scalar(depth), len(indices.shape) + 1
        depth = int(depth) if isinstance(depth, (int, float)) else ops.cast(depth, "int32")
        places = numbered(depth, self.axis % rank, rank)
        index = ops.expand_dims(ops.cast(indices, "int64"), self.axis)
        index = ops.where(index < 0, index + ops.cast(depth, index.dtype), index)
        return native.where(index == ops.cast(places, index.dtype), values[1], values[0])


@operator(since_version=14)
class Trilu(Operator):
    """The upper or lower triangle of matrices, zeros elsewhere.

    Inputs:
        input: Matrices, in a tensor of at least two axes.
        k: The diagonal at which the triangle ends: above the main one if positive, below if negative.

    Attributes:
        upper: Whether the upper triangle is kept.
        axes: Where the rows and the columns of the matrices lie.

    Specification: https://onnx.ai/onnx/operators/onnx__Trilu.html
    """

    upper: int = 1
    axes: tuple[int, int] = layout_field((-2, -1))

    axis_rule = Locates("axes", (-2, -1))
    static_inputs = ("k",)

    def compute(self, input: Any, k: Any = None) -> Any:
        sizes, rank = ops.shape(input), len(input.shape)
        row, column = (numbered(sizes[a], a % rank, rank) for a in self.axes)
        diagonal = column - row
        k = 0 if k is None else narrow(scalar(k))
        is_kept = diagonal >= k if self.upper else diagonal <= k
        return native.where(is_kept, input, ops.zeros_like(input))


@operator(since_version=13)
class NonZero(Operator):
    """The indices of all elements that are not zero.

    Inputs:
        x: Tensor of any shape.

    Returns:
        A matrix with a row for each axis and a column for each element, in the order of the elements.

    Specification: https://onnx.ai/onnx/operators/onnx__NonZero.html
    """

    depends_on_data = True

    def compute(self, x: Any) -> Any:
        return ops.cast(ops.stack(ops.nonzero(x)), "int64")


@operator(since_version=25)
class Shape(Operator):
    """The sizes of a tensor.

    Inputs:
        data: Tensor of any shape.

    Attributes:
        start: The first axis that counts.
        end: The axis before which they end, by default behind the last.

    Specification: https://onnx.ai/onnx/operators/onnx__Shape.html
    """

    start: int = 0
    end: int | None = None

    def compute(self, data: Any) -> Any:
        return nested_tensor(tuple(ops.shape(data)[self.start : self.end]), "int64")


@operator(since_version=25)
class Size(Operator):
    """The number of elements of a tensor.

    Inputs:
        data: Tensor of any shape.

    Specification: https://onnx.ai/onnx/operators/onnx__Size.html
    """

    def compute(self, data: Any) -> Any:
        return ops.cast(product(ops.shape(data)), "int64")


def count_steps(start: Any, limit: Any, delta: Any) -> Any:
    """Count the numbers from a start to a limit."""
    if all(isinstance(n, (int, float)) for n in (start, limit, delta)):
        count = -((start - limit) // delta) if isinstance(limit - start, int) else math.ceil((limit - start) / delta)
        return max(count, 0)
    wide = "float64" if any("float" in str(getattr(n, "dtype", type(n))) for n in (start, limit, delta)) else "int64"
    start, limit, delta = (ops.cast(n, wide) for n in (start, limit, delta))
    count = -((start - limit) // delta) if wide == "int64" else ops.ceil((limit - start) / delta)
    return ops.cast(ops.maximum(count, 0), "int32")
