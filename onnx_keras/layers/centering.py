"""CenterCropPad: the middle of a tensor, or a tensor in the middle of zeros."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Along
from onnx_keras.dims import larger, smaller
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import axis_numbers, listed


@operator(since_version=18)
class CenterCropPad(Operator):
    """Cut both ends of an axis, or put zeros at both; the odd element lies at the end.

    Inputs:
        input_data: Tensor of any shape.
        shape: The size that each of the axes gets.

    Attributes:
        axes: The axes, all by default.

    Specification: https://onnx.ai/onnx/operators/onnx__CenterCropPad.html
    """

    axes: tuple[int, ...] | None = None

    axis_rule = Along("axes", data=("input_data",), all_by_default=True)
    static_inputs = ("shape",)

    def compute(self, input_data: Any, shape: Any) -> Any:
        rank, sizes = len(input_data.shape), ops.shape(input_data)
        axes = axis_numbers(tuple(range(rank)) if self.axes is None else self.axes, rank)
        slices, widths = [slice(None)] * rank, [(0, 0)] * rank
        for axis, target in zip(axes, listed(shape, "The shape of a CenterCropPad")):
            target = target if isinstance(target, int) else ops.cast(target, "int32")
            start, kept = larger(sizes[axis] - target, 0) // 2, smaller(sizes[axis], target)
            before = (target - kept) // 2
            slices[axis] = slice(start, start + kept)
            widths[axis] = (before, target - kept - before)
        return native.padded(native.sliced(input_data, slices), widths, 0)
