"""Sequences of tensors: one vector of all elements and a matrix with the shape of each tensor (`containers`)."""

from typing import Any

from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import product, scalar
from onnx_keras.types import carrier, type_name

Sequence = dict[str, Any]


@operator(since_version=11)
class SequenceEmpty(Operator):
    """Make a sequence without tensors.

    Attributes:
        element_type: The type of the tensors' elements, as ONNX numbers it; float32 by default.

    Returns:
        A sequence.

    Specification: https://onnx.ai/onnx/operators/onnx__SequenceEmpty.html
    """

    element_type: int = 1

    attribute_names = {"element_type": "dtype"}

    def compute(self) -> Sequence:
        return {
            "elements": ops.zeros((0,), carrier(type_name(self.element_type))),
            "shapes": ops.zeros((0, 0), "int64"),
        }


@operator(since_version=11)
class SequenceConstruct(Operator):
    """Make a sequence of tensors.

    Inputs:
        inputs: Tensors of one type and rank.

    Returns:
        A sequence.

    Specification: https://onnx.ai/onnx/operators/onnx__SequenceConstruct.html
    """

    def compute(self, *inputs: Any) -> Sequence:
        flat = [ops.reshape(x, (-1,)) for x in inputs]
        rank = max(len(x.shape) for x in inputs)
        rows = [native.widened(shape_row(x)[None], rank) for x in inputs]
        return {"elements": ops.concatenate(flat), "shapes": ops.concatenate(rows)}


@operator(since_version=11)
class SequenceAt(Operator):
    """Take a tensor out of a sequence.

    Inputs:
        input_sequence: A sequence.
        position: Integer scalar, from the end if negative.

    Returns:
        The tensor at that position.

    Specification: https://onnx.ai/onnx/operators/onnx__SequenceAt.html
    """

    depends_on_data = True

    def compute(self, input_sequence: Sequence, position: Any) -> Any:
        shapes = input_sequence["shapes"]
        place = from_front(position, shapes)
        row = native.row(shapes, place, self.rank_of(shapes))
        return native.piece(input_sequence["elements"], start_of(shapes, place), ops.prod(row), row)

    def rank_of(self, shapes: Any) -> int | None:
        """Give the rank of the result: what is known of the sequence, else what was inferred from the graph."""
        return len(self._spec[1][0][0]) if self._spec else shapes.shape[1]


@operator(since_version=11)
class SequenceInsert(Operator):
    """Put a tensor into a sequence.

    Inputs:
        input_sequence: A sequence.
        tensor: Tensor of the type of the sequence's.
        position: Where it is put, from the end if negative; behind the last by default.

    Returns:
        A sequence.

    Specification: https://onnx.ai/onnx/operators/onnx__SequenceInsert.html
    """

    depends_on_data = True

    def compute(self, input_sequence: Sequence, tensor: Any, position: Any = None) -> Sequence:
        elements, row = input_sequence["elements"], shape_row(tensor)
        shapes, rows = of_one_width(input_sequence["shapes"], row[None])
        place = length(shapes) if position is None else from_front(position, shapes)
        start = start_of(shapes, place)
        return {
            "elements": native.inserted(elements, start, start, ops.reshape(tensor, (-1,))),
            "shapes": native.inserted(shapes, place, place, rows),
        }


@operator(since_version=11)
class SequenceErase(Operator):
    """Take a tensor away from a sequence.

    Inputs:
        input_sequence: A sequence.
        position: Which one, from the end if negative; the last by default.

    Returns:
        A sequence.

    Specification: https://onnx.ai/onnx/operators/onnx__SequenceErase.html
    """

    depends_on_data = True

    def compute(self, input_sequence: Sequence, position: Any = None) -> Sequence:
        elements, shapes = input_sequence["elements"], input_sequence["shapes"]
        place = length(shapes) - 1 if position is None else from_front(position, shapes)
        start, end = start_of(shapes, place), start_of(shapes, place + 1)
        return {
            "elements": native.inserted(elements, start, end, elements[:0]),
            "shapes": native.inserted(shapes, place, place + 1, shapes[:0]),
        }


@operator(since_version=11)
class SequenceLength(Operator):
    """Count the tensors of a sequence.

    Inputs:
        input_sequence: A sequence.

    Returns:
        An int64 scalar.

    Specification: https://onnx.ai/onnx/operators/onnx__SequenceLength.html
    """

    def compute(self, input_sequence: Sequence) -> Any:
        return length(input_sequence["shapes"])


