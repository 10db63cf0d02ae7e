"""What RNN, GRU and LSTM share: directions, sequences that end early, initial states, stored orders."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from keras import ops

from onnx_keras.axis_rules import AxisRule, Recurs
from onnx_keras.layers.base import Operator, layout_field
from onnx_keras.layers.recurrent_activations import Activation, activations_of, problems

Tensors = tuple[Any, ...]


class Recurrent(Operator):
    """A cell that walks along sequences.

    Attributes:
        activation_alpha: Values for the activations that take an alpha, in their order.
        activation_beta: Values for the activations that take a beta, in their order.
        clip: The bound of what goes into the activation of a gate.
        direction: "forward", "reverse" or "bidirectional".
        hidden_size: The size of the hidden state; the kernels say it too.
        layout: 0 if ONNX has time first, 1 if it has the batch first.
        x_axes: The stored axes of x, such as "bti" for batch, time, input; None where they lie as ONNX says.
        y_axes: The stored axes of y, such as "btdh" for batch, time, direction, hidden.
        onnx_kernels: Whether kernels come as (directions, gates * hidden, inputs), not with the last two swapped.
    """

    activation_alpha: tuple[float, ...] | None = None
    activation_beta: tuple[float, ...] | None = None
    clip: float | None = None
    direction: str = "forward"
    hidden_size: int | None = None
    layout: int = 0
    x_axes: str | None = layout_field(None)
    y_axes: str | None = layout_field(None)
    onnx_kernels: bool = layout_field(False)

    axis_rule: ClassVar[AxisRule] = Recurs()
    weight_names: ClassVar[dict[str, str]] = {"w": "kernel", "r": "recurrent_kernel", "b": "bias", "p": "peephole"}
    default_activations: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        direction, layout = attributes.get("direction", "forward"), attributes.get("layout", 0)
        if direction not in ("forward", "reverse", "bidirectional"):
            yield f"direction={direction!r}"
        if layout not in (0, 1):
            yield f"layout={layout}"
        count = len(cls.default_activations) * (2 if direction == "bidirectional" else 1)
        yield from problems(attributes.get("activations"), count)

    @property
    def directions(self) -> int:
        return 2 if self.direction == "bidirectional" else 1

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the activations, for one direction after the other."""
        return tuple(self.activations or self.default_activations * self.directions)

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked of the cell that ONNX doesn't do by default."""
        given = tuple(n.lower() for n in self.names[: len(self.default_activations) * self.directions])
        usual = tuple(n.lower() for n in self.default_activations) * self.directions
        return given == usual and not self.clip

    def functions(self, direction: int) -> list[Activation]:
        """Give the activations of a direction."""
        count = len(self.default_activations)
        found = activations_of(self.names, self.activation_alpha, self.activation_beta)
        return found[direction * count :][:count]

    def clipped(self, function: Activation) -> Activation:
        """Clip what goes into an activation."""
        bound = self.clip
        return (lambda x: function(ops.clip(x, -bound, bound))) if bound else function

    def walk(
        self, inputs: Any, kernel: Any, states: Sequence[Any], reverse: bool, direction: int, extra: Tensors
    ) -> tuple[Tensors, Tensors]:
        """Give the states at every time, and at the end.

        Args:
            inputs: What the gates get from outside, of shape (time, batch, gates * hidden).
            kernel: What they get from the hidden state, of shape (hidden, gates * hidden).
            states: The states at the start.
            reverse: Whether time runs backwards.
            direction: The number of the direction.
            extra: The bias and what else the cell has, for this direction.
        """
        raise NotImplementedError

    def from_outside(self, x: Any, kernel: Any, more: list[Any]) -> Any:
        """Give what the gates get from the sequences, at all times."""
        return projected(x, lambda rows: rows @ kernel, ops.shape(kernel)[1])

    def outer_bias(self, bias: Any) -> Any:
        """Give what of the bias is added outside of the loop."""
        outer, inner = ops.split(bias, 2)
        return outer + inner

    def run(self, x: Any, w: Any, r: Any, lens: Any, initial: Tensors, b: Any, *more: Any) -> Tensors:
        """Walk in all directions; `more` is given to the cell."""
        if (self.x_axes or ("bti" if self.layout else "tbi")).startswith("b"):
            x = ops.transpose(x, (1, 0, 2))
        parts = [self.for_directions(t) for t in (w, r, b, *more)]
        states = [self.for_directions(s, 1 if self.layout else 0) for s in initial]
        if lens is not None:
            x = ops.where(ops.expand_dims(is_inside(x, lens), -1), x, ops.zeros_like(x))
        found = [
            self.in_direction(x, lens, d, [s[d] for s in states], [p[d] for p in parts]) for d in range(self.directions)
        ]
        y = self.joined([f[0] for f in found]) if self.wants(0) else None
        ends = zip(*(f[1] for f in found))
        return y, *(ops.stack(e, axis=1 if self.layout else 0) for e in ends)

    def for_directions(self, tensor: Any, axis: int = 0) -> Sequence[Any]:
        """Take an input apart by directions."""
        if tensor is None:
            return (None,) * self.directions
        return ops.unstack(ops.convert_to_tensor(tensor), self.directions, axis)

    def in_direction(
        self, x: Any, lens: Any, direction: int, states: list[Any], parts: list[Any]
    ) -> tuple[Any, Tensors]:
        """Walk in one direction: the hidden state at every time, and the states at the end."""
        w, r, bias, *more = parts
        if self.onnx_kernels:
            w, r = ops.transpose(w), ops.transpose(r)
        reverse = self.direction == "reverse" or direction == 1
        turned = reverse and lens is not None
        time, batch, _ = ops.shape(x)
        inputs = self.from_outside(turn(x, lens) if turned else x, w, more)
        if bias is not None:
            inputs = inputs + self.outer_bias(bias)
        zeros = ops.zeros((batch, ops.shape(r)[0]), inputs.dtype)
        states = [zeros if s is None else s for s in states]
        tracks, last = self.walk(inputs, r, states, reverse and not turned, direction, (bias, *more))
        if lens is None:
            return tracks[0] if tracks else None, unless_empty(time, last)
        y = ops.where(ops.expand_dims(is_inside(x, lens), -1), tracks[0], ops.zeros_like(tracks[0]))
        return turn(y, lens) if turned else y, tuple(at_end(t, lens) for t in tracks)

    def joined(self, sequences: list[Any]) -> Any:
        """Put the directions together, in the order in which y is stored."""
        axes = self.y_axes or ("btdh" if self.layout else "tdbh")
        y = ops.stack(sequences, axis=1 if axes == "tdbh" else 2)
        return ops.transpose(y, (1, 0, 2, 3)) if axes == "btdh" else y


