"""Branches and loops run by Python; what they take and give is said in `tensorflow_control_flow`."""

from collections.abc import Sequence
from typing import Any

from keras import ops


def branch(cond: Any, then: Any, other: Any, given: Sequence[Any], shapes: Sequence[Any]) -> Any:
    """Compute one of two functions of the same values."""
    return then(given) if bool(cond) else other(given)


def loop(
    step: Any,
    trips: Any,
    going: Any,
    states: Sequence[Any],
    sequences: Sequence[Any],
    shapes: Sequence[Any],
    collected: Sequence[tuple[Any, str]],
) -> tuple[list[Any], list[Any]]:
    """Run a step again and again."""
    limit = len(sequences[0]) if sequences else None if trips is None else int(trips)
    notes: list[list[Any]] = [[] for _ in collected]
    i, goes_on = 0, True if going is None else bool(going)
    while goes_on and (limit is None or i < limit):
        flag = ops.convert_to_tensor(True)
        flag, states, found = step(ops.cast(i, "int64"), flag, states, [x[i] for x in sequences])
        for note, element in zip(notes, found):
            note.append(element)
        i, goes_on = i + 1, flag is None or bool(flag)
    return list(states), [stacked(n, *spec) for n, spec in zip(notes, collected)]


def stacked(note: list[Any], shape: Any, dtype: str) -> Any:
    """Stack what was collected."""
    if note:
        return ops.stack(note)
    return ops.zeros((0, *(size or 0 for size in shape or ())), dtype)
