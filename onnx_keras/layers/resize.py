"""Resize: an image with more or fewer pixels."""

from typing import Any

import keras
import numpy as np
from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.resampling import linear_kernels, nearest, nearest_kernels, neighbours, origins
from onnx_keras.layers.resized_axes import Axis, fitted, neighbouring, number, scaled, stored_position
from onnx_keras.layers.sizes import narrow
from onnx_keras.types import FLOATS

CROP = "tf_crop_and_resize"
FEW = 8


@operator(since_version=19)
class Resize(Operator):
    """Resize axes by interpolation, one after the other.

    Inputs:
        x: Tensor of any shape.
        roi: The region that "tf_crop_and_resize" takes: where it begins on each axis, then where it ends, 0 to 1.
        scales: The factor for each axis.
        sizes: The new size of each axis, in the place of `scales`.

    Attributes:
        antialias: Whether "linear" and "cubic" take all elements into account where an axis shrinks.
        axes: The ONNX axes that `roi`, `scales` and `sizes` speak of; all by default.
        coordinate_transformation_mode: Where the elements of the result lie.
        cubic_coeff_a: The coefficient of "cubic".
        exclude_outside: Whether what lies outside has no weight.
        extrapolation_value: What "tf_crop_and_resize" finds outside.
        keep_aspect_ratio_policy: "stretch", or "not_larger" or "not_smaller" than `sizes` in the old proportions.
        mode: "nearest", "linear" or "cubic".
        nearest_mode: "round_prefer_floor", "round_prefer_ceil", "floor" or "ceil".
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__Resize.html
    """

    antialias: int = 0
    axes: tuple[int, ...] | None = None
    coordinate_transformation_mode: str = "half_pixel"
    cubic_coeff_a: float = -0.75
    exclude_outside: int = 0
    extrapolation_value: float = 0.0
    keep_aspect_ratio_policy: str = "stretch"
    mode: str = "nearest"
    nearest_mode: str = "round_prefer_floor"
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial()
    static_inputs = ("roi", "scales", "sizes")

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        if not (self.held.get("scales") or self.held.get("sizes")):
            self.supports_jit = False

    def compute(self, x: Any, roi: Any = None, scales: Any = None, sizes: Any = None) -> Any:
        axes = [axis for axis in self.resized_axes(x, roi, scales, sizes) if not axis.is_kept]
        if self.mode == "nearest":
            return self.with_outside(self.nearest(x, axes), axes)
        dtype = keras.backend.standardize_dtype(x.dtype)
        wide = "float64" if dtype == "float64" else "float32"
        result = self.with_outside(self.interpolated(ops.cast(x, wide), axes, wide), axes)
        return ops.cast(result if dtype in FLOATS else within_type(result, dtype), dtype)

    def resized_axes(self, x: Any, roi: Any, scales: Any, sizes: Any) -> list[Axis]:
        """Say what happens to each axis."""
        shape, rank = ops.shape(x), len(x.shape)
        axes = [a % rank for a in (range(rank) if self.axes is None else self.axes)]
        count = len(axes)
        places = [stored_position(a, rank, self.data_format) for a in axes]
        before = [shape[p] for p in places]
        region = elements(roi) if self.coordinate_transformation_mode == CROP else [0.0] * count + [1.0] * count
        starts, ends = region[:count], region[count:]
        factors = elements(scales)
        if factors:
            outputs = [scaled(n, f, end - start) for n, f, start, end in zip(before, factors, starts, ends)]
        else:
            factors, outputs = fitted(before, elements(sizes), self.keep_aspect_ratio_policy)
        return [Axis(*of) for of in zip(places, before, outputs, factors, starts, ends, strict=True)]

    def nearest(self, x: Any, axes: list[Axis]) -> Any:
        """Take the nearest elements."""
        mode, rounding = self.coordinate_transformation_mode, self.nearest_mode
        for group in neighbouring(axes):
            ways = set.intersection(*(nearest_kernels(axis, mode, rounding) for axis in group))
            resized = run_kernel(x, group, "nearest", ways)
            if resized is not None:
                x = resized
                continue
            for axis in group:
                x = ops.take(x, nearest(axis, origins(axis, mode), rounding), axis.position)
        return x

    def interpolated(self, x: Any, axes: list[Axis], dtype: str) -> Any:
        """Take weighted means of neighbours."""
        mode = self.coordinate_transformation_mode
        for group in neighbouring(axes):
            is_plain = self.mode == "linear" and not self.antialias
            ways = set.intersection(*(linear_kernels(axis, mode) for axis in group)) if is_plain else set()
            resized = run_kernel(x, group, "linear", ways)
            if resized is not None:
                x = resized
                continue
            for axis in group:
                x = weighted(x, axis.position, *self.neighbours(axis, dtype))
        return x

    def neighbours(self, axis: Axis, dtype: str) -> tuple[Any, Any]:
        at = origins(axis, self.coordinate_transformation_mode, dtype)
        coefficient = self.cubic_coeff_a if self.mode == "cubic" else None
        return neighbours(axis, at, coefficient, bool(self.antialias), bool(self.exclude_outside))

    def with_outside(self, x: Any, axes: list[Axis]) -> Any:
        """Put in what is found outside of the image."""
        if self.coordinate_transformation_mode != CROP:
            return x
        for axis in axes:
            at = origins(axis, CROP)
            is_inside = (at >= 0) & (at <= number(axis.size - 1, keras.backend.standardize_dtype(at.dtype)))
            shape = [-1 if i == axis.position else 1 for i in range(len(x.shape))]
            x = ops.where(ops.reshape(is_inside, shape), x, ops.cast(self.extrapolation_value, x.dtype))
        return x


def elements(values: Any) -> list[Any]:
    """List plain values, or the live elements of a vector."""
    if values is None or isinstance(values, tuple):
        return list(values or ())
    if keras.backend.backend() != "tensorflow":
        raise ValueError("Resize needs scales and sizes that are known when the model is compiled.")
    return ops.unstack(values if "float" in ops.dtype(values) else narrow(values), values.shape[0])


def run_kernel(x: Any, axes: list[Axis], kind: str, ways: set[tuple[bool, bool]]) -> Any:
    """Resize neighbouring axes by a kernel of the backend; None where it has none."""
    if not ways:
        return None
    return native.resized(x, axes[0].position, [axis.output for axis in axes], kind, *sorted(ways)[-1])


def weighted(x: Any, axis: int, index: Any, weights: Any) -> Any:
    """Sum elements along an axis, weighted; `index` and `weights` have a row for each element of the result."""
    count = weights.shape[1]
    if count is None or count > FEW:
        taken = ops.take(x, index, axis)
        shape = [
            -1 if i == axis else count or ops.shape(weights)[1] if i == axis + 1 else 1 for i in range(len(taken.shape))
        ]
        return ops.sum(ops.multiply(taken, ops.reshape(weights, shape)), axis + 1)
    shape = [-1 if i == axis else 1 for i in range(len(x.shape))]
    total: Any = 0
    for k in range(count):
        total = total + ops.multiply(ops.take(x, index[:, k], axis), ops.reshape(weights[:, k], shape))
    return total


def within_type(x: Any, dtype: str) -> Any:
    """Keep what an integer type can hold."""
    return ops.clip(x, np.iinfo(dtype).min, np.iinfo(dtype).max)
