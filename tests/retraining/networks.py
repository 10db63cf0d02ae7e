"""Ten small networks as PyTorch users write them, and what they are trained on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from tests.retraining.transformers import Decoder, Encoder, VisionTransformer

BATCH = 8
CLASSES = 5

Draw = Callable[[np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Network:
    """A network and its task.

    Attributes:
        make: Makes the module.
        inputs: Draws each input, by its name.
        target: Draws what the output should be: classes, or numbers as large as the output.
        keeps_training: Whether the file has to keep what is special while training.
    """

    make: Callable[[], nn.Module]
    inputs: dict[str, Draw]
    target: Draw
    keeps_training: bool = False

    @property
    def classifies(self) -> bool:
        return self.target(np.random.default_rng(0)).dtype.kind == "i"


def numbers(*shape: int) -> Draw:
    return lambda rng: rng.normal(size=(BATCH, *shape)).astype("float32")


def integers(below: int, *shape: int) -> Draw:
    return lambda rng: rng.integers(0, below, (BATCH, *shape)).astype("int64")


def perceptron() -> nn.Module:
    return nn.Sequential(nn.Linear(12, 16), nn.GELU(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, CLASSES))


class Convolutional(nn.Module):
    """Convolutions with BatchNorm, then a Flatten, Dropout and a matrix."""

    def __init__(self, dropped: float = 0.0) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(2, 6, 3, padding=1, bias=False),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.Conv2d(6, 8, 3, padding=1, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(4),
        )
        self.dropout = nn.Dropout(dropped)
        self.head = nn.Linear(8 * 3 * 2, CLASSES)

    def forward(self, image):
        return self.head(self.dropout(torch.flatten(self.features(image), 1)))


class Block(nn.Module):
    """Two convolutions beside a short cut."""

    def __init__(self, channels: int, filters: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(y + self.shortcut(x))


def residual() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        Block(4, 4, 1),
        Block(4, 8, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, CLASSES),
    )


def deconvolutional() -> nn.Module:
    return nn.Sequential(
        nn.Linear(6, 6 * 3 * 4),
        nn.ReLU(),
        nn.Unflatten(1, (6, 3, 4)),
        nn.ConvTranspose2d(6, 5, 4, stride=2, padding=1),
        nn.LeakyReLU(0.1),
        nn.ConvTranspose2d(5, 3, 3, stride=2, padding=1, output_padding=1),
        nn.Sigmoid(),
    )


def twice(channels: int, filters: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(channels, filters, 3, padding=1),
        nn.GroupNorm(2, filters),
        nn.SiLU(),
        nn.Conv2d(filters, filters, 3, padding=1),
        nn.SiLU(),
    )


class UNet(nn.Module):
    """Down twice and up again, each level joined with its like."""

    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2, self.middle = twice(2, 4), twice(4, 6), twice(6, 8)
        self.up2, self.up1 = nn.ConvTranspose2d(8, 6, 2, 2), nn.Conv2d(6, 4, 1)
        self.join2, self.join1 = twice(12, 6), twice(8, 4)
        self.out = nn.Conv2d(4, 1, 1)

    def forward(self, image):
        one = self.down1(image)
        two = self.down2(functional.max_pool2d(one, 2))
        x = self.up2(self.middle(functional.avg_pool2d(two, 2)))
        x = self.join2(torch.cat([x, two], 1))
        x = self.up1(functional.interpolate(x, scale_factor=2, mode="nearest"))
        return self.out(self.join1(torch.cat([x, one], 1)))


class LSTMClassifier(nn.Module):
    """Two layers of LSTM over numbers; what is left at the end decides."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(6, 8, num_layers=2, batch_first=True)
        self.head = nn.Linear(8, CLASSES)

    def forward(self, sequence):
        return self.head(self.lstm(sequence)[0][:, -1])


class GRUClassifier(nn.Module):
    """A GRU in both directions over words; the mean of its states decides."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(20, 6)
        self.gru = nn.GRU(6, 7, batch_first=True, bidirectional=True)
        self.head = nn.Linear(14, CLASSES)

    def forward(self, tokens):
        return self.head(self.gru(self.embedding(tokens))[0].mean(1))


IMAGE = {"image": numbers(2, 12, 8)}

NETWORKS = {
    "mlp": Network(perceptron, {"features": numbers(12)}, integers(CLASSES)),
    "cnn": Network(Convolutional, IMAGE, integers(CLASSES), keeps_training=True),
    "resnet": Network(residual, IMAGE, integers(CLASSES), keeps_training=True),
    "decoder": Network(deconvolutional, {"code": numbers(6)}, numbers(3, 12, 16)),
    "unet": Network(UNet, IMAGE, numbers(1, 12, 8)),
    "lstm": Network(LSTMClassifier, {"sequence": numbers(7, 6)}, integers(CLASSES)),
    "gru": Network(GRUClassifier, {"tokens": integers(20, 7)}, integers(CLASSES)),
    "bert": Network(Encoder, {"tokens": integers(20, 7), "mask": integers(2, 7)}, integers(CLASSES)),
    "gpt2": Network(Decoder, {"tokens": integers(20, 7)}, integers(20, 7)),
    "vit": Network(VisionTransformer, IMAGE, integers(CLASSES)),
}


def made(name: str, **options: Any) -> nn.Module:
    """Make a network with weights that are all different, so that none can be taken for another."""
    torch.manual_seed(0)
    module = NETWORKS[name].make(**options)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return module


def batches(name: str, count: int) -> list[tuple[dict[str, np.ndarray], np.ndarray]]:
    """Draw batches: inputs by name, and targets."""
    network, rng = NETWORKS[name], np.random.default_rng(0)
    return [({n: draw(rng) for n, draw in network.inputs.items()}, network.target(rng)) for _ in range(count)]
