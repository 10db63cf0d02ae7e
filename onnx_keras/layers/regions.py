"""RoiAlign and MaxRoiPool: regions of images, each as a small image of one size."""

from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.interpolating import Tap, interpolated, weighted
from onnx_keras.layers.sizes import numbered
from onnx_keras.layers.windows import spatial

MODES = ("half_pixel", "output_half_pixel")


@operator(since_version=22)
class RoiAlign(Operator):
    """Take the mean or maximum of points between the pixels of each bin of a region.

    Inputs:
        x: Image of shape (batch, height, width, channels) or, as ONNX has it, (batch, channels, height, width).
        rois: Regions x1, y1, x2, y2, of shape (regions, 4).
        batch_indices: The image of each region.

    Attributes:
        coordinate_transformation_mode: "half_pixel" if pixel centers lie at halves, else "output_half_pixel".
        mode: "avg" or "max", which is that of the pixels, each times its weight.
        output_height: The rows of bins.
        output_width: The columns of bins.
        sampling_ratio: How many points along each side of a bin; 0 for one a pixel.
        spatial_scale: The factor from the regions' coordinates to pixels.
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__RoiAlign.html
    """

    coordinate_transformation_mode: str = "half_pixel"
    mode: str = "avg"
    output_height: int = 1
    output_width: int = 1
    sampling_ratio: int = 0
    spatial_scale: float = 1.0
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial()

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["mode"] not in ("avg", "max"):
            yield f"mode={attributes['mode']!r}"
        if attributes["coordinate_transformation_mode"] not in MODES:
            yield f"coordinate_transformation_mode={attributes['coordinate_transformation_mode']!r}"

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        if not self.sampling_ratio:
            self.supports_jit = False

    def compute(self, x: Any, rois: Any, batch_indices: Any) -> Any:
        dtype = keras.backend.standardize_dtype(x.dtype)
        wide = "float64" if dtype == "float64" else "float32"
        image = x if self.data_format == "channels_last" else ops.moveaxis(x, 1, -1)
        image, rois = ops.cast(image, wide), ops.cast(rois, wide)
        height, width = spatial(ops.shape(x), self.data_format)
        rows, in_row = self.axis(rois[:, 1], rois[:, 3], self.output_height, height)
        columns, in_column = self.axis(rois[:, 0], rois[:, 2], self.output_width, width)
        taps = [[Tap(*map(by_row, t)) for t in rows], [Tap(*map(by_column, t)) for t in columns]]
        images = ops.cast(batch_indices, "int32")[:, None, None, None, None]
        y = self.pooled(image, images, taps, by_row(in_row), by_column(in_column))
        return ops.cast(y if self.data_format == "channels_last" else ops.moveaxis(y, -1, 1), dtype)

    def axis(self, start: Any, end: Any, bins: int, size: Any) -> tuple[list[Tap], Any]:
        """Lay points into the bins of an axis.

        Returns:
            The neighbours of the points, of shape (regions, bins, points), and which of the points count.
        """
        is_shifted = self.coordinate_transformation_mode == "half_pixel"
        start, end = (edge * self.spatial_scale - (0.5 if is_shifted else 0.0) for edge in (start, end))
        length = end - start if is_shifted else ops.maximum(end - start, 1)
        step = length / bins
        count = ops.full_like(step, self.sampling_ratio) if self.sampling_ratio else ops.ceil(step)
        most = self.sampling_ratio or ops.cast(ops.max(count, initial=0), "int32")
        start, step, count = (n[:, None, None] for n in (start, step, count))
        point = ops.cast(numbered(most, 2, 3), step.dtype)
        at = start + (ops.cast(numbered(bins, 1, 3), step.dtype) + (point + 0.5) / ops.maximum(count, 1)) * step
        return edge_taps(at, size), ops.broadcast_to(point < count, ops.shape(at))

    def pooled(self, image: Any, images: Any, taps: list[list[Tap]], in_row: Any, in_column: Any) -> Any:
        """Reduce the points of each bin."""
        is_counted = ops.expand_dims(ops.logical_and(in_row, in_column), -1)
        if self.mode == "avg":
            values = interpolated(image, images, taps)
            total = ops.sum(ops.where(is_counted, values, ops.zeros_like(values)), (2, 4))
            return total / ops.maximum(ops.sum(ops.cast(is_counted, total.dtype), (2, 4)), 1)
        largest: Any = None
        for value in weighted(image, images, taps):
            largest = value if largest is None else ops.maximum(largest, value)
        found = ops.max(ops.where(is_counted, largest, ops.full_like(largest, -float("inf"))), (2, 4))
        return ops.where(ops.any(is_counted, (2, 4)), found, ops.zeros_like(found))


