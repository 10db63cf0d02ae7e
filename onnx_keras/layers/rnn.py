"""RNN: the hidden state is an activation of itself and the input."""

from collections.abc import Sequence
from typing import Any

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import operator
from onnx_keras.layers.recurrent import Recurrent, Tensors


@operator(since_version=22)
class RNN(Recurrent):
    """Walk along sequences with a simple recurrent cell.

    Inputs:
        x: Sequences of shape (time, batch, inputs).
        w: Kernel of shape (directions, hidden, inputs); a weight is stored as (directions, inputs, hidden).
        r: Kernel of the hidden state, of shape (directions, hidden, hidden), stored alike.
        b: Biases of shape (directions, 2 * hidden), of the input first.
        sequence_lens: Where each sequence ends.
        initial_h: The hidden state at the start, of shape (directions, batch, hidden).

    Attributes:
        activations: The names of the activations, one for each direction.

    Returns:
        y of shape (time, directions, batch, hidden) and y_h, the state at the end.

    Specification: https://onnx.ai/onnx/operators/onnx__RNN.html
    """

    activations: tuple[str, ...] = ("Tanh", "Tanh")

    default_activations = ("Tanh",)

    def compute(
        self, x: Any, w: Any, r: Any, b: Any = None, sequence_lens: Any = None, initial_h: Any = None
    ) -> tuple[Any, ...]:
        return self.run(x, w, r, sequence_lens, (initial_h,), b)

    def walk(
        self, inputs: Any, kernel: Any, states: Sequence[Any], reverse: bool, direction: int, extra: Tensors
    ) -> tuple[Tensors, Tensors]:
        (f,) = map(self.clipped, self.functions(direction))

        def step(x: Any, states: Tensors) -> Tensors:
            return (f(x + states[0] @ kernel),)

        return native.scan(step, inputs, states, reverse, 1)
