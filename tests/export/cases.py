"""Cases: a layer of Keras with arguments, and the shapes that it is called with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest

from tests.export.checking import check, compared, examples, model_of, randomize, written


@dataclass(frozen=True)
class Case:
    """A layer and its inputs.

    Attributes:
        cls: The class of the layer.
        shapes: The shapes of its inputs, without the batch.
        arguments: What it is made with.
        dtype: The type of the inputs.
    """

    cls: Any
    shapes: tuple[tuple[int | None, ...], ...]
    arguments: dict[str, Any] = field(default_factory=dict)
    dtype: str = "float32"

    def __str__(self):
        words = [f"{k}={getattr(v, '__name__', v)}" for k, v in self.arguments.items()]
        words += [] if self.dtype == "float32" else [self.dtype]
        return f"{self.cls.__name__}({', '.join(words)}) of {self.shapes[0] if len(self.shapes) == 1 else self.shapes}"

    def model(self):
        return model_of(self.cls(**self.arguments), *self.shapes, dtype=self.dtype)

    def with_channels_first(self):
        shapes = tuple((*s[-1:], *s[:-1]) for s in self.shapes)
        return Case(self.cls, shapes, {**self.arguments, "data_format": "channels_first"}, self.dtype)


def case(cls, *shapes, dtype="float32", **arguments):
    return Case(cls, shapes, arguments, dtype)


def cases(found: list[Case]) -> Any:
    return pytest.mark.parametrize("case", found, ids=str)


def in_both_formats(found: list[Case]) -> Any:
    """Pair a case with channels last with the same one with channels first."""
    pairs = [pytest.param(c, c.with_channels_first(), id=str(c)) for c in found]
    return pytest.mark.parametrize(("last", "first"), pairs)


def check_channels_first(last: Case, first: Case) -> None:
    """Compare the file of a layer with channels first with what the same layer computes with channels last.

    TensorFlow's CPU convolves channels-last only; the weights of Keras' layers are the same in both formats.
    """
    expected, model = last.model(), first.model()
    randomize(expected)
    model.set_weights(expected.get_weights())
    arrays = examples(expected)
    result = np.asarray(keras.ops.convert_to_numpy(expected(arrays, training=False)))
    wanted = np.moveaxis(result, -1, 1) if result.ndim == arrays[0].ndim else result
    compared(model, written(model), [np.moveaxis(a, -1, 1) for a in arrays], [wanted])


def check_call(call: Callable[..., Any], *shapes: tuple[int | None, ...], dtype: str = "float32") -> Any:
    """Check a function of symbolic inputs."""
    inputs = [keras.Input(shape, dtype=dtype, name=f"x{i}") for i, shape in enumerate(shapes)]
    return check(keras.Model(inputs, call(*inputs)))
