"""Fourier transforms by JAX, along the last axis."""

from typing import Any

import jax
import jax.numpy as jnp


def fft(real: Any, imaginary: Any, inverse: bool) -> tuple[Any, Any]:
    """Transform complex numbers, or transform them back; real and imaginary parts come and go."""
    waves = (jnp.fft.ifft if inverse else jnp.fft.fft)(jax.lax.complex(real, imaginary))
    return waves.real, waves.imag


def rfft(real: Any) -> tuple[Any, Any]:
    """Transform real numbers to the waves of no negative frequency."""
    waves = jnp.fft.rfft(real)
    return waves.real, waves.imag


def irfft(real: Any, imaginary: Any, length: Any) -> Any:
    """Transform the waves of no negative frequency to so many real numbers."""
    return jnp.fft.irfft(jax.lax.complex(real, imaginary), length)
