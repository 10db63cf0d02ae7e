"""Sequences and optional values as tensors: what they are made of, on both sides of the walls.

A sequence of tensors is one vector of all their elements and a matrix with the shape of each, -1 behind the sizes of
those of lower rank; an optional value is a
flag and what it holds, something of size zero if nothing. So lengths and shapes may be known only when the model runs,
loops can carry them, and gradients flow.
"""

import math
from typing import Any

import numpy as np

Parts = Any
"""Nested dicts of what a container is made of; for a tensor itself."""


def parts_of(container: tuple[str, ...], shape: Any, dtype: str) -> Parts:
    """List the shape and type of each tensor that a container is made of, None for sizes that aren't known."""
    if not container:
        return (tuple(s if isinstance(s, int) else None for s in shape or ()), dtype)
    if container[0] == "optional":
        return {"has_element": ((), "bool"), "value": parts_of(container[1:], shape, dtype)}
    rank = None if shape is None else len(shape)
    return {"elements": ((None,), dtype), "shapes": ((None, rank), "int64")}


def leaves(parts: Parts) -> list[Any]:
    """List what nested parts consist of, in the order of their names."""
    return [leaf for n in sorted(parts) for leaf in leaves(parts[n])] if isinstance(parts, dict) else [parts]


def packed(value: Any, container: tuple[str, ...], rank: int | None, dtype: Any) -> Any:
    """Make a container's parts of arrays: of a list of them, or None for an empty optional value."""
    if not container:
        return np.zeros((0,) * (rank or 0), dtype) if value is None else np.asarray(value).astype(dtype, copy=False)
    if container[0] == "optional":
        inner = packed(value, container[1:], rank, dtype)
        return {"has_element": np.asarray(value is not None), "value": inner}
    arrays = [np.asarray(v) for v in value or ()]
    width = max((a.ndim for a in arrays), default=rank or 0)
    flat = [a.reshape(-1).astype(dtype, copy=False) for a in arrays]
    return {
        "elements": np.concatenate([np.zeros((0,), dtype), *flat]),
        "shapes": np.array([a.shape + (-1,) * (width - a.ndim) for a in arrays], "int64").reshape(len(arrays), width),
    }


def unpacked(value: Any) -> Any:
    """Give a container of NumPy parts as ONNX does: a list of arrays, None where there is nothing."""
    if not isinstance(value, dict):
        return value
    if "has_element" in value:
        return unpacked(value["value"]) if bool(value["has_element"]) else None
    shapes = [tuple(row[row >= 0].tolist()) for row in value["shapes"]]
    pieces = np.split(value["elements"], np.cumsum([math.prod(s) for s in shapes])[:-1]) if shapes else []
    return [piece.reshape(shape) for piece, shape in zip(pieces, shapes)]
