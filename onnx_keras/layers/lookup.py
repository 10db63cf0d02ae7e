"""Where elements stand in a list of keys."""

from typing import Any

import numpy as np
from keras import ops

from onnx_keras.layers.backend import native


def sorted_once(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sort keys, NaN last, and give where each stood first."""
    return np.unique(keys.astype(str) if keys.dtype.kind == "O" else keys, return_index=True)


def positions(keys: Any, x: Any) -> Any:
    """Give the place of each element among keys that are sorted, NaN last, and the number of keys where it is none."""
    if ops.dtype(keys) == "string":
        return native.positions_of_text(keys, x)
    count = keys.shape[0]
    flat = ops.cast(ops.reshape(x, (-1,)), keys.dtype)
    exact = "int64" if "int" in ops.dtype(keys) else keys.dtype
    places = ops.searchsorted(ops.cast(keys, exact), ops.cast(flat, exact), side="left")
    places = ops.where(ops.isnan(flat), count - 1, places) if "float" in ops.dtype(keys) else places
    candidates = ops.take(keys, ops.minimum(places, count - 1), axis=0)
    is_key = candidates == flat
    if "float" in ops.dtype(keys):
        is_key = ops.logical_or(is_key, ops.logical_and(ops.isnan(candidates), ops.isnan(flat)))
    return ops.reshape(ops.where(is_key, places, count), ops.shape(x))
