"""DeformConv: a convolution whose kernel's elements each lie where an offset says."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.interpolating import Tap, interpolated, linear
from onnx_keras.layers.sizes import numbered, product
from onnx_keras.layers.windows import pairs_of


@operator(since_version=22)
class DeformConv(Operator):
    """Convolve an image with a kernel that is deformed at each place in its own way.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).
        w: Kernel of shape (spatial..., channels / group, filters).
        offset: How far each element of the kernel is moved along each spatial axis, in an image of the result's sizes
            with offset_group * elements * rank channels.
        b: Bias of shape (filters,).
        mask: The factor of each element of the kernel, in an image with offset_group * elements channels.

    Attributes:
        dilations: The distance of the kernel's elements along each spatial axis, 1 by default.
        group: How many groups of channels are convolved apart.
        kernel_shape: The kernel's spatial shape; `w` says it too.
        offset_group: How many groups of channels have offsets of their own.
        pads: The zeros before each spatial axis, then those after each.
        strides: The steps along each spatial axis, 1 by default.
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__DeformConv.html
    """

    dilations: tuple[int, ...] | None = None
    group: int = 1
    kernel_shape: tuple[int, ...] | None = None
    offset_group: int = 1
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial(images=("x", "offset", "mask"), kernels={"w": (1, 0)})
    weight_names = {"w": "kernel", "b": "bias"}

    def compute(self, x: Any, w: Any, offset: Any, b: Any = None, mask: Any = None) -> Any:
        if self.data_format == "channels_first":
            x, offset = ops.moveaxis(x, 1, -1), ops.moveaxis(offset, 1, -1)
            mask = None if mask is None else ops.moveaxis(mask, 1, -1)
        kernel, groups = tuple(w.shape[:-2]), self.offset_group
        batch, *sizes = ops.shape(offset)[:-1]
        taps = self.taps(by_group(offset, groups, (product(kernel), len(kernel))), kernel, ops.shape(x)[1:-1])
        image = by_group(x, groups, ())
        picked = interpolated(image, numbered(batch * groups, 0, len(kernel) + 2), taps)
        if mask is not None:
            picked = picked * ops.expand_dims(by_group(mask, groups, (product(kernel),)), -1)
        y = self.contracted(picked, w, batch, product(sizes), product(kernel))
        y = ops.reshape(y, (batch, *sizes, w.shape[-1]))
        y = y if b is None else y + b
        return y if self.data_format == "channels_last" else ops.moveaxis(y, -1, 1)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> None:
        """Say that `mask` is ONNX' and none of those that Keras passes along with sequences."""

    def taps(self, offset: Any, kernel: tuple[int, ...], sizes: Any) -> list[list[Tap]]:
        """Find the neighbours of all places that the elements of the kernel lie at."""
        rank = len(kernel)
        strides, dilations = self.strides or (1,) * rank, self.dilations or (1,) * rank
        taps = []
        for i, (before, _) in enumerate(pairs_of(self.pads, rank)):
            start = numbered(ops.shape(offset)[1 + i], 1 + i, rank + 2) * strides[i] - before
            # The elements of the kernel in one axis, behind those of the image.
            element = numbered(kernel[i], i, rank) * dilations[i] + ops.zeros(kernel, "int32")
            at = ops.cast(start + ops.reshape(element, (-1,)), offset.dtype) + offset[..., i]
            taps.append(linear(at, sizes[i]))
        return taps

    def contracted(self, picked: Any, w: Any, batch: Any, places: Any, elements: int) -> Any:
        """Sum what was picked, times the kernel."""
        inputs, filters = w.shape[-2] * self.group, w.shape[-1]
        split = (batch, self.offset_group, places, elements, inputs // self.offset_group)
        picked = ops.transpose(ops.reshape(picked, split), (0, 2, 3, 1, 4))
        picked = ops.reshape(picked, (batch, places, elements, self.group, inputs // self.group))
        kernel = ops.reshape(w, (elements, inputs // self.group, self.group, filters // self.group))
        return ops.einsum("npkgc,kcgo->npgo", picked, kernel)


def by_group(x: Any, groups: int, rest: tuple[int, ...]) -> Any:
    """Split channels by groups, and let each group be an image of its own.

    Args:
        x: Image of shape (batch, spatial..., groups * channels).
        groups: The groups.
        rest: The axes that the channels of a group have; by default one.
    """
    batch, *sizes, channels = ops.shape(x)
    rest = rest or (channels // groups,)
    split = ops.moveaxis(ops.reshape(x, (batch, *sizes, groups, *rest)), len(sizes) + 1, 1)
    return ops.reshape(split, (batch * groups, *sizes, *rest))
