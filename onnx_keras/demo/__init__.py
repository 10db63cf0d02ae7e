"""The demonstration: a trained ONNX classifier is loaded, verified, retrained, saved and reloaded.

The classifier reads digits of 8x8 pixels and has never seen an 8 or a 9; scripts/train_demo.py trained it.
"""

import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import keras
import numpy as np
from rich.console import Console

from onnx_keras.loading import load
from onnx_keras.verifying import Report, verify

EPOCHS = 12


@dataclass(frozen=True)
class Digits:
    """Images of shape (n, 8, 8) with pixels of 0 to 16, and the digits that they show."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


@dataclass(frozen=True)
class Result:
    """What the demonstration found.

    Attributes:
        report: How the model agrees with its ONNX file.
        before: The accuracy as loaded.
        after: The accuracy when retrained.
        is_equal: Whether the reloaded model computes exactly the same.
    """

    report: Report
    before: float
    after: float
    is_equal: bool

    @property
    def ok(self) -> bool:
        return self.report.ok and self.after > self.before and self.is_equal


def onnx_file() -> bytes:
    """Read the classifier that the package ships, as ONNX."""
    return files(__name__).joinpath("digits.onnx").read_bytes()


def digits() -> Digits:
    """Read the digits that the classifier was not trained on: some to retrain it with, the others to test it."""
    with files(__name__).joinpath("digits.npz").open("rb") as file, np.load(file) as arrays:
        return Digits(**arrays)


def demonstrate(folder: str | Path | None = None, epochs: int = EPOCHS, console: Console | None = None) -> Result:
    """Take the classifier through its life as a Keras model, and say what happens.

    Args:
        folder: Where the retrained model is saved; nowhere that lasts by default.
        epochs: How often retraining sees each image.
        console: Where to print.

    Returns:
        What was found; `ok` if the model agreed with its file, gained by retraining and came back unchanged.
    """
    console = console or Console(highlight=False)
    keras.utils.set_random_seed(0)
    data = digits()
    model = loaded(console)
    report = verified(model, data, console)
    before, after = retrained(model, data, epochs, console)
    result = Result(report, before, after, survives(model, data, folder, console))
    console.rule("What happened")
    console.print(story(result))
    return result


def loaded(console: Console) -> Any:
    console.rule("1. Load an ONNX file that PyTorch wrote")
    model = load(onnx_file(), name="digits")
    model.summary()
    return model


def verified(model: Any, data: Digits, console: Console) -> Report:
    console.rule("2. Verify it")
    report = verify(onnx_file(), model, [data.test_images[:, None].astype("float32")])
    console.print(str(report))
    return report


def retrained(model: Any, data: Digits, epochs: int, console: Console) -> tuple[float, float]:
    """Train on images that the classifier never saw; give its accuracy before and after."""
    console.rule("3. Retrain it")
    before = accuracy(model, data)
    console.print(f"As loaded it reads {before:.1%} of {len(data.test_labels)} digits: it has never seen an 8 or a 9.")
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(as_input(model, data.images), data.labels, epochs=epochs, verbose=0)
    after = accuracy(model, data)
    console.print(f"Retrained on {len(data.labels)} other images, {epochs} times each, it reads {after:.1%}.")
    return before, after


def as_input(model: Any, images: np.ndarray) -> np.ndarray:
    """Add the axis of channels where the model's data format has it."""
    return np.expand_dims(images, -1 if model.data_format == "channels_last" else 1).astype("float32")


def accuracy(model: Any, data: Digits) -> float:
    logits = model.predict(as_input(model, data.test_images), verbose=0)
    return float((logits.argmax(1) == data.test_labels).mean())


def survives(model: Any, data: Digits, folder: str | Path | None, console: Console) -> bool:
    """Save a model, load it again and compare what the two compute."""
    console.rule("4. Save and reload it")
    with tempfile.TemporaryDirectory() as passing:
        path = Path(folder or passing) / "digits.keras"
        model.save(path)
        console.print(f"Saved {path.stat().st_size / 1000:.0f} kB{f' as {path}' if folder else ''}, read back.")
        restored = keras.saving.load_model(path)
    x = as_input(model, data.test_images)
    return bool(np.array_equal(model.predict(x, verbose=0), restored.predict(x, verbose=0)))


def story(result: Result) -> str:
    verdict = "agrees with" if result.report.ok else "DIFFERS from"
    equal = "computes exactly the same" if result.is_equal else "computes SOMETHING ELSE"
    return (
        "A network that PyTorch trained and wrote as ONNX became an ordinary Keras model.\n"
        f"It {verdict} {result.report.oracle}.\n"
        "Its BatchNormalization and Dropout took part in retraining, which raised its\n"
        f"accuracy from {result.before:.1%} to {result.after:.1%}. Saved, and loaded with plain\n"
        f"keras.saving.load_model, it {equal}."
    )
