"""Loops over time for PyTorch; what they take and give is said in `tensorflow_recurrent`."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

Tensors = tuple[Any, ...]


def scan(
    step: Callable[[Any, Tensors], Tensors], inputs: Any, states: Sequence[Any], reverse: bool, kept: int
) -> tuple[Tensors, Tensors]:
    """Run a step over the first axis."""
    rows = inputs.unbind(0)
    tracks: list[list[Any]] = [[] for _ in range(kept)]
    states = tuple(states)
    for x in reversed(rows) if reverse else rows:
        states = tuple(step(x, states))
        for track, state in zip(tracks, states):
            track.append(state)
    return tuple(stacked(t, s, reverse) for t, s in zip(tracks, states)), states


def stacked(track: list[Any], like: Any, reverse: bool) -> Any:
    """Join the states of all times, in the order of time."""
    if not track:
        return like.new_zeros((0, *like.shape))
    return torch.stack(track[::-1] if reverse else track)


def lstm(inputs: Any, kernel: Any, h: Any, c: Any, reverse: bool) -> tuple[Any, Any, Any, Any]:
    """Run ONNX' default LSTM without peepholes."""
    size = h.shape[-1]

    def step(x: Any, states: Tensors) -> Tensors:
        gates = torch.addmm(x, states[0], kernel)
        i, o, f = torch.sigmoid(gates[:, : 3 * size]).chunk(3, dim=1)
        cell = f * states[1] + i * torch.tanh(gates[:, 3 * size :])
        return o * torch.tanh(cell), cell

    (hs, cs), (h, c) = scan(step, inputs, (h, c), reverse, 2)
    return hs, cs, h, c


def gru(inputs: Any, kernel: Any, bias: Any, h: Any, reverse: bool) -> tuple[Any, Any]:
    """Run ONNX' default GRU with `linear_before_reset`."""
    size = h.shape[-1]

    def step(x: Any, states: Tensors) -> Tensors:
        own = torch.matmul(states[0], kernel)
        z, r = torch.sigmoid(x[:, : 2 * size] + own[:, : 2 * size]).chunk(2, dim=1)
        new = torch.tanh(x[:, 2 * size :] + r * (own[:, 2 * size :] + bias))
        return (torch.lerp(new, states[0], z),)

    (hs,), (h,) = scan(step, inputs, (h,), reverse, 1)
    return hs, h
