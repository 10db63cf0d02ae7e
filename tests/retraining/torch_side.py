"""A network in PyTorch: its gradients and its training."""

import functools
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from tests.retraining.networks import NETWORKS, batches, made
from tests.retraining.numbering import flat, numbers_of

STEPS = 20

OPTIMIZERS = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, lr=0.003, eps=1e-6, weight_decay=0.02),
}


@dataclass(frozen=True)
class Run:
    """What PyTorch made of a network.

    Attributes:
        losses: The loss before each step.
        gradients: The first step's gradients, one parameter after the other.
        numbers: The weights and what moves beside them at the end, alike.
        sizes: How many numbers each parameter has.
    """

    losses: list[float]
    gradients: np.ndarray
    numbers: np.ndarray
    sizes: list[int]


@functools.cache
def trained(name: str, optimizer: str) -> Run:
    """Train a network in PyTorch."""
    module = made(name).train()
    parameters = list(module.parameters())
    steps = OPTIMIZERS[optimizer](parameters)
    losses, gradients = [], np.zeros(0)
    for inputs, target in batches(name, STEPS):
        steps.zero_grad()
        loss = loss_of(name, module(*map(torch.from_numpy, inputs.values())), torch.from_numpy(target))
        loss.backward()
        gradients = gradients if losses else flat([p.grad for p in parameters])
        losses.append(loss.item())
        steps.step()
    return Run(losses, gradients, flat(numbers_of(module)), [p.numel() for p in parameters])


def loss_of(name: str, output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    if NETWORKS[name].classifies:
        return functional.cross_entropy(output.flatten(0, -2), target.flatten())
    return functional.mse_loss(output, target)
