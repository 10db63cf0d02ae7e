"""Fourier transforms by TensorFlow, along the last axis."""

from typing import Any

import tensorflow as tf


def fft(real: Any, imaginary: Any, inverse: bool) -> tuple[Any, Any]:
    """Transform complex numbers, or transform them back; real and imaginary parts come and go."""
    waves = (tf.signal.ifft if inverse else tf.signal.fft)(tf.complex(real, imaginary))
    return tf.math.real(waves), tf.math.imag(waves)


def rfft(real: Any) -> tuple[Any, Any]:
    """Transform real numbers to the waves of no negative frequency."""
    waves = tf.signal.rfft(real)
    return tf.math.real(waves), tf.math.imag(waves)


def irfft(real: Any, imaginary: Any, length: Any) -> Any:
    """Transform the waves of no negative frequency to so many real numbers."""
    return tf.signal.irfft(tf.complex(real, imaginary), [length])
