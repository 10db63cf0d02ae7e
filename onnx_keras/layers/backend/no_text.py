"""Text on backends that have no tensors of it."""

from typing import Any

MESSAGE = "Only TensorFlow has tensors of strings. Set KERAS_BACKEND=tensorflow to run this model."


def read_numbers(x: Any, dtype: str) -> Any:
    """Say that there is no text."""
    raise NotImplementedError(MESSAGE)


def write_numbers(x: Any) -> Any:
    """Say that there is no text."""
    raise NotImplementedError(MESSAGE)


def text(array: Any) -> Any:
    """Say that there is no text."""
    raise NotImplementedError(MESSAGE)


def decoded_text(codes: Any, shape: Any) -> Any:
    """Say that there is no text."""
    raise NotImplementedError(MESSAGE)


def positions_of_text(keys: Any, x: Any) -> Any:
    """Say that there is no text."""
    raise NotImplementedError(MESSAGE)
