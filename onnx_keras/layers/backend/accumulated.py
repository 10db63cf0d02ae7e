"""Sums and products of all elements so far, where a backend only knows the plain ones."""

from collections.abc import Callable
from typing import Any

from keras import ops


def accumulated(
    function: Callable[[Any, int], Any],
    neutral: Callable[[Any], Any],
    x: Any,
    axis: int,
    exclusive: bool,
    reverse: bool,
) -> Any:
    """Run a cumulative function; an exclusive one runs over elements that have moved up by one."""
    x = ops.flip(x, axis) if reverse else x
    if exclusive:
        before = (slice(None),) * axis
        x = ops.concatenate([neutral(x[(*before, slice(0, 1))]), x[(*before, slice(0, -1))]], axis)
    result = function(x, axis)
    return ops.flip(result, axis) if reverse else result
