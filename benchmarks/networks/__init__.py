"""The networks that are measured, each written twice: in PyTorch, to be exported, and in Keras' own layers."""

import importlib
import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

NAMES = ("resnet50", "mobilenet_v2", "encoder", "lstm")
CLASSES = 1000


@dataclass(frozen=True)
class Network:
    """A classifier, written twice.

    Attributes:
        module: Makes it in PyTorch.
        model: Makes it in Keras' own layers, channels last; its argument is the size of a sample without the batch.
        shape: The size of a sample in PyTorch's order, without the batch.
        quick_shape: A smaller one.
        tokens: The size of the vocabulary if samples are tokens, else 0.
    """

    module: Callable[[], Any]
    model: Callable[[tuple[int, ...]], Any]
    shape: tuple[int, ...]
    quick_shape: tuple[int, ...]
    tokens: int = 0

    def samples(self, batch: int, shape: tuple[int, ...]) -> np.ndarray:
        """Make random samples in PyTorch's order."""
        rng = np.random.default_rng(0)
        if self.tokens:
            return rng.integers(0, self.tokens, (batch, *shape))
        return rng.normal(size=(batch, *shape)).astype("float32")


def channels_last(array: np.ndarray) -> np.ndarray:
    """Put images in Keras' order; other samples stay."""
    return np.ascontiguousarray(np.moveaxis(array, 1, -1)) if array.ndim == 4 else array


def network(name: str) -> Network:
    return importlib.import_module(f"{__name__}.{name}").NETWORK


def write_onnx(module: Any, samples: np.ndarray, path: pathlib.Path) -> None:
    """Export a PyTorch module as it is: BatchNormalization stays a node, so that it can be trained on."""
    import torch

    torch.onnx.export(
        module.eval(),
        (torch.from_numpy(samples),),
        str(path),
        dynamo=False,
        opset_version=17,
        do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE,
        input_names=["x"],
        output_names=["logits"],
        dynamic_axes={"x": {0: "N"}, "logits": {0: "N"}},
    )