@operator(since_version=24)
class SplitToSequence(Operator):
    """Split a tensor along an axis into a sequence.

    Inputs:
        input: Tensor of any shape.
        split: The size of each piece, or a scalar: that of all but perhaps the last. One by default.

    Attributes:
        axis: The axis, from the end if negative.
        keepdims: Whether pieces of size one keep the axis, where `split` is absent.

    Returns:
        A sequence.

    Specification: https://onnx.ai/onnx/operators/onnx__SplitToSequence.html
    """

    axis: int = 0
    keepdims: int = 1

    depends_on_data = True

    def compute(self, input: Any, split: Any = None) -> Sequence:
        axis, sizes = self.axis % len(input.shape), ops.shape(input)
        widths = pieces(split, ops.cast(sizes[axis], "int64"))
        flat = ops.take(ops.reshape(input, (-1,)), piece_by_piece(sizes, axis, widths), axis=0)
        columns = [widths if a == axis else ops.zeros_like(widths) + ops.cast(s, "int64") for a, s in enumerate(sizes)]
        if split is None and not self.keepdims:
            del columns[axis]
        rows = ops.stack(columns, axis=1) if columns else ops.zeros((ops.shape(widths)[0], 0), "int64")
        return {"elements": flat, "shapes": rows}


@operator(since_version=11)
class ConcatFromSequence(Operator):
    """Join the tensors of a sequence along an axis.

    Inputs:
        input_sequence: A sequence.

    Attributes:
        axis: The axis, from the end if negative.
        new_axis: Whether the axis is a new one.

    Returns:
        A tensor.

    Specification: https://onnx.ai/onnx/operators/onnx__ConcatFromSequence.html
    """

    axis: int
    new_axis: int = 0

    depends_on_data = True

    def compute(self, input_sequence: Sequence) -> Any:
        shapes = input_sequence["shapes"]
        rank = shapes.shape[1] + self.new_axis
        axis = self.axis % rank
        widths = ops.ones_like(shapes[:, 0]) if self.new_axis else shapes[:, axis]
        others = [shapes[0, a] for a in range(shapes.shape[1]) if self.new_axis or a != axis]
        sizes = (*others[:axis], ops.sum(widths), *others[axis:])
        back = ops.argsort(piece_by_piece(sizes, axis, widths))
        return native.piece(ops.take(input_sequence["elements"], back, axis=0), 0, None, ops.stack(sizes))


def shape_row(x: Any) -> Any:
    """Give a tensor's shape as a vector."""
    sizes = ops.shape(x)
    return ops.stack([ops.cast(s, "int64") for s in sizes]) if sizes else ops.zeros((0,), "int64")


def of_one_width(a: Any, b: Any) -> tuple[Any, Any]:
    """Let two matrices of shapes have rows of one width."""
    if a.shape[1] == b.shape[1]:
        return a, b
    width = ops.maximum(ops.shape(a)[1], ops.shape(b)[1])
    return native.widened(a, width), native.widened(b, width)


def length(shapes: Any) -> Any:
    return ops.cast(ops.shape(shapes)[0], "int64")


def from_front(position: Any, shapes: Any) -> Any:
    """Count a position from the front."""
    place = ops.cast(scalar(position), "int64")
    return ops.where(place < 0, place + length(shapes), place)


def start_of(shapes: Any, place: Any) -> Any:
    """Say where the elements of a tensor start."""
    before = ops.arange(ops.shape(shapes)[0], dtype="int64") < place
    return ops.sum(ops.where(before, ops.prod(ops.abs(shapes), axis=1), 0))


def pieces(split: Any, size: Any) -> Any:
    """Give the size of each piece."""
    if split is not None and len(split.shape):
        return ops.cast(split, "int64")
    width = ops.ones_like(size) if split is None else ops.cast(split, "int64")
    count = (size + width - 1) // width
    return ops.minimum(width, size - width * ops.arange(count, dtype="int64"))


def piece_by_piece(sizes: Any, axis: int, widths: Any) -> Any:
    """List the elements of a tensor so that those of each piece along an axis stand together."""
    sizes = [ops.cast(s, "int64") for s in sizes]
    before, size, after = product(sizes[:axis]), sizes[axis], product(sizes[axis + 1 :])
    ends = ops.cumsum(widths)
    number = ops.sum(ops.cast(ops.arange(size, dtype="int64")[:, None] >= ends[None], "int64"), axis=1)
    total = before * size * after
    places = ops.arange(total, dtype="int64")
    return ops.argsort(ops.take(number, places // after % size, axis=0) * total + places)
