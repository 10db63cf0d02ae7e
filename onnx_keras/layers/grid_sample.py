"""GridSample and AffineGrid: an image looked up where a grid says."""

from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.interpolating import Tap, inside, interpolated
from onnx_keras.layers.sizes import listed, numbered
from onnx_keras.layers.windows import spatial

MODES = ("linear", "nearest", "cubic")
PADDINGS = ("zeros", "border", "reflection")
A = -0.75
"""The coefficient of the cubic kernel, as in ONNX Runtime and PyTorch."""


@operator(since_version=22)
class GridSample(Operator):
    """Look up an image at positions between its pixels.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).
        grid: Positions, of shape (batch, new spatial..., rank): -1 to 1 along the last spatial axis, along the one
            before, and so on.

    Attributes:
        align_corners: Whether -1 and 1 are the centers of the outer pixels, not their edges.
        mode: "linear", "nearest" or "cubic".
        padding_mode: What lies outside: "zeros", the pixels at the "border", or the image's "reflection".
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__GridSample.html
    """

    align_corners: int = 0
    mode: str = "linear"
    padding_mode: str = "zeros"
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial()

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["mode"] not in MODES:
            yield f"mode={attributes['mode']!r}"
        if attributes["padding_mode"] not in PADDINGS:
            yield f"padding_mode={attributes['padding_mode']!r}"

    def compute(self, x: Any, grid: Any) -> Any:
        dtype = keras.backend.standardize_dtype(x.dtype)
        wide = "float64" if "float64" in (dtype, keras.backend.standardize_dtype(grid.dtype)) else "float32"
        image = x if self.data_format == "channels_last" else ops.moveaxis(x, 1, -1)
        image, grid = ops.cast(image, wide), ops.cast(grid, wide)
        sizes = spatial(ops.shape(x), self.data_format)
        taps = [self.taps(grid[..., -1 - i], size) for i, size in enumerate(sizes)]
        y = interpolated(image, numbered(ops.shape(grid)[0], 0, len(sizes) + 1), taps)
        y = ops.cast(y, dtype)
        return y if self.data_format == "channels_last" else ops.moveaxis(y, -1, 1)

    def taps(self, at: Any, size: Any) -> list[Tap]:
        """Find the neighbours along an axis of positions between -1 and 1."""
        length = ops.cast(size, at.dtype)
        at = (at + 1) / 2 * (length - 1) if self.align_corners else ((at + 1) * length - 1) / 2
        at = ops.round(at) if self.mode == "nearest" else at
        low = ops.floor(at)
        return [self.tap(low + i, size, weight) for i, weight in self.neighbours(at - low)]

    def neighbours(self, rest: Any) -> list[tuple[int, Any]]:
        """List which neighbours count, from the one before a position, and how much."""
        if self.mode == "nearest":
            return [(0, ops.ones_like(rest))]
        if self.mode == "linear":
            return [(0, 1 - rest), (1, rest)]
        return [(-1, far(rest + 1)), (0, near(rest)), (1, near(1 - rest)), (2, far(2 - rest))]

    def reflected(self, at: Any, length: Any) -> Any:
        """Reflect positions at the centers or the edges of the outer pixels, as often as needed."""
        low = 0.0 if self.align_corners else -0.5
        span = ops.maximum(length - 1 - 2 * low, 1)
        far = ops.mod(at - low, 2 * span)
        return low + ops.minimum(far, 2 * span - far)

    def tap(self, at: Any, size: Any, weight: Any) -> Tap:
        """Give whole positions as a neighbour."""
        if self.padding_mode == "zeros":
            return inside(at, size, weight)
        at = at if self.padding_mode == "border" else self.reflected(at, ops.cast(size, at.dtype))
        return Tap(ops.maximum(ops.cast(ops.clip(at, 0, ops.cast(size, at.dtype) - 1), "int32"), 0), weight)


def near(x: Any) -> Any:
    """Weigh a neighbour at a distance of at most one."""
    return ((A + 2) * x - (A + 3)) * x * x + 1


def far(x: Any) -> Any:
    """Weigh a neighbour at a distance between one and two."""
    return ((x - 5) * x + 8) * x * A - 4 * A


@operator(since_version=20)
class AffineGrid(Operator):
    """Make the grid by which GridSample turns, stretches and moves an image.

    Inputs:
        theta: Matrices of shape (batch, rank, rank + 1), for coordinates from the last spatial axis to the first.
        size: The shape of the image as ONNX has it: (batch, channels, spatial...).

    Attributes:
        align_corners: Whether -1 and 1 are the centers of the outer pixels, not their edges.

    Specification: https://onnx.ai/onnx/operators/onnx__AffineGrid.html
    """

    align_corners: int = 0

    static_inputs = ("size",)

    def compute(self, theta: Any, size: Any) -> Any:
        dtype = keras.backend.standardize_dtype(theta.dtype)
        wide = "float64" if dtype == "float64" else "float32"
        theta, sizes = ops.cast(theta, wide), listed(size, "The size of an AffineGrid")[2:]
        rank, grid = len(sizes), 0
        for axis, length in enumerate(sizes):
            column = ops.expand_dims(self.positions(length, axis, rank, wide), -1) * column_of(theta, rank - 1 - axis)
            grid = grid + column
        return ops.cast(grid + column_of(theta, rank), dtype)

    def positions(self, size: Any, axis: int, rank: int, dtype: str) -> Any:
        """Spread positions along an axis from -1 to 1."""
        length = ops.cast(size, dtype)
        number = ops.cast(numbered(size if isinstance(size, int) else ops.cast(size, "int32"), axis, rank), dtype)
        if self.align_corners:
            return 2 * number / ops.maximum(length - 1, 1) - 1
        return (2 * number + 1) / length - 1


def column_of(theta: Any, i: int) -> Any:
    """Give a column of the matrices, in a shape that broadcasts with a grid."""
    batch, rank = ops.shape(theta)[0], theta.shape[1]
    return ops.reshape(theta[:, :, i], (batch, *(1,) * rank, rank))
