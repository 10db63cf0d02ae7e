"""LSTM: a cell beside the hidden state, with gates to write, read and forget."""

from collections.abc import Callable, Sequence
from typing import Any

from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import operator
from onnx_keras.layers.recurrent import Recurrent, Tensors


@operator(since_version=22)
class LSTM(Recurrent):
    """Walk along sequences with long short-term memory.

    Inputs:
        x: Sequences of shape (time, batch, inputs).
        w: Kernels of the gates i, o, f, c, of shape (directions, 4 * hidden, inputs); a weight is stored as
            (directions, inputs, 4 * hidden).
        r: Kernels of the hidden state, of shape (directions, 4 * hidden, hidden), stored alike.
        b: Biases of shape (directions, 8 * hidden), of the input first.
        sequence_lens: Where each sequence ends.
        initial_h: The hidden state at the start, of shape (directions, batch, hidden).
        initial_c: The cell at the start, of the same shape.
        p: Peepholes: what the gates i, o, f get from the cell, of shape (directions, 3 * hidden).

    Attributes:
        activations: The names of the activations f, g and h, for each direction.
        input_forget: Whether the cell forgets as much as it takes in.

    Returns:
        y of shape (time, directions, batch, hidden), y_h and y_c, the states at the end.

    Specification: https://onnx.ai/onnx/operators/onnx__LSTM.html
    """

    activations: tuple[str, ...] | None = None
    input_forget: int = 0

    default_activations = ("Sigmoid", "Tanh", "Tanh")

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
    ) -> tuple[Any, ...]:
        return self.run(x, w, r, sequence_lens, (initial_h, initial_c), b, p)

    def walk(
        self, inputs: Any, kernel: Any, states: Sequence[Any], reverse: bool, direction: int, extra: Tensors
    ) -> tuple[Tensors, Tensors]:
        peepholes = extra[1]
        if self.is_plain and peepholes is None and not self.input_forget:
            hs, cs, h, c = native.lstm(inputs, kernel, *states, reverse)
            return (hs, cs), (h, c)
        step = self.step(lambda h: h @ kernel, peepholes, direction)
        return native.scan(step, inputs, states, reverse, 2)

    def step(self, product: Callable[[Any], Any], peepholes: Any, direction: int) -> Any:
        """Make the step of a cell, whose gates get a product of the hidden state."""
        # ONNX Runtime clips what goes into f and g, but not the cell that goes into h.
        f, g, h = self.functions(direction)
        f, g = self.clipped(f), self.clipped(g)
        p_i, p_o, p_f = (0, 0, 0) if peepholes is None else ops.split(peepholes, 3)

        def seen(gate: Any, cell: Any, peephole: Any) -> Any:
            return gate if peepholes is None else gate + peephole * cell

        def step(x: Any, states: Tensors) -> Tensors:
            i, o, forget, c = ops.split(x + product(states[0]), 4, axis=1)
            i = f(seen(i, states[1], p_i))
            forget = 1 - i if self.input_forget else f(seen(forget, states[1], p_f))
            cell = forget * states[1] + i * g(c)
            return f(seen(o, cell, p_o)) * h(cell), cell

        return step
