"""Branches and loops for JAX; what they take and give is said in `tensorflow_control_flow`."""

from collections.abc import Sequence
from typing import Any

import jax
import keras
from jax import numpy as jnp
from keras import ops

from onnx_keras.layers.backend import unrolled_control_flow


def is_traced(*tensors: Any) -> bool:
    return any(isinstance(t, jax.core.Tracer) for t in jax.tree.leaves(tensors))


def branch(cond: Any, then: Any, other: Any, given: Sequence[Any], shapes: Sequence[Any]) -> Any:
    """Compute one of two functions of the same values; both must fit their sizes where they are traced."""
    if not is_traced(cond):
        return then(given) if bool(cond) else other(given)
    return jax.lax.cond(cond, lambda: then(given), lambda: other(given))


def loop(
    step: Any,
    trips: Any,
    going: Any,
    states: Sequence[Any],
    sequences: Sequence[Any],
    shapes: Sequence[Any],
    collected: Sequence[tuple[Any, str]],
) -> tuple[list[Any], list[Any]]:
    """Run a step again and again: as a scan where it is compiled and its length known, else by Python."""
    if not sequences or not is_traced(*states, *sequences):
        return unrolled_control_flow.loop(step, trips, going, states, sequences, shapes, collected)

    # A variable is no array to JAX.
    states, sequences = keras.tree.map_structure(ops.convert_to_tensor, (list(states), list(sequences)))

    def body(states: Any, element: Any) -> Any:
        i, *elements = element
        _, after, found = step(i, jnp.asarray(True), states, elements)
        return list(after), list(found)

    numbers = jnp.arange(sequences[0].shape[0])
    return jax.lax.scan(body, states, [numbers, *sequences])
