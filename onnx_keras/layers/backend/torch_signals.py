"""Fourier transforms by PyTorch, along the last axis."""

from typing import Any

import torch


def fft(real: Any, imaginary: Any, inverse: bool) -> tuple[Any, Any]:
    """Transform complex numbers, or transform them back; real and imaginary parts come and go."""
    waves = (torch.fft.ifft if inverse else torch.fft.fft)(torch.complex(real, imaginary))
    return waves.real, waves.imag


def rfft(real: Any) -> tuple[Any, Any]:
    """Transform real numbers to the waves of no negative frequency."""
    waves = torch.fft.rfft(real)
    return waves.real, waves.imag


def irfft(real: Any, imaginary: Any, length: Any) -> Any:
    """Transform the waves of no negative frequency to so many real numbers."""
    return torch.fft.irfft(torch.complex(real, imaginary), n=int(length))
