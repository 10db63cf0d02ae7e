"""The same network four ways: imported, written by hand in Keras, in ONNX Runtime and in PyTorch."""

import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import onnxruntime
import tensorflow as tf
import torch

import onnx_keras
from benchmarks.networks import CLASSES, Network, channels_last, write_onnx

IMPORTED, BY_HAND, RUNTIME, TORCH = "imported", "by hand", "ONNX Runtime", "PyTorch"
RATE = 1e-4


@dataclass
class Contenders:
    """What takes turns: one network, written in every way.

    Attributes:
        network: The network.
        shape: The size of a sample.
        path: Its ONNX file.
        module: It in PyTorch.
        imported: It as `load` makes it.
        by_hand: It in Keras' own layers.
    """

    network: Network
    shape: tuple[int, ...]
    path: pathlib.Path
    module: Any
    imported: Any
    by_hand: Any

    def loads(self) -> dict[str, Callable[[], Any]]:
        """Make each Keras model anew."""
        return {IMPORTED: lambda: load(self.path), BY_HAND: lambda: self.network.model(self.shape)}

    def inferences(self, batch: int) -> dict[str, Callable[[], Any]]:
        """Run each on a batch, compiled."""
        samples = self.network.samples(batch, self.shape)
        session = onnxruntime.InferenceSession(str(self.path), providers=["CPUExecutionProvider"])
        self.module.eval()
        return {
            IMPORTED: traced(self.imported, samples),
            BY_HAND: traced(self.by_hand, samples),
            RUNTIME: lambda: session.run(None, {"x": samples}),
            TORCH: lambda: torch_inference(self.module, torch.from_numpy(samples)),
        }

    def training_steps(self, batch: int) -> dict[str, Callable[[], Any]]:
        """Train each on a batch with plain gradient descent, compiled."""
        samples = self.network.samples(batch, self.shape)
        targets = np.arange(batch, dtype="int64") % CLASSES
        return {
            IMPORTED: fitted(self.imported, samples, targets),
            BY_HAND: fitted(self.by_hand, samples, targets),
            TORCH: torch_training(self.module, torch.from_numpy(samples), torch.from_numpy(targets)),
        }


def contenders_of(network: Network, shape: tuple[int, ...], folder: pathlib.Path) -> Contenders:
    """Write a network to a file and make all the others."""
    path, module = folder / "network.onnx", network.module()
    write_onnx(module, network.samples(2, shape), path)
    made = Contenders(network, shape, path, module, load(path), network.model(shape))
    check(made)
    return made


def load(path: pathlib.Path) -> Any:
    return onnx_keras.load(path, data_format="channels_last")


def check(made: Contenders) -> None:
    """Make sure that what is compared is the same network."""
    samples = made.network.samples(2, made.shape)
    wanted = made.inferences(2)[RUNTIME]()[0]
    np.testing.assert_allclose(onnx_keras.run(made.imported, samples), wanted, rtol=1e-3, atol=1e-3)
    counts = [int(sum(np.prod(v.shape) for v in m.trainable_weights)) for m in (made.imported, made.by_hand)]
    # PyTorch's recurrent layers have two biases for each gate, Keras' one.
    assert abs(counts[0] - counts[1]) < 0.01 * counts[1], counts


def traced(model: Any, samples: np.ndarray) -> Callable[[], Any]:
    tensor, function = tf.constant(channels_last(samples)), tf.function(model)
    return lambda: function(tensor).numpy()


def fitted(model: Any, samples: np.ndarray, targets: np.ndarray) -> Callable[[], Any]:
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(RATE), loss)
    x = channels_last(samples)
    return lambda: model.train_on_batch(x, targets)


def torch_inference(module: Any, tensor: Any) -> Any:
    with torch.inference_mode():
        return module(tensor)


def torch_training(module: Any, tensor: Any, targets: Any) -> Callable[[], Any]:
    optimizer = torch.optim.SGD(module.parameters(), RATE)

    def step() -> None:
        module.train()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(module(tensor), targets).backward()
        optimizer.step()

    return step
