"""Operators that draw numbers at random."""

from typing import Any

import keras
from keras import ops

from onnx_keras.axis_rules import Along
from onnx_keras.layers.base import operator
from onnx_keras.layers.seeding import Seeded
from onnx_keras.types import type_name


@operator(since_version=22)
class RandomNormal(Seeded):
    """Numbers of a normal distribution.

    Attributes:
        element_type: The number of their type.
        mean: Their mean.
        scale: Their standard deviation.
        shape: The shape of the tensor.

    Specification: https://onnx.ai/onnx/operators/onnx__RandomNormal.html
    """

    element_type: int = 1
    mean: float = 0.0
    scale: float = 1.0
    shape: tuple[int, ...]

    attribute_names = {"element_type": "dtype"}

    def compute(self) -> Any:
        return normal(self, self.shape, type_name(self.element_type))


@operator(since_version=22)
class RandomNormalLike(Seeded):
    """Numbers of a normal distribution, as many as a tensor has.

    Inputs:
        input: The tensor whose shape is meant.

    Attributes:
        element_type: The number of their type, by default that of `input`.
        mean: Their mean.
        scale: Their standard deviation.

    Specification: https://onnx.ai/onnx/operators/onnx__RandomNormalLike.html
    """

    element_type: int | None = None
    mean: float = 0.0
    scale: float = 1.0

    attribute_names = {"element_type": "dtype"}
    axis_rule = Along()

    def compute(self, input: Any) -> Any:
        return normal(self, ops.shape(input), type_like(self.element_type, input))


@operator(since_version=22)
class RandomUniform(Seeded):
    """Numbers between two bounds, each as likely as another.

    Attributes:
        element_type: The number of their type.
        high: The upper bound.
        low: The lower bound.
        shape: The shape of the tensor.

    Specification: https://onnx.ai/onnx/operators/onnx__RandomUniform.html
    """

    element_type: int = 1
    high: float = 1.0
    low: float = 0.0
    shape: tuple[int, ...]

    attribute_names = {"element_type": "dtype"}

    def compute(self) -> Any:
        return uniform(self, self.shape, type_name(self.element_type))


@operator(since_version=22)
class RandomUniformLike(Seeded):
    """Numbers between two bounds, each as likely as another, as many as a tensor has.

    Inputs:
        input: The tensor whose shape is meant.

    Attributes:
        element_type: The number of their type, by default that of `input`.
        high: The upper bound.
        low: The lower bound.

    Specification: https://onnx.ai/onnx/operators/onnx__RandomUniformLike.html
    """

    element_type: int | None = None
    high: float = 1.0
    low: float = 0.0

    attribute_names = {"element_type": "dtype"}
    axis_rule = Along()

    def compute(self, input: Any) -> Any:
        return uniform(self, ops.shape(input), type_like(self.element_type, input))


@operator(since_version=22)
class Bernoulli(Seeded):
    """Ones and zeros.

    Inputs:
        input: For each element, how likely it is one.

    Attributes:
        element_type: The number of their type, by default that of `input`.

    Specification: https://onnx.ai/onnx/operators/onnx__Bernoulli.html
    """

    element_type: int | None = None

    attribute_names = {"element_type": "dtype"}
    axis_rule = Along()
    not_learned = ("input",)

    def compute(self, input: Any) -> Any:
        drawn = keras.random.uniform(ops.shape(input), seed=self.seed_generator)
        return ops.cast(drawn < ops.cast(input, "float32"), type_like(self.element_type, input))


@operator(since_version=22)
class Multinomial(Seeded):
    """Numbers of classes, drawn as often as they are likely.

    Inputs:
        input: Logarithms of how likely the classes are, of shape (batch, classes); their sum doesn't matter.

    Attributes:
        element_type: The number of the type of the result.
        sample_size: How many to draw for each row.

    Returns:
        A matrix of shape (batch, sample_size).

    Specification: https://onnx.ai/onnx/operators/onnx__Multinomial.html
    """

    element_type: int = 6
    sample_size: int = 1

    attribute_names = {"element_type": "dtype"}
    not_learned = ("input",)

    def compute(self, input: Any) -> Any:
        logits = ops.cast(input, "float32")
        drawn = keras.random.categorical(logits, self.sample_size, seed=self.seed_generator)
        return ops.cast(drawn, type_name(self.element_type))


def normal(layer: Any, shape: Any, dtype: str) -> Any:
    """Draw from a normal distribution."""
    drawn = keras.random.normal(shape, layer.mean, layer.scale, drawn_type(dtype), layer.seed_generator)
    return ops.cast(drawn, dtype)


def uniform(layer: Any, shape: Any, dtype: str) -> Any:
    """Draw between two bounds."""
    drawn = keras.random.uniform(shape, layer.low, layer.high, drawn_type(dtype), layer.seed_generator)
    return ops.cast(drawn, dtype)


def drawn_type(dtype: str) -> str:
    """Choose the type to draw in: numbers of sixteen bits are too few for the ends of a distribution."""
    return dtype if dtype == "float64" else "float32"


def type_like(number: int | None, like: Any) -> str:
    """Name a type by its number, or else that of a tensor."""
    return keras.backend.standardize_dtype(like.dtype) if number is None else type_name(number)
