"""ONNX Runtime's LSTM with quantised kernels."""

from collections.abc import Sequence
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Fixed
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import operator
from onnx_keras.layers.lstm import LSTM
from onnx_keras.layers.quantized_products import dynamic_product
from onnx_keras.layers.recurrent import Tensors, projected
from onnx_keras.registry import MICROSOFT


@operator(domain=MICROSOFT, since_version=1)
class DynamicQuantizeLSTM(LSTM):
    """Walk along sequences with long short-term memory whose kernels are integers.

    Sequences and, at each time, the hidden states of the batch are quantised by their extremes first.

    Inputs:
        x: Sequences of shape (time, batch, inputs).
        w: Kernels of the gates i, o, f, c, of shape (directions, inputs, 4 * hidden).
        r: Kernels of the hidden state, of shape (directions, hidden, 4 * hidden).
        b: Biases of shape (directions, 8 * hidden), of the input first.
        sequence_lens: Where each sequence ends.
        initial_h: The hidden state at the start, of shape (directions, batch, hidden).
        initial_c: The cell at the start, of the same shape.
        p: Peepholes: what the gates i, o, f get from the cell, of shape (directions, 3 * hidden).
        w_scale: The scale of `w`, of shape (directions,) or (directions, 4 * hidden).
        w_zero_point: What stands for zero in `w`, of the same shape.
        r_scale: The scale of `r`, of shape (directions,) or (directions, 4 * hidden).
        r_zero_point: What stands for zero in `r`, of the same shape.

    Returns:
        y of shape (time, directions, batch, hidden), y_h and y_c, the states at the end.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.DynamicQuantizeLSTM
    """

    axis_rule = Fixed()

    def compute(
        self,
        x: Any,
        w: Any,
        r: Any,
        b: Any = None,
        sequence_lens: Any = None,
        initial_h: Any = None,
        initial_c: Any = None,
        p: Any = None,
        w_scale: Any = None,
        w_zero_point: Any = None,
        r_scale: Any = None,
        r_zero_point: Any = None,
    ) -> tuple[Any, ...]:
        scales = (w_scale, w_zero_point, r_scale, r_zero_point)
        return self.run(x, w, r, sequence_lens, (initial_h, initial_c), b, p, *scales)

    def from_outside(self, x: Any, kernel: Any, more: list[Any]) -> Any:
        _, scale, zero, *_ = more
        return projected(x, lambda rows: dynamic_product(rows, kernel, scale, zero), ops.shape(kernel)[1])

    def walk(
        self, inputs: Any, kernel: Any, states: Sequence[Any], reverse: bool, direction: int, extra: Tensors
    ) -> tuple[Tensors, Tensors]:
        _, peepholes, _, _, scale, zero = extra
        step = self.step(lambda h: dynamic_product(h, kernel, scale, zero), peepholes, direction)
        return native.scan(step, inputs, states, reverse, 2)
