"""CausalConvWithState: a convolution along time that sees no future."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator

ACTIVATIONS = ("none", "silu", "swish")


@operator(since_version=27)
class CausalConvWithState(Operator):
    """Convolve each channel along time with a kernel of its own that ends at the present.

    Inputs:
        input: Tensor of shape (batch, time, channels) or, as ONNX has it, (batch, channels, time).
        weight: Kernel of shape (taps, 1, channels).
        bias: Bias of shape (channels,).
        past_state: What came before, taps - 1 elements of time; zeros by default.

    Attributes:
        activation: "silu" or "swish", which is the same, or "none".
        data_format: "channels_last" or "channels_first".

    Returns:
        A tensor of the shape of `input`, and the last taps - 1 elements of time.

    Specification: https://onnx.ai/onnx/operators/onnx__CausalConvWithState.html
    """

    activation: str = "none"
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial(images=("input", "past_state"), kernels={"weight": (1, 0)})
    weight_names = {"weight": "kernel", "bias": "bias"}

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["activation"] not in ACTIVATIONS:
            yield f"activation={attributes['activation']!r}"

    def compute(self, input: Any, weight: Any, bias: Any = None, past_state: Any = None) -> tuple[Any, Any]:
        axis = 1 if self.data_format == "channels_last" else 2
        taps, _, channels = weight.shape
        if past_state is None:
            widths = [(taps - 1, 0) if a == axis else (0, 0) for a in range(3)]
            whole = ops.pad(input, widths)
        else:
            whole = ops.concatenate([past_state, input], axis)
        y = native.convolve(whole, weight, bias, (1,), ((0, 0),), (1,), channels, self.data_format)
        start = ops.shape(whole)[axis] - (taps - 1)
        rest = whole[:, start:] if axis == 1 else whole[:, :, start:]
        return (y if self.activation == "none" else ops.silu(y)), rest
