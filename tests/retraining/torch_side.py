"""A network in PyTorch: its gradients and its training."""

import functools
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
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
    counted = counts(module)
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
    correct(counted)
    return Run(losses, gradients, flat(numbers_of(module)), [p.numel() for p in parameters])


def counts(module: nn.Module) -> dict[nn.Module, int]:
    """Note, from the first batch on, over how many numbers each BatchNorm takes its statistics."""
    found: dict[nn.Module, int] = {}
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.register_forward_pre_hook(lambda at, given: found.update({at: given[0][:, 0].numel()}))
    return found


def correct(counted: dict[nn.Module, int]) -> None:
    """Make of variances of samples, which PyTorch moves to, those of batches, as ONNX and Keras have them."""
    for layer, count in counted.items():
        left = (1 - layer.momentum) ** STEPS  # of the variance at the start, which is one
        layer.running_var.sub_(left).mul_((count - 1) / count).add_(left)


def loss_of(name: str, output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    if NETWORKS[name].classifies:
        return functional.cross_entropy(output.flatten(0, -2), target.flatten())
    return functional.mse_loss(output, target)