def edge_taps(at: Any, size: Any) -> list[Tap]:
    """Give the two neighbours of positions; up to one pixel outside the outer pixels count, then nothing does."""
    length = ops.cast(size, at.dtype)
    counts = ops.cast(ops.logical_and(at >= -1, at <= length), at.dtype)
    near = ops.clip(at, 0, length - 1)
    low = ops.floor(near)
    indices = (ops.cast(low, "int32"), ops.cast(ops.minimum(low + 1, length - 1), "int32"))
    return [Tap(index, weight * counts) for index, weight in zip(indices, (low + 1 - near, near - low))]


def by_row(x: Any) -> Any:
    """Lay what belongs to the rows of bins before the columns."""
    # Not reshaped: TensorFlow's optimizer divides by zero where there are no regions.
    return x[:, :, :, None, None]


def by_column(x: Any) -> Any:
    """Lay what belongs to the columns of bins behind the rows."""
    return x[:, None, None]


@operator(since_version=22)
class MaxRoiPool(Operator):
    """Take the largest pixel of each bin of a region.

    Inputs:
        x: Image of shape (batch, height, width, channels) or, as ONNX has it, (batch, channels, height, width).
        rois: Regions image, x1, y1, x2, y2, of shape (regions, 5).

    Attributes:
        pooled_shape: The rows and columns of bins.
        spatial_scale: The factor from the regions' coordinates to pixels.
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__MaxRoiPool.html
    """

    pooled_shape: tuple[int, ...]
    spatial_scale: float = 1.0
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial()

    def compute(self, x: Any, rois: Any) -> Any:
        image = x if self.data_format == "channels_last" else ops.moveaxis(x, 1, -1)
        height, width = spatial(ops.shape(x), self.data_format)
        scaled = ops.cast(rois, "float32") * self.spatial_scale
        corners = ops.cast(ops.sign(scaled) * ops.floor(ops.abs(scaled) + 0.5), "int32")
        in_rows = self.bins(corners[:, 2], corners[:, 4], self.pooled_shape[0], height)
        in_columns = self.bins(corners[:, 1], corners[:, 3], self.pooled_shape[1], width)
        images = ops.cast(rois[:, 0], "int32")

        def of_region(region: Any) -> Any:
            number, rows, columns = region
            return largest_in_bins(ops.take(image, number, axis=0), rows, columns)

        y = ops.map(of_region, (images, in_rows, in_columns))
        return y if self.data_format == "channels_last" else ops.moveaxis(y, -1, 1)

    def bins(self, start: Any, end: Any, count: int, size: Any) -> Any:
        """Say which elements of an axis lie in which bin, in a tensor of shape (regions, bins, size)."""
        length = ops.maximum(end - start + 1, 1)[:, None, None]
        start, number = start[:, None, None], numbered(count, 1, 3)
        first, last = start + number * length // count, start - (-(number + 1) * length // count)
        at = numbered(size, 2, 3)
        return ops.logical_and(at >= first, at < last)


def largest_in_bins(image: Any, in_rows: Any, in_columns: Any) -> Any:
    """Give the largest pixel of each bin, zero where one is empty."""
    least = ops.cast(-float("inf"), image.dtype)
    rows = ops.max(ops.where(in_rows[:, :, None, None], image[None], least), axis=1)
    found = ops.max(ops.where(in_columns[None, :, :, None], rows[:, None], least), axis=2)
    return ops.where(found == least, ops.zeros_like(found), found)
