"""Text on backends that have no tensors of it."""

from typing import Any, NoReturn

MESSAGE = "Only TensorFlow has tensors of strings. Set KERAS_BACKEND=tensorflow to run this model."


def refuse(*arguments: Any) -> NoReturn:
    """Say that there is no text."""
    raise NotImplementedError(MESSAGE)


decoded_text = joined_text = kept_text = matches_text = positions_of_text = split_text = text = text_in_case = refuse
read_numbers = words_of_text = write_numbers = refuse
