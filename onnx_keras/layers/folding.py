"""Col2Im and MaxUnpool: windows, or their largest elements, put back into an image."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.gathering import row_numbers
from onnx_keras.layers.sizes import listed, numbered, product
from onnx_keras.layers.windows import outputs_of, pairs_of, per_axis, spans_of, spatial


@operator(since_version=18)
class Col2Im(Operator):
    """Add windows to an image, each where it was taken from.

    Inputs:
        input: Tensor of shape (batch, channels * elements of a window, windows).
        image_shape: The spatial sizes of the image.
        block_shape: The size of a window.

    Attributes:
        dilations: The distance of a window's elements along each spatial axis, 1 by default.
        pads: How far windows reach beyond the start of each spatial axis, then beyond the end of each.
        strides: The steps from window to window, 1 by default.
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__Col2Im.html
    """

    dilations: tuple[int, ...] | None = None
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial(images=(), outputs=(0,))
    static_inputs = ("image_shape", "block_shape")

    def compute(self, input: Any, image_shape: Any, block_shape: Any) -> Any:
        block = listed(block_shape, "The window of a Col2Im")
        sizes = [
            s if isinstance(s, int) else ops.cast(s, "int32") for s in listed(image_shape, "The sizes of a Col2Im")
        ]
        rank, batch = len(sizes), ops.shape(input)[0]
        pads, wide = pairs_of(self.pads, rank), list(sizes)
        for i, (before, after) in enumerate(pads):
            wide[i] = sizes[i] + before + after
        rows = self.places(wide, block)
        channels = ops.shape(input)[1] // product(block)
        split = ops.reshape(input, (batch, channels, product(block) * ops.shape(input)[2]))
        new = ops.transpose(split, (2, 0, 1))
        image = native.scattered(ops.zeros((product(wide), batch, channels), input.dtype), rows, new, "add")
        image = ops.reshape(image, (*wide, batch, channels))
        image = image[tuple(slice(before, before + size) for (before, _), size in zip(pads, sizes))]
        order = (rank, *range(rank)) if self.data_format == "channels_last" else (rank, rank + 1, *range(rank))
        return ops.transpose(image, (*order, rank + 1) if self.data_format == "channels_last" else order)

    def places(self, sizes: list[Any], block: tuple[Any, ...]) -> Any:
        """Number the place in the image of each element of each window."""
        rank = len(sizes)
        strides, dilations = self.strides or (1,) * rank, self.dilations or (1,) * rank
        columns = []
        for i, (size, span, stride) in enumerate(zip(sizes, spans_of(block, dilations), strides)):
            taps = numbered(block[i], i, 2 * rank) * dilations[i]
            columns.append(taps + numbered(outputs_of(size, span, stride), rank + i, 2 * rank) * stride)
        return ops.reshape(row_numbers(columns, sizes), (-1,))


@operator(since_version=22)
class MaxUnpool(Operator):
    """Put elements where MaxPool found them, between zeros.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).
        i: Where each element lies in the larger tensor as ONNX has it, read as a list.
        output_shape: The shape of the result as ONNX has it, where it is larger than the windows say.

    Attributes:
        kernel_shape: The size of a window.
        pads: The pads before each spatial axis, then those after each.
        strides: The steps along each spatial axis, 1 by default.
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__MaxUnpool.html
    """

    kernel_shape: tuple[int, ...]
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial(images=("x", "i"))
    static_inputs = ("output_shape",)

    def compute(self, x: Any, i: Any, output_shape: Any = None) -> Any:
        shape, rank = ops.shape(x), len(self.kernel_shape)
        is_last = self.data_format == "channels_last"
        windows = zip(spatial(shape, self.data_format), self.kernel_shape, self.strides or (1,) * rank)
        pads = pairs_of(self.pads, rank)
        sizes = [(n - 1) * stride + kernel - sum(pad) for (n, kernel, stride), pad in zip(windows, pads)]
        channels = shape[-1] if is_last else shape[1]
        wide = (shape[0], *sizes, channels) if is_last else (shape[0], channels, *sizes)
        places = ops.cast(i, "int32")
        if is_last:
            image, place = places // product(sizes), places % product(sizes)
            places = (image // channels * product(sizes) + place) * channels + image % channels
        nothing = ops.zeros((product(wide),), x.dtype)
        y = native.scattered(nothing, ops.reshape(places, (-1,)), ops.reshape(x, (-1,)), "none")
        return self.fitted(ops.reshape(y, wide), sizes, output_shape)

    def fitted(self, y: Any, sizes: list[Any], output_shape: Any) -> Any:
        """Lengthen the spatial axes to an asked shape."""
        if output_shape is None:
            return y
        asked = listed(output_shape, "The output_shape of a MaxUnpool")[2:]
        more = [(0, (a if isinstance(a, int) else ops.cast(a, "int32")) - n) for a, n in zip(asked, sizes)]
        return native.padded(y, per_axis(more, self.data_format), 0)
