"""Elements of an image between its pixels: weighted sums of neighbours along each spatial axis."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from keras import ops

from onnx_keras.layers.sizes import product


class Tap(NamedTuple):
    """One neighbour along an axis, for each of many points.

    Attributes:
        index: Its number.
        weight: Its weight.
    """

    index: Any
    weight: Any


def interpolated(x: Any, images: Any, taps: Sequence[Sequence[Tap]]) -> Any:
    """Sum the neighbours of points, each times its weights.

    Args:
        x: Images of shape (batch, spatial..., channels).
        images: For each point the number of its image.
        taps: For each spatial axis its neighbours; all these shapes broadcast to that of the points.

    Returns:
        A tensor of the points' shape and the channels.
    """
    total: Any = None
    for value in weighted(x, images, taps):
        total = value if total is None else total + value
    return total


def weighted(x: Any, images: Any, taps: Sequence[Sequence[Tap]]) -> Any:
    """Give the neighbours of points one by one, each times its weights."""
    shape = ops.shape(x)
    rows = ops.reshape(x, (product(shape[:-1]), shape[-1]))
    for corner in itertools.product(*taps):
        place, weight = images, 1
        for size, tap in zip(shape[1:-1], corner):
            place, weight = place * size + tap.index, weight * tap.weight
        yield ops.take(rows, place, axis=0) * ops.expand_dims(weight, -1)


def inside(at: Any, size: Any, weight: Any) -> Tap:
    """Give whole positions as a neighbour that is zero outside of the axis."""
    last = ops.cast(size, at.dtype) - 1
    is_inside = ops.logical_and(at >= 0, at <= last)
    index = ops.cast(ops.where(is_inside, at, ops.zeros_like(at)), "int32")
    return Tap(index, weight * ops.cast(is_inside, weight.dtype))


def linear(at: Any, size: Any) -> list[Tap]:
    """Give the two neighbours of positions; what lies outside is zero."""
    low = ops.floor(at)
    return [inside(low, size, low + 1 - at), inside(low + 1, size, at - low)]
