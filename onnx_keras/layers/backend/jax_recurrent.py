"""Loops over time for JAX; what they take and give is said in `tensorflow_recurrent`."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
from jax import numpy as jnp

Tensors = tuple[Any, ...]


def scan(
    step: Callable[[Any, Tensors], Tensors], inputs: Any, states: Sequence[Any], reverse: bool, kept: int
) -> tuple[Tensors, Tensors]:
    """Run a step over the first axis."""

    def body(states: Tensors, x: Any) -> tuple[Tensors, Tensors]:
        after = tuple(step(x, states))
        return after, after[:kept]

    last, tracks = jax.lax.scan(body, tuple(states), inputs, reverse=reverse)
    return tracks, last


def lstm(inputs: Any, kernel: Any, h: Any, c: Any, reverse: bool) -> tuple[Any, Any, Any, Any]:
    """Run ONNX' default LSTM without peepholes."""

    def step(x: Any, states: Tensors) -> Tensors:
        i, o, f, g = jnp.split(x + jnp.matmul(states[0], kernel), 4, axis=1)
        cell = jax.nn.sigmoid(f) * states[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
        return jax.nn.sigmoid(o) * jnp.tanh(cell), cell

    (hs, cs), (h, c) = scan(step, inputs, (h, c), reverse, 2)
    return hs, cs, h, c


def gru(inputs: Any, kernel: Any, bias: Any, h: Any, reverse: bool) -> tuple[Any, Any]:
    """Run ONNX' default GRU with `linear_before_reset`."""

    def step(x: Any, states: Tensors) -> Tensors:
        (x_z, x_r, x_h), (z, r, own) = (jnp.split(t, 3, axis=1) for t in (x, jnp.matmul(states[0], kernel)))
        z, r = jax.nn.sigmoid(x_z + z), jax.nn.sigmoid(x_r + r)
        new = jnp.tanh(x_h + r * (own + bias))
        return (new + z * (states[0] - new),)

    (hs,), (h,) = scan(step, inputs, (h,), reverse, 1)
    return hs, h
