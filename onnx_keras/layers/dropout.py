"""Dropout: random zeros while a model is trained."""

from typing import Any

import keras
from keras import ops

from onnx_keras.axis_rules import Along
from onnx_keras.layers.base import operator
from onnx_keras.layers.seeding import Seeded


@operator(since_version=22)
class Dropout(Seeded):
    """Set elements to zero at random and scale up the others, in `fit` or where `training_mode` asks for it always.

    Inputs:
        data: Float tensor of any shape.
        ratio: The share of elements that become zero, 0.5 by default.
        training_mode: Whether elements are dropped outside of `fit` too.

    Returns:
        The tensor, and which of its elements were kept.

    Specification: https://onnx.ai/onnx/operators/onnx__Dropout.html
    """

    axis_rule = Along(data=("data",))
    static_inputs = ("ratio", "training_mode")

    def compute(self, data: Any, ratio: Any = None, training_mode: Any = None, training: bool | None = None) -> Any:
        ratio = 0.5 if ratio is None else ratio
        wants_mask = 1 in (self.returns or ())
        drops = True if training else bool(training_mode) if is_plain(training_mode) else training_mode
        if drops is False or (is_plain(ratio) and ratio == 0):
            return (data, ops.ones_like(data, "bool")) if wants_mask else data
        drawn = keras.random.uniform(ops.shape(data), dtype="float32", seed=self.seed_generator)
        mask = drawn >= ops.cast(ratio, "float32")
        mask = mask if drops is True else ops.logical_or(mask, ops.logical_not(drops))
        scale = ops.cast(1 / (1 - ops.cast(ratio, "float32")), data.dtype)
        scaled = ops.where(mask, ops.multiply(data, scale), ops.zeros_like(data))
        dropped = scaled if drops is True else ops.where(drops, scaled, data)
        return (dropped, mask) if wants_mask else dropped


def is_plain(value: Any) -> bool:
    """Say whether a value is known, not a tensor."""
    return value is None or isinstance(value, (bool, int, float))
