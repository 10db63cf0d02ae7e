"""Conv: sums of products under a kernel that slides over an image."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.windows import padding_of, spans_of, spatial


@operator(since_version=22)
class Conv(Operator):
    """Convolve an image of any number of spatial axes with a kernel.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).
        w: Kernel of shape (spatial..., channels / group, filters).
        b: Bias of shape (filters,).

    Attributes:
        auto_pad: "NOTSET" for `pads`, "VALID" for none, "SAME_UPPER" or "SAME_LOWER" for as many as make the sizes
            ceil(size / stride), the odd one at the end or at the beginning.
        dilations: The distance of the kernel's elements along each spatial axis, 1 by default.
        group: How many groups of channels are convolved apart.
        kernel_shape: The kernel's spatial shape; `w` says it too.
        pads: The zeros before each spatial axis, then those after each.
        strides: The steps along each spatial axis, 1 by default.
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__Conv.html
    """

    auto_pad: str = "NOTSET"
    dilations: tuple[int, ...] | None = None
    group: int = 1
    kernel_shape: tuple[int, ...] | None = None
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial(kernels={"w": (1, 0)})
    weight_names = {"w": "kernel", "b": "bias"}

    def compute(self, x: Any, w: Any, b: Any = None) -> Any:
        return convolved(self, x, w, b)


def convolved(layer: Any, x: Any, w: Any, b: Any = None) -> Any:
    """Convolve as the attributes of a layer say."""
    kernel = tuple(w.shape[:-2])
    strides = layer.strides or (1,) * len(kernel)
    dilations = layer.dilations or (1,) * len(kernel)
    shape = ops.shape(x) if layer.auto_pad.startswith("SAME") else tuple(x.shape)
    sizes = spatial(shape, layer.data_format)
    padding = padding_of(layer.auto_pad, layer.pads, sizes, spans_of(kernel, dilations), strides)
    return native.convolve(x, w, b, strides, padding, dilations, layer.group, layer.data_format)
