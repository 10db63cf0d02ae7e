"""The arguments and options that commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from onnx_keras.cli.failing import Mistake, remember


class DataFormat(StrEnum):
    """How images are stored."""

    CHANNELS_LAST = "channels_last"
    CHANNELS_FIRST = "channels_first"


class Stage(StrEnum):
    """A step of the road from a file to a model."""

    READ = "read"
    NORMALIZE = "normalize"
    PLAN = "plan"


File = Annotated[Path, typer.Argument(help="The ONNX file.", show_default=False)]
Format = Annotated[
    DataFormat | None, typer.Option("--data-format", help="How images are stored; Keras' own by default.")
]
Shapes = Annotated[
    list[str] | None,
    typer.Option(
        "--shape", help="A size by its name in the file, N=8, or an input's shape, x=1,3,?,?. May be repeated."
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.", callback=remember)]


def sizes(shapes: list[str] | None) -> dict[str, Any]:
    """Read what `--shape` was given as `load` takes it: a size, or a tuple with None for what stays unknown.

    Raises:
        Mistake: One of them can't be read.
    """
    return dict(map(size, shapes or ()))


def keras_file(path: Path) -> Path:
    """Check that a model can be saved at a path.

    Raises:
        Mistake: It doesn't end in .keras, or is in no folder.
    """
    if path.suffix != ".keras":
        raise Mistake(f"'{path}' is no .keras file: give -o a name that ends so.")
    if not path.parent.is_dir():
        raise Mistake(f"'{path.parent}' is no folder: make it first.")
    return path


def saved_model(path: Path) -> Any:
    """Read a saved Keras model.

    Raises:
        Mistake: It is none.
    """
    import keras

    if not path.exists():
        raise Mistake(f"'{path}' doesn't exist.")
    try:
        return keras.saving.load_model(path)
    except ValueError as error:
        raise Mistake(f"'{path}' is no Keras model that can be read: {error}") from None


def arrays(path: Path) -> dict[str, Any]:
    """Read inputs by name from an .npz file.

    Raises:
        Mistake: It is none.
    """
    import zipfile

    import numpy as np

    if not path.exists():
        raise Mistake(f"'{path}' doesn't exist.")
    if not zipfile.is_zipfile(path):
        raise Mistake(
            f"'{path}' is no .npz file. Write one with numpy.savez, an array for each input by its ONNX name."
        )
    try:
        with np.load(path) as found:
            return dict(found)
    except (ValueError, zipfile.BadZipFile) as error:
        raise Mistake(f"'{path}' can't be read: {error}") from None


def size(text: str) -> tuple[str, Any]:
    name, _, value = text.rpartition("=")
    words = [w.strip() for w in value.split(",")]
    if not name or not any(words) or not all(w == "?" or w.isdecimal() for w in words if w):
        raise Mistake(f"--shape {text} can't be read. Write a size, N=8, or an input's shape, x=1,3,?,? or x=8,.")
    numbers = tuple(None if w == "?" else int(w) for w in words if w)
    return name, numbers[0] if len(words) == 1 and numbers and numbers[0] is not None else numbers
