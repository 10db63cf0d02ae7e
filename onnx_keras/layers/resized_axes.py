"""Which axes Resize changes, and by how much: plain numbers, or scalars that are live."""

import functools
import types
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from onnx_keras.dims import Size

EXACT = 1e-4
"""How much of an element may be missing where sizes have the ratio that a scale says."""


@dataclass(frozen=True)
class Axis:
    """An axis to be resized.

    Attributes:
        position: Which axis of the stored tensor it is.
        size: Its size.
        output: The size that it gets.
        scale: The factor; None for the ratio of both sizes.
        start: Where the region of interest begins, 0 to 1.
        end: Where it ends.
    """

    position: int
    size: Size
    output: Size
    scale: Any = None
    start: Any = 0.0
    end: Any = 1.0

    @property
    def is_known(self) -> bool:
        return not any(map(is_live, (self.size, self.output, self.scale, self.start, self.end)))

    @property
    def is_kept(self) -> bool:
        """Say whether nothing changes."""
        if not self.is_known:
            return False
        return self.output == self.size and self.scale in (None, 1) and (self.start, self.end) == (0, 1)

    @property
    def is_exact(self) -> bool:
        """Say whether the factor is known to be the ratio of the sizes."""
        if self.scale is None:
            return True
        if self.is_known:
            return abs(self.size * self.scale - self.output) < EXACT
        return is_whole(self.scale)

    @property
    def numbers(self) -> types.ModuleType:
        """What computes with this axis: NumPy where all is known, so that results are constants."""
        return np if self.is_known else ops


def is_live(value: Any) -> bool:
    return hasattr(value, "dtype")


def is_whole(scale: Any) -> bool:
    return isinstance(scale, (int, float)) and float(scale).is_integer()


def number(value: Any, dtype: str) -> Any:
    """Give a number in a type."""
    return ops.cast(value, dtype) if is_live(value) else np.dtype(dtype).type(value)


def floor(value: Any) -> Any:
    """Round down to a size."""
    return ops.cast(ops.floor(value), "int32") if not isinstance(value, np.generic) else int(np.floor(value))


def scaled(size: Size, scale: Any, region: Any = 1.0) -> Size:
    """Multiply a size by a factor as ONNX does, in float32."""
    return floor(number(size, "float32") * number(region, "float32") * number(scale, "float32"))


def fitted(sizes: Sequence[Size], wanted: Sequence[Size], policy: str) -> tuple[list[Any], list[Size]]:
    """Give the factors and new sizes that a policy makes of the wanted ones."""
    if policy == "stretch":
        return [None] * len(sizes), list(wanted)
    ratios = [number(new, "float32") / number(old, "float32") for new, old in zip(wanted, sizes)]
    known = not any(map(is_live, (*sizes, *wanted)))
    smaller, larger = (min, max) if known else (ops.minimum, ops.maximum)
    scale = functools.reduce(smaller if policy == "not_larger" else larger, ratios)
    outputs = [floor(number(old, "float32") * scale + np.float32(0.5)) for old in sizes]
    return [float(scale) if known else scale] * len(sizes), outputs


def stored_position(axis: int, rank: int, data_format: str) -> int:
    """Say where an image in a data format has an ONNX axis."""
    if data_format == "channels_first" or rank < 3 or axis == 0:
        return axis
    return rank - 1 if axis == 1 else axis - 1


def neighbouring(axes: Sequence[Axis]) -> list[list[Axis]]:
    """Gather axes that lie side by side to groups of at most two."""
    groups: list[list[Axis]] = []
    for axis in sorted(axes, key=lambda a: a.position):
        if groups and len(groups[-1]) == 1 and groups[-1][0].position == axis.position - 1:
            groups[-1].append(axis)
        else:
            groups.append([axis])
    return groups
