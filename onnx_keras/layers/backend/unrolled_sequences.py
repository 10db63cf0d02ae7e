"""Pieces of vectors for backends that compute at once; what they take is said in `tensorflow_sequences`."""

from typing import Any

from keras import ops


def row(shapes: Any, place: Any, rank: int | None) -> Any:
    """Give one row of a matrix of shapes, without what is no size."""
    sizes = shapes[int(place)]
    return sizes[sizes >= 0]


def widened(shapes: Any, width: Any) -> Any:
    """Let the rows of a matrix of shapes be as wide as asked, with -1 where there is no size."""
    return ops.pad(shapes, [[0, 0], [0, int(width) - shapes.shape[1]]], constant_values=-1)


def piece(elements: Any, start: Any, count: Any, shape: Any) -> Any:
    """Cut a tensor of a shape out of a vector."""
    part = elements if count is None else elements[int(start) : int(start) + int(count)]
    return ops.reshape(part, tuple(int(s) for s in shape))


def inserted(x: Any, start: Any, end: Any, between: Any) -> Any:
    """Put something in the place of what lies between two positions along the first axis."""
    return ops.concatenate([x[: int(start)], between, x[int(end) :]], axis=0)
