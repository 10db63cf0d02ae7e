"""ConvTranspose: every element of an image spreads a kernel."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.windows import spans_of, spatial, transposed_crops


@operator(since_version=22)
class ConvTranspose(Operator):
    """Convolve transposed, as the gradient of a convolution does: sizes grow by the strides.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).
        w: Kernel of shape (spatial..., filters / group, channels).
        b: Bias of shape (filters,).

    Attributes:
        auto_pad: "NOTSET" for `pads`, "VALID" for none, "SAME_UPPER" or "SAME_LOWER" for sizes * strides.
        dilations: The distance of the kernel's elements along each spatial axis, 1 by default.
        group: How many groups of channels are convolved apart.
        kernel_shape: The kernel's spatial shape; `w` says it too.
        output_padding: How much is added to the end of each spatial axis, 0 by default.
        output_shape: The spatial sizes of the result; `pads` follow from them.
        pads: What is cut off before each spatial axis, then what is cut off after each.
        strides: How far the elements of the image lie apart in the result, 1 by default.
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__ConvTranspose.html
    """

    auto_pad: str = "NOTSET"
    dilations: tuple[int, ...] | None = None
    group: int = 1
    kernel_shape: tuple[int, ...] | None = None
    output_padding: tuple[int, ...] | None = None
    output_shape: tuple[int, ...] | None = None
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial(kernels={"w": (1, 0)})
    weight_names = {"w": "kernel", "b": "bias"}

    def compute(self, x: Any, w: Any, b: Any = None) -> Any:
        kernel = tuple(w.shape[:-2])
        ones = (1,) * len(kernel)
        strides, dilations = self.strides or ones, self.dilations or ones
        crops = transposed_crops(
            self.auto_pad,
            self.pads,
            self.output_padding or (0,) * len(kernel),
            self.output_shape,
            spatial(ops.shape(x) if self.output_shape else tuple(x.shape), self.data_format),
            spans_of(kernel, dilations),
            strides,
        )
        return native.convolve_transposed(x, w, b, strides, crops, dilations, self.group, self.data_format)
