"""Where each number of a PyTorch module is found in its ONNX file: exporters transpose, join and reorder them.

A copy of the module is exported whose weights are numbers that stand for themselves; what arrives says the way.
"""

import copy
import functools

import numpy as np
import onnx
import torch
from torch import nn

from tests.retraining.exporting import exported
from tests.retraining.networks import NETWORKS, made

FIRST = 2**20
"""The first number, above all constants of a graph; float32 holds the next fifteen million exactly."""


def numbers_of(module: nn.Module) -> list[torch.Tensor]:
    """List the tensors of a module: parameters, each once, then what moves beside them."""
    return [*module.parameters(), *(b for b in module.buffers() if b.dtype == torch.float32)]


def flat(tensors: list[torch.Tensor]) -> np.ndarray:
    return np.concatenate([t.detach().numpy().ravel() for t in tensors]) if tensors else np.zeros(0, "float32")


def numbered(module: nn.Module) -> nn.Module:
    """Copy a module and put in place of every number where it stands in `flat(numbers_of(module))`."""
    module, position = copy.deepcopy(module), FIRST
    for tensor in numbers_of(module):
        tensor.data = torch.arange(position, position + tensor.numel(), dtype=torch.float32).reshape(tensor.shape)
        position += tensor.numel()
    return module


@functools.cache
def positions(name: str, exporter: str) -> dict[str, np.ndarray]:
    """Say for each initializer of an exported network where its numbers stand in the module."""
    file = exported(name, numbered(made(name)), exporter, NETWORKS[name].keeps_training)
    arrays = {i.name: onnx.numpy_helper.to_array(i) for i in file.graph.initializer}
    return {n: a.astype(int) - FIRST for n, a in arrays.items() if a.dtype == np.float32 and (a >= FIRST).all()}
