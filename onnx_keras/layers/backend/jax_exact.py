"""Mathematics in which `keras.ops`, or XLA, loses digits on JAX."""

from typing import Any

import jax
import jax.numpy as jnp
from keras import ops

einsum = ops.einsum
floor = jnp.floor
matmul = ops.matmul
prod = ops.prod
tanh = jnp.tanh


def divide(a: Any, b: Any) -> Any:
    """Divide, to the nearest number; XLA multiplies by the reciprocal of what it knows to be spread over an axis."""
    a, b = jnp.broadcast_arrays(a, b)
    return a / jax.lax.optimization_barrier(b)


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Give the mean; Keras computes that of float64 in float32."""
    return jnp.mean(x, axis, keepdims=keepdims) if x.dtype == jnp.float64 else ops.mean(x, axis, keepdims)
