"""Train the classifier that the package ships: 8x8 digits, but never an 8 or a 9.

    python scripts/train_demo.py

writes onnx_keras/demo/digits.onnx and digits.npz beside it. Needs PyTorch and scikit-learn.
"""

import argparse
import io
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.onnx import symbolic_helper

SEED = 7
KNOWN_DIGITS = 8
"""The classifier is trained on the digits below this one."""

TRAINED, RETRAINING = 600, 1300
"""Where the shuffled images are cut: to train on, to retrain on, and the rest to test with."""

DEMO = Path(__file__).parent.parent / "onnx_keras" / "demo"


class Classifier(nn.Sequential):
    """A small convolutional network from pixels of 0 to 16 to ten logits."""

    def __init__(self) -> None:
        layers = {
            **block(1, 1, 16),
            **block(2, 16, 32),
            "pool2": nn.MaxPool2d(2),
            **block(3, 32, 32),
            "pool3": nn.MaxPool2d(2),
            "flatten": nn.Flatten(),
            "dropout4": nn.Dropout(0.25),
            "dense4": nn.Linear(32 * 2 * 2, 64),
            "relu4": nn.ReLU(),
            "dropout5": nn.Dropout(0.25),
            "dense5": nn.Linear(64, 10),
        }
        super().__init__(OrderedDict(layers))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return super().forward(image / 16)


def block(number: int, channels: int, filters: int) -> dict[str, nn.Module]:
    return {
        f"conv{number}": nn.Conv2d(channels, filters, 3, padding=1, bias=False),
        f"norm{number}": nn.BatchNorm2d(filters),
        f"relu{number}": nn.ReLU(),
    }


def shuffled_digits() -> tuple[np.ndarray, np.ndarray]:
    """Give images of shape (n, 8, 8) with pixels of 0 to 16, and their digits."""
    images, labels = load_digits(return_X_y=True)
    chosen = np.random.default_rng(SEED).permutation(len(images))
    return images[chosen].reshape(-1, 8, 8).astype("uint8"), labels[chosen].astype("uint8")


def tensor(images: np.ndarray) -> torch.Tensor:
    return torch.tensor(images[:, None], dtype=torch.float32)


def train(network: nn.Module, images: np.ndarray, labels: np.ndarray, epochs: int) -> None:
    x, y = tensor(images), torch.tensor(labels, dtype=torch.long)
    optimizer = torch.optim.Adam(network.parameters(), 2e-3)
    network.train()
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x[batch]), y[batch]).backward()
            optimizer.step()
    network.eval()


def accuracy(network: nn.Module, images: np.ndarray, labels: np.ndarray) -> float:
    with torch.no_grad():
        found = network(tensor(images)).argmax(1).numpy()
    return float((found == labels).mean())


@symbolic_helper.parse_args("v", "f", "b")
def keep_dropout(graph: Any, x: Any, ratio: float, training: bool) -> Any:
    """Write the Dropout that the exporter leaves out of a network that infers."""
    return graph.op("Dropout", x, graph.op("Constant", value_t=torch.tensor(ratio)))


def exported(network: nn.Module) -> onnx.ModelProto:
    """Write the network as it infers, with BatchNormalization and Dropout kept as nodes."""
    file = io.BytesIO()
    torch.onnx.register_custom_op_symbolic("aten::dropout", keep_dropout, 17)
    torch.onnx.export(
        network,
        (torch.zeros(1, 1, 8, 8),),
        file,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        opset_version=17,
        dynamo=False,
    )
    return onnx.load_from_string(file.getvalue())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=DEMO, help="the folder to write to")
    parser.add_argument("--epochs", type=int, default=12)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    images, labels = shuffled_digits()
    known = np.flatnonzero(labels[:TRAINED] < KNOWN_DIGITS)
    network = Classifier()
    train(network, images[known], labels[known], arguments.epochs)
    arguments.output.mkdir(parents=True, exist_ok=True)
    onnx.save(exported(network), arguments.output / "digits.onnx")
    np.savez_compressed(
        arguments.output / "digits.npz",
        images=images[TRAINED:RETRAINING],
        labels=labels[TRAINED:RETRAINING],
        test_images=images[RETRAINING:],
        test_labels=labels[RETRAINING:],
    )
    print(
        f"Trained on {len(known)} images; right on {accuracy(network, images[RETRAINING:], labels[RETRAINING:]):.1%}."
    )


if __name__ == "__main__":
    main()
