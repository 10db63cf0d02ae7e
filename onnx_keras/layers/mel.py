"""MelWeightMatrix: from the frequencies of a spectrum to bands as wide as they sound."""

import math
from typing import Any

from keras import ops

from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import narrow, numbered, scalar
from onnx_keras.types import type_name


@operator(since_version=17)
class MelWeightMatrix(Operator):
    """The weight of each frequency of a spectrum in each band, a triangle from the band before to the one after.

    Inputs:
        num_mel_bins: How many bands.
        dft_length: From how many elements of a signal the spectrum was computed.
        sample_rate: Elements of the signal a second.
        lower_edge_hertz: Where the lowest band begins.
        upper_edge_hertz: Where the highest band ends.

    Attributes:
        output_datatype: The number of the type of the weights.

    Returns:
        A matrix of shape (dft_length // 2 + 1, num_mel_bins).

    Specification: https://onnx.ai/onnx/operators/onnx__MelWeightMatrix.html
    """

    output_datatype: int = 1

    static_inputs = ("num_mel_bins", "dft_length", "sample_rate", "lower_edge_hertz", "upper_edge_hertz")

    def compute(
        self, num_mel_bins: Any, dft_length: Any, sample_rate: Any, lower_edge_hertz: Any, upper_edge_hertz: Any
    ) -> Any:
        bands, length, rate = (narrow(scalar(n)) for n in (num_mel_bins, dft_length, sample_rate))
        low, high = (mel(ops.cast(scalar(edge), "float64")) for edge in (lower_edge_hertz, upper_edge_hertz))
        edges = low + ops.cast(ops.arange(bands + 2, dtype="int32"), "float64") * (high - low) / ops.cast(
            bands + 2, "float64"
        )
        hertz = 700 * (ops.power(ops.cast(10, "float64"), edges / 2595) - 1)
        places = ops.floor(ops.cast(length + 1, "float64") * hertz / ops.cast(rate, "float64"))
        start, peak, end = places[:-2], places[1:-1], places[2:]
        at = ops.cast(numbered(length // 2 + 1, 0, 2), "float64")
        # Tensors, not numbers: with a number Keras makes float32 of float64 on PyTorch.
        one, zero = ops.ones_like(start), ops.zeros_like(start)
        rising = (at - start) / ops.maximum(peak - start, one)
        falling = (end - at) / ops.maximum(end - peak, one)
        weights = ops.where(at == peak, one, ops.maximum(ops.minimum(rising, falling), zero))
        return ops.cast(weights, type_name(self.output_datatype))


def mel(hertz: Any) -> Any:
    """Turn a frequency to how high it sounds."""
    return 2595 / math.log(10) * ops.log1p(hertz / 700)
