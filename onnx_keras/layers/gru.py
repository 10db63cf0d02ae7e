"""GRU: two gates say how much of the hidden state is read and how much is kept."""

from collections.abc import Sequence
from typing import Any

from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import operator
from onnx_keras.layers.recurrent import Recurrent, Tensors


@operator(since_version=22)
class GRU(Recurrent):
    """Walk along sequences with gated recurrent units.

    Inputs:
        x: Sequences of shape (time, batch, inputs).
        w: Kernels of the gates z, r, h, of shape (directions, 3 * hidden, inputs); a weight is stored as
            (directions, inputs, 3 * hidden).
        r: Kernels of the hidden state, of shape (directions, 3 * hidden, hidden), stored alike.
        b: Biases of shape (directions, 6 * hidden), of the input first.
        sequence_lens: Where each sequence ends.
        initial_h: The hidden state at the start, of shape (directions, batch, hidden).

    Attributes:
        activations: The names of the activations f and g, for each direction.
        linear_before_reset: Whether the hidden state is reset after its kernel, not before.

    Returns:
        y of shape (time, directions, batch, hidden) and y_h, the state at the end.

    Specification: https://onnx.ai/onnx/operators/onnx__GRU.html
    """

    activations: tuple[str, ...] | None = None
    linear_before_reset: int = 0

    default_activations = ("Sigmoid", "Tanh")

    def compute(
        self, x: Any, w: Any, r: Any, b: Any = None, sequence_lens: Any = None, initial_h: Any = None
    ) -> tuple[Any, ...]:
        return self.run(x, w, r, sequence_lens, (initial_h,), b)

    def outer_bias(self, bias: Any) -> Any:
        if not self.linear_before_reset:
            return super().outer_bias(bias)
        outer, gates = ops.split(bias, 2)
        z, r, h = ops.split(gates, 3)
        return outer + ops.concatenate([z, r, ops.zeros_like(h)])

    def walk(
        self, inputs: Any, kernel: Any, states: Sequence[Any], reverse: bool, direction: int, extra: Tensors
    ) -> tuple[Tensors, Tensors]:
        if not self.linear_before_reset:
            return native.scan(self.reset_before(kernel, direction), inputs, states, reverse, 1)
        bias = ops.zeros_like(kernel[0]) if extra[0] is None else ops.split(extra[0], 2)[1]
        bias = ops.split(bias, 3)[2]
        if self.is_plain:
            hs, h = native.gru(inputs, kernel, bias, states[0], reverse)
            return (hs,), (h,)
        return native.scan(self.reset_after(kernel, bias, direction), inputs, states, reverse, 1)

    def reset_after(self, kernel: Any, bias: Any, direction: int) -> Any:
        """Make the step of a cell whose hidden state is reset after its kernel."""
        f, g = map(self.clipped, self.functions(direction))

        def step(x: Any, states: Tensors) -> Tensors:
            x_z, x_r, x_h = ops.split(x, 3, axis=1)
            z, r, h = ops.split(states[0] @ kernel, 3, axis=1)
            new = g(x_h + f(x_r + r) * (h + bias))
            return (blend(f(x_z + z), states[0], new),)

        return step

    def reset_before(self, kernel: Any, direction: int) -> Any:
        """Make the step of a cell whose hidden state is reset before its kernel."""
        f, g = map(self.clipped, self.functions(direction))
        size = ops.shape(kernel)[0]
        gates, kernel = kernel[:, : 2 * size], kernel[:, 2 * size :]

        def step(x: Any, states: Tensors) -> Tensors:
            x_z, x_r, x_h = ops.split(x, 3, axis=1)
            z, r = ops.split(states[0] @ gates, 2, axis=1)
            new = g(x_h + (f(x_r + r) * states[0]) @ kernel)
            return (blend(f(x_z + z), states[0], new),)

        return step


def blend(z: Any, old: Any, new: Any) -> Any:
    """Keep a share z of what was."""
    return (1 - z) * new + z * old
