"""Operators that copy, join and part tensors."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Along, Broadcasts, PerAxis
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import broadcast_sizes, listed


@operator(since_version=13)
class Expand(Operator):
    """Broadcast a tensor and a shape to each other.

    Inputs:
        input: Tensor of any shape.
        shape: The shape; where it says 1 or is too short, the tensor keeps its sizes.

    Specification: https://onnx.ai/onnx/operators/onnx__Expand.html
    """

    axis_rule = Broadcasts("shape")
    static_inputs = ("shape",)

    def compute(self, input: Any, shape: Any) -> Any:
        return ops.broadcast_to(input, broadcast_sizes(ops.shape(input), listed(shape, "The shape of an Expand")))


@operator(since_version=13)
class Tile(Operator):
    """Repeat a tensor along its axes.

    Inputs:
        input: Tensor of any shape.
        repeats: For each axis, how often.

    Specification: https://onnx.ai/onnx/operators/onnx__Tile.html
    """

    axis_rule = PerAxis("repeats")
    static_inputs = ("repeats",)

    def compute(self, input: Any, repeats: Any) -> Any:
        return native.tiled(input, listed(repeats, "The repeats of a Tile"))


@operator(since_version=13)
class Concat(Operator):
    """Join tensors along an axis.

    Inputs:
        inputs: Tensors whose other sizes agree.

    Attributes:
        axis: The axis.

    Specification: https://onnx.ai/onnx/operators/onnx__Concat.html
    """

    axis: int

    axis_rule = Along("axis")

    def compute(self, *inputs: Any) -> Any:
        return ops.concatenate(inputs, axis=self.axis)


@operator(since_version=18)
class Split(Operator):
    """Part a tensor along an axis.

    Inputs:
        input: Tensor of any shape.
        split: The size of each part.

    Attributes:
        axis: The axis.
        num_outputs: The number of parts where `split` is absent; they are as long, the last may be shorter.

    Returns:
        The parts.

    Specification: https://onnx.ai/onnx/operators/onnx__Split.html
    """

    axis: int = 0
    num_outputs: int | None = None

    axis_rule = Along("axis", data=("input",))
    static_inputs = ("split",)

    def compute(self, input: Any, split: Any = None) -> Any:
        if split is None:
            sizes = equal_parts(ops.shape(input)[self.axis], self.num_outputs or len(self.onnx_outputs))
        else:
            sizes = listed(split, "The sizes of a Split")
        return native.parted(input, sizes, self.axis)


def equal_parts(size: Any, count: int) -> tuple[Any, ...]:
    """Part a size so that the last part is the only one that may be smaller."""
    whole = (size + count - 1) // count
    return (*(whole for _ in range(count - 1)), size - (count - 1) * whole)
