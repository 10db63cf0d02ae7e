"""Loops over time for TensorFlow, with gradients written out where that is faster."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

Tensors = tuple[Any, ...]

LARGE = 1 << 16
"""From so many elements on a kernel is split."""


def scan(
    step: Callable[[Any, Tensors], Tensors], inputs: Any, states: Sequence[Any], reverse: bool, kept: int
) -> tuple[Tensors, Tensors]:
    """Run a step over the first axis.

    Args:
        step: From an element of `inputs` and the states to the states that follow.
        inputs: Tensor of shape (time, batch, ...).
        states: The states at the start.
        reverse: Whether time runs backwards.
        kept: How many of the states are wanted at every time.

    Returns:
        The states that are kept, each of shape (time, batch, ...), and the states at the end.
    """
    tracks, after = traced(lambda x, s: (step(x, s), ()), inputs, tuple(states), reverse, kept, ())
    return tuple(later(track, reverse) for track in tracks), after


def lstm(inputs: Any, kernel: Any, h: Any, c: Any, reverse: bool) -> tuple[Any, Any, Any, Any]:
    """Run ONNX' default LSTM without peepholes.

    Args:
        inputs: What the gates i, o, f, c get from outside, of shape (time, batch, 4 * hidden).
        kernel: What they get from the hidden state, of shape (hidden, 4 * hidden).
        h: The hidden state at the start, of shape (batch, hidden).
        c: The cell's state at the start.
        reverse: Whether time runs backwards.

    Returns:
        Both states at every time, and both at the end.
    """

    @tf.custom_gradient
    def run(inputs: Any, kernel: Any, h: Any, c: Any) -> Any:
        def step(x: Any, states: Tensors) -> tuple[Tensors, Tensors]:
            gates = x + product(states[0], kernels)
            i, o, f = tf.split(tf.sigmoid(gates[:, : 3 * size]), 3, axis=1)
            cell = f * states[1] + i * tf.tanh(gates[:, 3 * size :])
            return (o * tf.tanh(cell), cell), (gates,)

        size, kernels = h.shape[-1], halves(kernel, 1)
        (hs, cs, gates), last = traced(step, inputs, (h, c), reverse, 2, (4 * size,))
        results = (later(hs, reverse), later(cs, reverse), *last)
        return results, lambda *grads: lstm_gradient(kernel, hs, cs, later(gates, reverse), reverse, grads)

    return run(inputs, kernel, h, c)


def lstm_gradient(kernel: Any, hs: Any, cs: Any, gates: Any, reverse: bool, grads: Tensors) -> Tensors:
    """Go back through an LSTM: what depends on no gradient is computed for all times at once."""
    size = hs.shape[-1]
    i, o, f = tf.split(tf.sigmoid(gates[..., : 3 * size]), 3, axis=-1)
    g, squashed, before = tf.tanh(gates[..., 3 * size :]), tf.tanh(later(cs, reverse)), earlier(cs, reverse)
    slopes = tf.concat([g * i * (1 - i), squashed * o * (1 - o), before * f * (1 - f), i * (1 - g * g)], axis=-1)
    kernels = halves(tf.transpose(kernel), 0)

    def step(parts: Tensors, states: Tensors) -> tuple[Tensors, Tensors]:
        slope, bend, keep, dh_here, dc_here = parts
        dh = states[0] + dh_here
        dc = states[1] + dc_here + dh * bend
        dgates = slope * tf.concat([dc, dh, dc, dc], axis=1)
        return (product_of_halves(dgates, kernels), dc * keep), (dgates,)

    parts = (slopes, o * (1 - squashed * squashed), f, grads[0], grads[1])
    (dgates,), (dh, dc) = traced(step, parts, grads[2:], not reverse, 0, (4 * size,))
    dgates = later(dgates, not reverse)
    return dgates, product_over_time(earlier(hs, reverse), dgates), dh, dc


def gru(inputs: Any, kernel: Any, bias: Any, h: Any, reverse: bool) -> tuple[Any, Any]:
    """Run ONNX' default GRU with `linear_before_reset`.

    Args:
        inputs: What the gates z, r, h get from outside, of shape (time, batch, 3 * hidden).
        kernel: What they get from the hidden state, of shape (hidden, 3 * hidden).
        bias: What is added before the reset, of shape (hidden,).
        h: The hidden state at the start, of shape (batch, hidden).
        reverse: Whether time runs backwards.

    Returns:
        The hidden state at every time, and at the end.
    """

    @tf.custom_gradient
    def run(inputs: Any, kernel: Any, bias: Any, h: Any) -> Any:
        def step(x: Any, states: Tensors) -> tuple[Tensors, Tensors]:
            own = product(states[0], kernels)
            z, r = tf.split(tf.sigmoid(x[:, : 2 * size] + own[:, : 2 * size]), 2, axis=1)
            linear = own[:, 2 * size :] + bias
            new = tf.tanh(x[:, 2 * size :] + r * linear)
            return (new + z * (states[0] - new),), (tf.concat([z, r, linear, new], axis=1),)

        size, kernels = h.shape[-1], halves(kernel, 1)
        (hs, gates), last = traced(step, inputs, (h,), reverse, 1, (4 * size,))
        return (later(hs, reverse), *last), lambda *grads: gru_gradient(
            kernel, hs, later(gates, reverse), reverse, grads
        )

    return run(inputs, kernel, bias, h)


def gru_gradient(kernel: Any, hs: Any, gates: Any, reverse: bool, grads: Tensors) -> Tensors:
    """Go back through a GRU: every gate's gradient is that of the hidden state, times what is known beforehand."""
    z, r, linear, new = tf.split(gates, 4, axis=-1)
    before = earlier(hs, reverse)
    to_new = (1 - z) * (1 - new * new)
    slopes = tf.concat([(before - new) * z * (1 - z), to_new * linear * r * (1 - r), to_new * r], axis=-1)
    kernels = halves(tf.transpose(kernel), 0)

    def step(parts: Tensors, states: Tensors) -> tuple[Tensors, Tensors]:
        slope, keep, dh_here = parts
        dh = states[0] + dh_here
        back = product_of_halves(slope * tf.concat([dh, dh, dh], axis=1), kernels)
        return (dh * keep + back,), (dh,)

    (dhs,), (dh,) = traced(step, (slopes, z, grads[0]), grads[1:], not reverse, 0, (hs.shape[-1],))
    dhs = later(dhs, not reverse)
    down = slopes * tf.concat([dhs, dhs, dhs], axis=-1)
    size = hs.shape[-1]
    dinputs = tf.concat([down[..., : 2 * size], dhs * to_new], axis=-1)
    return dinputs, product_over_time(before, down), tf.reduce_sum(down[..., 2 * size :], axis=(0, 1)), dh


