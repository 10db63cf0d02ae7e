"""What a configuration says: fields, values in JSON's types, shapes and types of symbolic tensors."""

from typing import Any

import keras
import numpy as np
from keras import ops

from onnx_keras.layers import held as holding
from onnx_keras.layers.backend import native


class layout_field:
    """A field that ONNX doesn't have: an axis rule tells the layer by it how its tensors are stored."""

    def __init__(self, default: Any) -> None:
        self.default = default


def frozen(value: Any) -> Any:
    """Turn lists, as they come out of JSON, into tuples."""
    if isinstance(value, dict):
        return {n: frozen(v) for n, v in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, (list, tuple)) else value


def symbolic(spec: Any) -> Any:
    """Make the symbolic tensors that a layer gives, of their shapes and types; those of a container in a dict."""
    if isinstance(spec, dict):
        return {n: symbolic(part) for n, part in spec.items()}
    return keras.KerasTensor(spec[0], dtype=spec[1])


def described(tensor: Any) -> Any:
    """Say shape and type of a symbolic tensor, or of each part of a container."""
    return (
        {n: described(t) for n, t in tensor.items()}
        if isinstance(tensor, dict)
        else (tuple(tensor.shape), tensor.dtype)
    )


class LiveSizes(dict[str, Any]):
    """The shapes of tensors, asked for when they are needed: in a graph each costs an operation."""

    def __getitem__(self, name: str) -> Any:
        return ops.shape(super().__getitem__(name))


def is_onnx(order: Any) -> bool:
    """Say whether an order, as a configuration has it, is ONNX' own or unknown."""
    return order is None or (len(order) == 1 and tuple(order[0]) == tuple(range(len(order[0]))))


def has_shape(value: Any) -> bool:
    return hasattr(value, "shape")


def native_constant(array: np.ndarray) -> Any:
    if array.dtype.kind == "O":
        return native.text(array)
    return ops.convert_to_tensor(array, dtype=array.dtype.name)


def encoded(value: Any) -> Any:
    if isinstance(value, keras.Model):
        return keras.saving.serialize_keras_object(value)
    return holding.constant(value) if isinstance(value, np.ndarray) else value


def decoded(value: Any) -> Any:
    if isinstance(value, dict) and "class_name" in value:
        return keras.saving.deserialize_keras_object(value)
    return holding.array_of(value) if holding.is_constant(value) else frozen(value)
