"""What PyTorch does where the number of results depends on elements."""

from typing import Any

import torch
from keras.ops import convert_to_numpy, convert_to_tensor

from onnx_keras.layers.backend import suppressing


def unique(x: Any, axis: int) -> tuple[Any, Any, Any]:
    """Find the different slices along an axis, sorted by their first element that differs."""
    _, inverse, counts = torch.unique(x, return_inverse=True, return_counts=True, dim=axis)
    places = torch.arange(inverse.numel())
    first = torch.full_like(counts, inverse.numel()).scatter_reduce(0, inverse, places, "amin")
    return first, inverse, counts


def suppressed(boxes: Any, scores: Any, most: int, overlap: Any, least: Any) -> Any:
    """Number the boxes that are chosen in each class, by falling score; -1 behind the last."""
    arrays = (convert_to_numpy(boxes), convert_to_numpy(scores))
    return convert_to_tensor(suppressing.suppressed(*arrays, most, float(overlap), float(least)))