def projected(x: Any, product: Callable[[Any], Any], size: Any) -> Any:
    """Multiply all times at once; by an operator, as `keras.ops` makes float32 of PyTorch's float64."""
    time, batch, inputs = ops.shape(x)
    return ops.reshape(product(ops.reshape(x, (time * batch, inputs))), (time, batch, size))


def is_inside(x: Any, lens: Any) -> Any:
    """Say for each time and batch whether the sequence still runs, for x of shape (time, batch, ...)."""
    return ops.expand_dims(times(x, lens), 1) < ops.expand_dims(lens, 0)


def times(x: Any, lens: Any) -> Any:
    return ops.arange(ops.shape(x)[0], dtype=lens.dtype)


def turn(x: Any, lens: Any) -> Any:
    """Reverse each sequence up to its end."""
    time = ops.expand_dims(times(x, lens), 1)
    source = ops.where(is_inside(x, lens), ops.expand_dims(lens, 0) - 1 - time, time)
    return ops.take_along_axis(x, ops.expand_dims(source, -1), axis=0)


def at_end(track: Any, lens: Any) -> Any:
    """Give the state at the end of each sequence; ONNX Runtime has zeros where one is empty."""
    start = first_zeros(track)
    index = ops.expand_dims(ops.expand_dims(lens, 0), -1)
    return ops.take_along_axis(ops.concatenate([start, track], axis=0), index, axis=0)[0]


def first_zeros(track: Any) -> Any:
    _, batch, hidden = ops.shape(track)
    return ops.zeros((1, batch, hidden), track.dtype)


def unless_empty(time: Any, states: Tensors) -> Tensors:
    """Give states, or zeros if there was no time at all, as ONNX Runtime does."""
    if isinstance(time, int) and time:
        return tuple(states)
    return tuple(ops.where(time > 0, s, ops.zeros_like(s)) for s in states)
