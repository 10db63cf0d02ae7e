"""Operators that regroup or permute axes and compute nothing."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Flattens, Inserts, Passes, Permutes, Regroups, Squeezes
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import axis_numbers, listed, product, with_unit_axes, without_unit_axes


@operator(since_version=25)
class Transpose(Operator):
    """Permute axes.

    Inputs:
        data: Tensor of any shape.

    Attributes:
        perm: For each axis of the result, the axis of `data` that it is; by default the axes are reversed.

    Specification: https://onnx.ai/onnx/operators/onnx__Transpose.html
    """

    perm: tuple[int, ...] | None = None

    axis_rule = Permutes()

    def compute(self, data: Any) -> Any:
        return ops.transpose(data if self.perm is None else native.of_rank(data, len(self.perm)), self.perm)


@operator(since_version=25)
class Identity(Operator):
    """Give the input as it is.

    Specification: https://onnx.ai/onnx/operators/onnx__Identity.html
    """

    axis_rule = Passes()

    def compute(self, input: Any) -> Any:
        return input


@operator(since_version=25)
class Reshape(Operator):
    """Give a tensor another shape.

    Inputs:
        data: Tensor of any shape.
        shape: The new shape; -1 stands for what is left, 0 for the size that `data` has there.

    Attributes:
        allowzero: Whether 0 in `shape` means a size of zero.

    Specification: https://onnx.ai/onnx/operators/onnx__Reshape.html
    """

    allowzero: int = 0

    axis_rule = Regroups("shape")
    static_inputs = ("shape",)

    def compute(self, data: Any, shape: Any) -> Any:
        target = listed(shape, "The shape of a Reshape")
        is_whole = self.allowzero or all(isinstance(n, int) and n for n in target)
        return ops.reshape(data, target if is_whole else copied_sizes(target, ops.shape(data)))


@operator(since_version=25)
class Flatten(Operator):
    """Merge all axes to two.

    Inputs:
        input: Tensor of any shape.

    Attributes:
        axis: The number of axes that become the first one, less than none counted from the end.

    Specification: https://onnx.ai/onnx/operators/onnx__Flatten.html
    """

    axis: int = 1

    axis_rule = Flattens("axis")

    def compute(self, input: Any) -> Any:
        sizes = ops.shape(input)
        return ops.reshape(input, (product(sizes[: self.axis]), product(sizes[self.axis :])))


@operator(since_version=25)
class Squeeze(Operator):
    """Drop axes of size one.

    Inputs:
        data: Tensor of any shape.
        axes: The axes, by default all of size one.

    Specification: https://onnx.ai/onnx/operators/onnx__Squeeze.html
    """

    axis_rule = Squeezes("axes")
    static_inputs = ("axes",)

    def compute(self, data: Any, axes: Any = None) -> Any:
        if axes is None:
            return ops.squeeze(data)
        if isinstance(axes, int):  # ONNX' own definition of AffineGrid gives a scalar where a vector is due.
            axes = (axes,)
        if isinstance(axes, tuple):
            return without_axes(data, axis_numbers(axes, len(data.shape)))
        return ops.reshape(data, without_unit_axes(ops.shape(data), axes))


@operator(since_version=25)
class Unsqueeze(Operator):
    """Insert axes of size one.

    Inputs:
        data: Tensor of any shape.
        axes: The numbers that the new axes have in the result.

    Specification: https://onnx.ai/onnx/operators/onnx__Unsqueeze.html
    """

    axis_rule = Inserts("axes")
    static_inputs = ("axes",)

    def compute(self, data: Any, axes: Any) -> Any:
        if isinstance(axes, int):  # ONNX' own definition of AffineGrid gives a scalar where a vector is due.
            axes = (axes,)
        if isinstance(axes, tuple):
            return ops.expand_dims(data, axes)
        return ops.reshape(data, with_unit_axes(ops.shape(data), axes))


def without_axes(data: Any, axes: Any) -> Any:
    """Drop axes of size one, which Keras insists on knowing."""
    if all(data.shape[a] == 1 for a in axes):
        # To TensorFlow, no axes are all of size one.
        return ops.squeeze(data, axes) if axes else data
    return native.squeezed(data, axes)


def copied_sizes(target: tuple[Any, ...], sizes: Any) -> tuple[Any, ...]:
    """Replace each 0 by the size that a tensor has there."""
    return tuple(copied_size(size, sizes[i]) if i < len(sizes) else size for i, size in enumerate(target))


def copied_size(size: Any, own: Any) -> Any:
    if isinstance(size, int):
        return own if size == 0 else size
    return ops.where(size == 0, own, size)
