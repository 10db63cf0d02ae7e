"""What functions are asked for: checked before a file is read, and as far as it is about names, after it is planned."""

import fnmatch
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras

from onnx_keras.errors import InputError, UnknownNameError
from onnx_keras.places import close_to
from onnx_keras.program import AS_IN_FILE

Trainable = bool | str | Collection[str] | Callable[[str], bool]


class Escaped(Exception):
    """What a user's function raised, as no code on the way out takes it for its own."""


def check_mappings(**given: Any) -> None:
    """Refuse arguments that are no dicts.

    Raises:
        InputError: One of them is something else.
    """
    for name, value in given.items():
        if value is not None and not isinstance(value, Mapping):
            raise InputError(f"{name} is a dict by names, not {value!r}.")


def check_batch(batch: Any) -> None:
    """Refuse what is no batch size.

    Raises:
        InputError: It is neither None nor a number of at least 1.
    """
    is_size = isinstance(batch, int) and not isinstance(batch, bool) and batch > 0
    if not (batch is None or is_size or (isinstance(batch, str) and batch == AS_IN_FILE)):
        raise InputError(f"batch is None for any size, or a whole number of at least 1, not {batch!r}.")


def policy_of(dtype_policy: Any) -> Any:
    """Give the policy that is meant; Keras' global one by default.

    Raises:
        InputError: Keras knows none of the name.
    """
    try:
        return keras.dtype_policies.get(keras.config.dtype_policy() if dtype_policy is None else dtype_policy)
    except ValueError as error:
        raise InputError(f"dtype_policy={dtype_policy!r}: {error}") from None


def names_in(given: Any, said: str, least: int = 0) -> list[str]:
    """List names, of which one may stand alone.

    Args:
        given: The names.
        said: What they have to be, as the beginning of a sentence.
        least: How many there have to be.

    Raises:
        InputError: They are something else.
    """
    found = [given] if isinstance(given, str) else given
    if not isinstance(found, Collection) or len(found) < least or not all(isinstance(n, str) for n in found):
        raise InputError(f"{said}, not {given!r}.")
    return list(found)


def patterns_in(trainable: Any) -> list[str]:
    """Give the patterns that say what is trained, none where that isn't said by patterns.

    Raises:
        InputError: It is nothing that says so.
    """
    if isinstance(trainable, bool) or callable(trainable):
        return []
    return names_in(trainable, "trainable is True, False, a pattern of names, several, or a function")


@contextmanager
def asked(trainable: Trainable, names: Iterable[str]) -> Iterator[Callable[[str], bool]]:
    """Give a function that says which weights are trained.

    Args:
        trainable: What `load` takes.
        names: What is called by a name in the file; a pattern may also match what the function is asked for.

    Raises:
        UnknownNameError: A pattern matches nothing.
        InputError: `trainable` is nothing that says what is trained.
    """
    patterns, known = patterns_in(trainable), set(names)

    def is_asked_for(name: str) -> bool:
        known.add(name)
        if isinstance(trainable, bool):
            return trainable
        if not callable(trainable):
            return any(fnmatch.fnmatchcase(name, p) for p in patterns)
        try:
            return bool(trainable(name))
        except Exception as error:
            raise Escaped from error

    try:
        yield is_asked_for
    except Escaped as escaped:
        assert escaped.__cause__ is not None
        raise escaped.__cause__ from None
    for pattern in patterns:
        if not any(fnmatch.fnmatchcase(name, pattern) for name in known):
            raise UnknownNameError(
                f"trainable={pattern!r} matches no initializer of the file. {close_to(pattern, known)}"
                "onnx_keras.parameters(onnx_keras.load(...)) lists all."
            )
