"""A loaded network: its weights as ONNX has them, its gradients, its training."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

import onnx_keras
from onnx_keras.layers.held import is_weight
from onnx_keras.layout.storing import from_stored, order_from_config, to_stored


class Gradients(keras.optimizers.Optimizer):
    """An optimizer that leaves in each variable its gradient."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        self.assign(variable, ops.cast(gradient, variable.dtype))


class AdamW(keras.optimizers.AdamW):
    """AdamW whose epsilon is added where PyTorch adds it: to the root of the corrected second moment."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        correction = 1 - ops.power(ops.cast(self.beta_2, "float32"), ops.cast(self.iterations + 1, "float32"))
        epsilon, self.epsilon = self.epsilon, self.epsilon * ops.sqrt(correction)
        super().update_step(gradient, variable, learning_rate)
        self.epsilon = epsilon


def weights(model: keras.Model) -> Iterator[tuple[str, Any, np.ndarray]]:
    """Yield the initializer, the variable and the elements as ONNX has them of each weight."""
    for layer in model.layers:
        for name, what in getattr(layer, "held", {}).items():
            if is_weight(what):
                variable = layer._values[name]
                yield what["initializer"], variable, in_onnx_terms(what, ops.convert_to_numpy(variable))


def in_onnx_terms(what: dict[str, Any], array: np.ndarray) -> np.ndarray:
    order, shape = order_from_config(what["order"]), tuple(what["onnx_shape"])
    wide = (1,) * (order.rank - len(shape)) + shape
    return from_stored(array.reshape(order.stored(wide)), order).reshape(shape)


def numbers(model: keras.Model, places: dict[str, np.ndarray], size: int) -> np.ndarray:
    """Put the weights of a model where they stand in the module; what the model doesn't have is NaN."""
    found = np.full(size, np.nan, "float32")
    for name, _, array in weights(model):
        if name in places:
            found[places[name]] = array
    return found


def trained_numbers(model: keras.Model, places: dict[str, np.ndarray], size: int) -> np.ndarray:
    """Count how often each number of the module is a trainable one here."""
    counts = np.zeros(size, int)
    for name, variable, _ in weights(model):
        if variable.trainable:
            np.add.at(counts, places[name], 1)
    return counts


def stored(model: keras.Model, inputs: dict[str, np.ndarray], target: np.ndarray) -> tuple[Any, np.ndarray]:
    """Put a batch into the orders in which the model has inputs and output."""
    tensors = onnx_keras.running.stored_inputs(model, inputs)
    order = order_from_config(next(iter(model.onnx_outputs.values()))["order"])
    images = order is not None and order.rank == target.ndim and target.dtype.kind == "f"
    return tensors if len(tensors) > 1 else tensors[0], to_stored(target, order) if images else target


def losses(model: keras.Model, batches: list[Any], optimizer: keras.optimizers.Optimizer, classifies: bool) -> list:
    """Train a step on each batch; give the losses before each."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True) if classifies else "mse"
    model.compile(optimizer, loss, jit_compile="auto")
    found = []
    for batch in batches:
        model.reset_metrics()
        found.append(float(model.train_on_batch(*stored(model, *batch))))
    return found
