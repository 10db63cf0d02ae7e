"""The same steps on the same batches in PyTorch and here: losses, gradients and weights are the same."""

import functools
import itertools
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the networks are PyTorch's")
pytest.importorskip("onnxscript", reason="one of the exporters needs it")

import onnx_keras  # noqa: E402
from tests.retraining import keras_side, torch_side  # noqa: E402
from tests.retraining.exporting import EXPORTERS, exported  # noqa: E402
from tests.retraining.networks import NETWORKS, batches, made  # noqa: E402
from tests.retraining.numbering import positions  # noqa: E402

pytestmark = pytest.mark.retraining

FORMATS = ("channels_last", "channels_first") if keras.backend.backend() == "tensorflow" else ("channels_last",)
OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
    "adamw": lambda: keras_side.AdamW(0.003, epsilon=1e-6, weight_decay=0.02),
}

NOISE = 1e-6
"""What is left of a gradient that is zero by nature, relative to the largest of the network's gradients."""


@functools.cache
def file(name: str, exporter: str) -> Any:
    return exported(name, made(name), exporter, NETWORKS[name].keeps_training)


@dataclass(frozen=True)
class Loaded:
    """A network as it was loaded."""

    name: str
    exporter: str
    data_format: str
    model: Any
    start: list[np.ndarray]

    @property
    def places(self) -> dict[str, np.ndarray]:
        return positions(self.name, self.exporter)

    def train(self, optimizer: Any, steps: int) -> list[float]:
        """Train from the start; give the losses."""
        self.model.set_weights(self.start)
        return keras_side.losses(self.model, batches(self.name, steps), optimizer, NETWORKS[self.name].classifies)


@pytest.fixture(scope="module", params=itertools.product(NETWORKS, EXPORTERS, FORMATS), ids="-".join)
def loaded(request):
    name, exporter, data_format = request.param
    model = onnx_keras.load(file(name, exporter), data_format=data_format)
    return Loaded(name, exporter, data_format, model, model.get_weights())


@pytest.fixture
def note(loaded, record_property):
    """Note figures for the table's row of the network."""
    return lambda **figures: record_property((loaded.name, loaded.exporter, loaded.data_format), figures)


def test_every_parameter_of_pytorch_is_one_here(loaded, note):
    """Each number once, whatever the exporter made of it, and nothing else."""
    wanted = sum(p.numel() for p in made(loaded.name).parameters())
    known = onnx_keras.parameters(loaded.model)
    count = sum(int(np.prod(p.shape)) for p in known if p.trainable)
    note(here=count, there=wanted)
    assert (keras_side.trained_numbers(loaded.model, loaded.places, wanted) == 1).all(), known
    assert count == wanted


def test_gradients_are_those_of_pytorch(loaded, note):
    run = torch_side.trained(loaded.name, "sgd")
    loaded.train(keras_side.Gradients(1.0), steps=1)
    found = keras_side.numbers(loaded.model, loaded.places, run.numbers.size)
    least = NOISE * np.abs(run.gradients).max() / 1e-4
    worst = max(
        np.abs(found[at] - run.gradients[at]).max() / max(np.abs(run.gradients[at]).max(), least)
        for at in pieces(run.sizes)
    )
    note(gradient=float(worst))
    assert worst <= 1e-4


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_is_that_of_pytorch(loaded, optimizer, note):
    run = torch_side.trained(loaded.name, optimizer)
    losses = loaded.train(OPTIMIZERS[optimizer](), torch_side.STEPS)
    difference = np.abs(np.array(losses) / run.losses - 1).max()
    note(loss=float(difference))
    assert difference <= 1e-3
    found = keras_side.numbers(loaded.model, loaded.places, run.numbers.size)
    np.testing.assert_allclose(found, run.numbers, rtol=0, atol=1e-3)


def pieces(sizes: list[int]) -> list[slice]:
    """Give the place of each parameter among all numbers."""
    ends = np.cumsum(sizes)
    return [slice(end - size, end) for size, end in zip(sizes, ends)]
