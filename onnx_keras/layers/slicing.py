"""Slice and Pad: less or more of a tensor along its axes."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Along
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.sizes import LIMIT, at_places, axis_numbers, count_of, listed, narrow, places_of, scalar


@operator(since_version=13)
class Slice(Operator):
    """Take each step-th element from a start to an end.

    Inputs:
        data: Tensor of any shape.
        starts: Where to start along each of the axes, from the end if negative.
        ends: Where to end, the end not included; bounds that lie outside mean the first or the last element.
        axes: The axes, by default the first ones.
        steps: The steps, by default one; negative ones walk towards the front.

    Specification: https://onnx.ai/onnx/operators/onnx__Slice.html
    """

    axis_rule = Along("axes", data=("data",), all_by_default=True)
    static_inputs = ("starts", "ends", "axes", "steps")

    def compute(self, data: Any, starts: Any, ends: Any, axes: Any = None, steps: Any = None) -> Any:
        rank = len(data.shape)
        axes = tuple(range(rank)) if axes is None else axes
        count = count_of(axes)
        if isinstance(axes, tuple):
            starts, ends = of_first_axes(starts, len(axes), 0), of_first_axes(ends, len(axes), LIMIT)
            steps = of_first_axes(steps, len(axes), 1)
        starts, ends = listed(starts, "The starts of a Slice", count), listed(ends, "The ends of a Slice", count)
        steps = (1,) * len(starts) if steps is None else listed(steps, "The steps of a Slice", count)
        if not isinstance(axes, (int, tuple)):
            places, axes = places_of(axes, rank), tuple(range(rank))
            starts, ends = at_places(starts, places, 0), at_places(ends, places, LIMIT)
            steps = at_places(steps, places, 1)
        slices = [slice(None)] * rank
        # Without axes there may be fewer bounds than axes: they belong to the first ones.
        for axis, start, end, step in zip(axis_numbers(axes, rank), starts, ends, steps):
            slices[axis] = bounded(start, end, step, data, axis)
        return native.sliced(data, slices)


def of_first_axes(values: Any, count: int, default: int) -> Any:
    """Give bounds whose number is known only when the model runs to all axes, those that are left over the default."""
    if values is None or isinstance(values, tuple) or values.shape[0] is not None:
        return values
    return ops.concatenate([narrow(values), ops.full((count,), default, "int32")])[:count]


def bounded(start: Any, end: Any, step: Any, data: Any, axis: int) -> slice:
    """Make a slice whose plain bounds no backend finds too large, and that counts as ONNX does."""
    start, end, step = (narrow(n) if isinstance(n, int) else n for n in (start, end, step))
    if isinstance(step, int) and step > 0:
        return slice(start, end, step)
    # ONNX walks backwards from element 0 where the start lies before it; Python gives nothing.
    size = ops.shape(data)[axis]
    if all(isinstance(n, int) for n in (start, step, size)):
        return slice(max(start, -size), end, step)
    return slice(ops.where(step < 0, ops.maximum(start, -size), start), end, step)


@operator(since_version=25)
class Pad(Operator):
    """Add elements before and after those of a tensor, or take some away.

    Inputs:
        data: Tensor of any shape.
        pads: How many at the start of each axis, then how many at the end of each; negative ones take away.
        constant_value: What is added where the mode is "constant", zero by default.
        axes: The axes, all by default.

    Attributes:
        mode: "constant", "reflect" (mirrored at the first and last elements), "edge" (these elements again) or
            "wrap" (from the other end).

    Specification: https://onnx.ai/onnx/operators/onnx__Pad.html
    """

    mode: str = "constant"

    axis_rule = Along("axes", data=("data",), all_by_default=True)
    static_inputs = ("pads", "constant_value", "axes")

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["mode"] != "constant" and attributes["mode"] not in SOURCES:
            yield f"mode={attributes['mode']!r}"

    def compute(self, data: Any, pads: Any, constant_value: Any = None, axes: Any = None) -> Any:
        rank = len(data.shape)
        axes = tuple(range(rank)) if axes is None else axes
        count = count_of(axes)
        pads = listed(pads, "The pads of a Pad", count and 2 * count)
        before, after = pads[: len(pads) // 2], pads[len(pads) // 2 :]
        if not isinstance(axes, (int, tuple)):
            places, axes = places_of(axes, rank), tuple(range(rank))
            before, after = at_places(before, places, 0), at_places(after, places, 0)
        widths = dict(zip(axis_numbers(axes, rank), zip(before, after)))
        data = cropped(data, widths)
        widths = {a: (positive(before), positive(after)) for a, (before, after) in widths.items()}
        if self.mode == "constant":
            zero = False if ops.dtype(data) == "bool" else 0
            value = zero if constant_value is None else scalar(constant_value)
            return native.padded(data, [widths.get(a, (0, 0)) for a in range(rank)], value)
        for axis, (before, after) in widths.items():
            data = repeated(data, axis, before, after, self.mode)
        return data


def cropped(x: Any, widths: dict[int, tuple[Any, Any]]) -> Any:
    """Take away what negative widths say."""
    slices = [slice(None)] * len(x.shape)
    for axis, (before, after) in widths.items():
        slices[axis] = slice(positive(-before), ops.shape(x)[axis] - positive(-after))
    return x if all(is_whole(w) for w in widths.values()) else native.sliced(x, slices)


def is_whole(widths: tuple[Any, Any]) -> bool:
    return all(isinstance(w, int) and w >= 0 for w in widths)


def positive(width: Any) -> Any:
    return max(width, 0) if isinstance(width, int) else ops.maximum(width, 0)


def repeated(x: Any, axis: int, before: Any, after: Any, mode: str) -> Any:
    """Pad an axis by elements of its own."""
    if isinstance(before, int) and isinstance(after, int) and before == after == 0:
        return x
    size = ops.shape(x)[axis]
    return ops.take(x, SOURCES[mode](ops.arange(-before, size + after, dtype="int32"), size), axis=axis)


def mirrored(position: Any, size: Any) -> Any:
    """Number the elements that lie at positions beyond a tensor which is mirrored at its ends."""
    period = positive_period(2 * (size - 1))
    turn = position % period
    return native.minimum(turn, period - turn)


def positive_period(period: Any) -> Any:
    return max(period, 1) if isinstance(period, int) else ops.maximum(period, 1)


SOURCES = {
    "edge": lambda position, size: ops.clip(position, 0, size - 1),
    "wrap": lambda position, size: position % size,
    "reflect": mirrored,
}
"""For each mode, which element stands at a position before the first or behind the last one."""
