"""Branches and loops for TensorFlow."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from onnx_keras.layers.backend.tensorflow_sequences import widened

Step = Callable[[Any, Any, Sequence[Any], Sequence[Any]], tuple[Any, Sequence[Any], Sequence[Any]]]


Branch = Callable[[Sequence[Any]], Any]


def branch(cond: Any, then: Branch, other: Branch, given: Sequence[Any], shapes: Sequence[Any]) -> Any:
    """Compute one of two functions of the same values.

    Args:
        cond: Boolean scalar.
        then: What is computed where it is true.
        other: What is computed where it is false.
        given: What the functions take.
        shapes: What they expect of its shapes. Both are traced, also the one that these very sizes would not fit.
    """
    known = tf.get_static_value(cond)
    if known is not None:
        return then(given) if known else other(given)
    open_values = [_opened(value, shape) for value, shape in zip(given, shapes)]
    return tf.cond(cond, lambda: then(open_values), lambda: other(open_values))


def _opened(value: Any, shape: Any) -> Any:
    """Hide what the trace knows of a shape beyond what is expected."""
    if tf.executing_eagerly() or not isinstance(shape, tuple) or None not in shape or not tf.is_tensor(value):
        return value
    return tf.raw_ops.PlaceholderWithDefault(input=value, shape=shape)


def loop(
    step: Step,
    trips: Any,
    going: Any,
    states: Sequence[Any],
    sequences: Sequence[Any],
    shapes: Sequence[Any],
    collected: Sequence[tuple[Any, str]],
) -> tuple[list[Any], list[Any]]:
    """Run a step again and again.

    Args:
        step: From the number of the time, whether it goes on, the states and an element of each sequence to whether
            it goes on (None: yes), the next states and what is collected.
        trips: How often at most; None for no limit but that of the sequences.
        going: Whether to start; None for yes.
        states: The states at the start.
        sequences: Tensors along whose first axis it goes.
        shapes: The shape that each state has at any time, None where not even the rank is known.
        collected: The shape and type of an element of each thing that is collected.

    Returns:
        The states at the end, and what was collected, stacked along a new first axis.
    """
    if sequences:
        trips = tf.shape(sequences[0], tf.int64)[0]
    readers = [tf.TensorArray(x.dtype, size=tf.shape(x)[0], element_shape=x.shape[1:]).unstack(x) for x in sequences]
    notes = [tf.TensorArray(dtype, size=0, dynamic_size=True, element_shape=shape) for shape, dtype in collected]
    start = tf.constant(True) if going is None else tf.cast(going, tf.bool)

    def goes_on(i: Any, going: Any, *_: Any) -> Any:
        return going if trips is None else tf.logical_and(going, i < tf.cast(trips, tf.int64))

    def body(i: Any, going: Any, states: Sequence[Any], notes: Sequence[Any]) -> Any:
        at = tf.cast(i, tf.int32)
        going, states, found = step(i, going, states, [r.read(at) for r in readers])
        notes = [n.write(at, x) for n, x in zip(notes, found)]
        going = tf.constant(True) if going is None else tf.cast(going, tf.bool)
        return i + 1, going, shaped(states, shapes), notes

    count, _, states, notes = tf.while_loop(
        goes_on,
        body,
        (tf.constant(0, tf.int64), start, shaped(states, shapes), notes),
        shape_invariants=(
            tf.TensorShape(()),
            tf.TensorShape(()),
            [invariant(shape) for shape in shapes],
            [tf.TensorShape(None)] * len(notes),
        ),
    )
    return states, [stacked(n, shape, dtype, count) for n, (shape, dtype) in zip(notes, collected)]


def shaped(tensors: Sequence[Any], shapes: Sequence[Any]) -> list[Any]:
    """State the sizes that are known of tensors."""
    return [stated(x, shape) for x, shape in zip(tensors, shapes)]


def stated(x: Any, shape: Any) -> Any:
    """State the sizes of a tensor; an empty sequence to start with gets the rank of the tensors to come."""
    if isinstance(shape, dict):
        return {n: of_rank(x[n], p[1]) if n == "shapes" else x[n] for n, p in shape.items()}
    return x if shape is None else tf.ensure_shape(x, shape)


def of_rank(shapes: Any, rank: int | None) -> Any:
    """State how many sizes each tensor in a sequence has."""
    return shapes if rank is None else tf.ensure_shape(widened(shapes, rank), (None, rank))


def invariant(shape: Any) -> Any:
    """Say what shape a state keeps."""
    return {n: invariant(p) for n, p in shape.items()} if isinstance(shape, dict) else tf.TensorShape(shape)


def stacked(notes: Any, shape: Any, dtype: str, count: Any) -> Any:
    """Stack what was collected; TensorFlow can't where nothing was and a size isn't known."""
    if shape is not None and None not in shape:
        return notes.stack()
    nothing = [0, *(size or 0 for size in shape or ())]
    return tf.cond(count > 0, notes.stack, lambda: tf.zeros(nothing, dtype))
