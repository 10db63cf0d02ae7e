"""Pieces of vectors for sequences of tensors."""

from typing import Any

import tensorflow as tf


def row(shapes: Any, place: Any, rank: int | None) -> Any:
    """Give one row of a matrix of shapes, without what is no size."""
    sizes = shapes[place]
    if rank is not None and sizes.shape[0] == rank:
        return sizes
    return tf.reshape(tf.boolean_mask(sizes, sizes >= 0), (-1 if rank is None else rank,))


def widened(shapes: Any, width: Any) -> Any:
    """Let the rows of a matrix of shapes be as wide as asked, with -1 where there is no size."""
    return tf.pad(shapes, [[0, 0], [0, width - tf.shape(shapes)[1]]], constant_values=-1)


def piece(elements: Any, start: Any, count: Any, shape: Any) -> Any:
    """Cut a tensor of a shape out of a vector, from `start` on; all of it without a count."""
    part = elements if count is None else elements[start : start + count]
    return tf.reshape(part, shape)


def inserted(x: Any, start: Any, end: Any, between: Any) -> Any:
    """Put something in the place of what lies between two positions along the first axis."""
    return tf.concat([x[:start], between, x[end:]], axis=0)
