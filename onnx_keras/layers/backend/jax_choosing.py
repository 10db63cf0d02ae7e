"""What JAX does where the number of results depends on elements; none of it compiles."""

from typing import Any

import jax.numpy as jnp
from keras.ops import convert_to_numpy, convert_to_tensor

from onnx_keras.layers.backend import suppressing


def unique(x: Any, axis: int) -> tuple[Any, Any, Any]:
    """Find the different slices along an axis, sorted by their first element that differs."""
    return jnp.unique(x, return_index=True, return_inverse=True, return_counts=True, axis=axis)[1:]


def suppressed(boxes: Any, scores: Any, most: int, overlap: Any, least: Any) -> Any:
    """Number the boxes that are chosen in each class, by falling score; -1 behind the last."""
    arrays = (convert_to_numpy(boxes), convert_to_numpy(scores))
    return convert_to_tensor(suppressing.suppressed(*arrays, most, float(overlap), float(least)))
