"""What random operators share: a stream of numbers that begins at a seed and goes on after a reload."""

import random
from typing import Any

import keras
import numpy as np
from keras import ops

from onnx_keras.layers.base import Operator

STATE = "seed_generator_state"
MOST_SEEDS = 10**9


class Seeded(Operator):
    """An operator that draws numbers.

    Attributes:
        seed: Where the random numbers begin; at random by default. Their state is saved with the model.
    """

    seed: float | None = None

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        # Where no seed is given, Keras on PyTorch drops elements by a state of its own, which no file holds.
        seed = whole(self.seed) if self.seed is not None else random.randint(1, MOST_SEEDS)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def save_own_variables(self, store: Any) -> None:
        super().save_own_variables(store)
        store[STATE] = ops.convert_to_numpy(self.seed_generator.state)

    def load_own_variables(self, store: Any) -> None:
        weights = {key: store[key] for key in store.keys() if key != STATE}
        super().load_own_variables(weights)
        if STATE in store.keys():
            self.seed_generator.state.assign(np.asarray(store[STATE]))


def whole(seed: float | None) -> int | None:
    """Make ONNX' seed, which may be a fraction, an integer; different seeds stay different."""
    if seed is None or seed == int(seed):
        return seed if seed is None else int(seed) % 2**32
    return int(np.float32(seed).view("uint32"))