def halves(kernel: Any, axis: int) -> list[Any]:
    """Split a large kernel: one product of a few rows runs on a single core, two run side by side."""
    return tf.split(kernel, 2, axis=axis) if kernel.shape.num_elements() >= LARGE else [kernel]


def product(x: Any, kernels: list[Any]) -> Any:
    """Multiply by a kernel that is split along its outputs."""
    return tf.concat([tf.matmul(x, k) for k in kernels], axis=1) if len(kernels) > 1 else tf.matmul(x, kernels[0])


def product_of_halves(x: Any, kernels: list[Any]) -> Any:
    """Multiply by a kernel that is split along its inputs."""
    parts = tf.split(x, len(kernels), axis=1)
    return tf.add_n([tf.matmul(part, k) for part, k in zip(parts, kernels)])


def product_over_time(before: Any, after: Any) -> Any:
    """Sum the outer products of all times and batches."""
    flat = [tf.reshape(t, (-1, t.shape[-1])) for t in (before, after)]
    return tf.matmul(flat[0], flat[1], transpose_a=True)


def traced(
    step: Callable[[Any, Tensors], tuple[Tensors, Tensors]],
    inputs: Any,
    states: Tensors,
    reverse: bool,
    kept: int,
    widths: Sequence[Any],
) -> tuple[list[Any], Tensors]:
    """Run a step and note its first states and whatever else it gives, of these widths.

    What is noted has one element more than time: the start's, which for a `reverse` run lies behind the others. So a
    list is never empty, from which TensorFlow couldn't make a tensor.
    """
    parts = inputs if isinstance(inputs, tuple) else (inputs,)
    time = parts[0].shape[0] if parts[0].shape[0] is not None else tf.shape(parts[0])[0]
    readers = [tf.TensorArray(p.dtype, size=time).unstack(p) for p in parts]
    first = [*states[:kept], *(tf.zeros((tf.shape(states[0])[0], w), states[0].dtype) for w in widths)]
    notes = [
        tf.TensorArray(s.dtype, size=time + 1, element_shape=(None, *s.shape[1:])).write(time if reverse else 0, s)
        for s in first
    ]

    def body(count: Any, states: Tensors, notes: list[Any]) -> Any:
        t = time - 1 - count if reverse else count
        here = tuple(reader.read(t) for reader in readers)
        after, more = step(here if isinstance(inputs, tuple) else here[0], states)
        for new, old in zip(after, states):
            new.set_shape(old.shape)
        place = t if reverse else t + 1
        return count + 1, tuple(after), [n.write(place, v) for n, v in zip(notes, (*after[:kept], *more))]

    _, states, notes = tf.while_loop(lambda count, *_: count < time, body, (0, states, notes), maximum_iterations=time)
    return [n.stack() for n in notes], states


def later(track: Any, reverse: bool) -> Any:
    """Leave out the start."""
    return track[:-1] if reverse else track[1:]


def earlier(track: Any, reverse: bool) -> Any:
    """Leave out the end: what each time started from."""
    return track[1:] if reverse else track[:-1]
