"""Quantised numbers: integers or small floats that stand for multiples of a scale."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import AsWhole, Scales
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.carriers import numbers
from onnx_keras.layers.rounding import saturated
from onnx_keras.registry import MICROSOFT
from onnx_keras.types import SMALL_FLOATS, type_name


@operator(since_version=28)
class QuantizeLinear(Operator):
    """Divide by scales, round half to even and add zero points; what is too large becomes the largest number.

    Inputs:
        x: Tensor of any shape.
        y_scale: The scale of all elements, of shape (); of each index of the axis, of shape (sizes of the axis,); or of
            blocks along the axis, of the shape of `x` with the number of blocks at the axis.
        y_zero_point: What stands for zero, of the shape of the scales and the type of the result.

    Attributes:
        axis: The axis along which scales differ.
        saturate: Whether what is too large for a float of eight bits becomes the largest one.
        block_size: How many elements share a scale, 0 where not blocks do.
        output_dtype: The number of the result's type where `y_zero_point` is absent; uint8 by default.
        precision: The number of the type in which is divided, by default that of the scale.

    Specification: https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html
    """

    axis: int = 1
    saturate: int = 1
    block_size: int = 0
    output_dtype: int = 0
    precision: int = 0

    axis_rule = Scales()
    not_learned = ("y_scale",)
    full_precision = ("y_scale",)

    def compute(self, x: Any, y_scale: Any, y_zero_point: Any = None) -> Any:
        scale = spread(numbers(y_scale, self.type_of("y_scale", y_scale)), x, self.axis, self.block_size)
        quotient = divided(x, scale, type_name(self.precision) if self.precision else None)
        if y_zero_point is None:
            return saturated(quotient, None, type_name(self.output_dtype or 2), bool(self.saturate))
        dtype = self.type_of("y_zero_point", y_zero_point)
        zero = spread(numbers(y_zero_point, dtype), x, self.axis, self.block_size)
        return saturated(quotient, zero, dtype, bool(self.saturate))


def divided(x: Any, scale: Any, precision: str | None) -> Any:
    """Divide as precisely as asked for, by default as the scale's type is."""
    own = ops.dtype(scale)
    dtype = precision or ("float64" if own == "int32" else own)
    # TensorFlow takes the smallest numbers of float16 for zero; float32 gives the same quotients, rounded once more.
    wide = "float32" if dtype in ("float16", "bfloat16") else dtype
    x, scale = (ops.cast(ops.cast(t, dtype), wide) for t in (x, scale))
    return ops.cast(native.divide(x, scale), dtype)


@operator(since_version=28)
class DequantizeLinear(Operator):
    """Subtract zero points and multiply by scales. Scales that aren't scalars learn; quantised weights don't.

    Inputs:
        x: Tensor of any shape.
        x_scale: The scale of all elements, of shape (); of each index of the axis, of shape (sizes of the axis,); or of
            blocks along the axis, of the shape of `x` with the number of blocks at the axis.
        x_zero_point: What stands for zero, of the shape of the scales and the type of `x`.

    Attributes:
        axis: The axis along which scales differ.
        block_size: How many elements share a scale, 0 where not blocks do.
        output_dtype: The number of the result's type, by default that of the scale.

    Specification: https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html
    """

    axis: int = 1
    block_size: int = 0
    output_dtype: int = 0

    axis_rule = Scales()
    weight_names = {"x": "kernel", "x_scale": "scale", "x_zero_point": "zero_point"}

    def compute(self, x: Any, x_scale: Any, x_zero_point: Any = None) -> Any:
        dtype = self.type_of("x", x)
        scale = spread(numbers(x_scale, self.type_of("x_scale", x_scale)), x, self.axis, self.block_size)
        wanted = type_name(self.output_dtype) if self.output_dtype else ops.dtype(scale)
        zero = None if x_zero_point is None else spread(x_zero_point, x, self.axis, self.block_size)
        return ops.cast(ops.cast(distance(x, zero, dtype), "float32") * ops.cast(scale, "float32"), wanted)


@operator(domain=MICROSOFT, since_version=1, name="QuantizeLinear")
class MicrosoftQuantizeLinear(QuantizeLinear):
    """ONNX Runtime's QuantizeLinear, which had types of elements before ONNX' own."""


@operator(domain=MICROSOFT, since_version=1, name="DequantizeLinear")
class MicrosoftDequantizeLinear(DequantizeLinear):
    """ONNX Runtime's DequantizeLinear, which had types of elements before ONNX' own."""


def distance(x: Any, zero: Any, dtype: str) -> Any:
    """Subtract zero points; they are no floats of eight bits but 0."""
    if dtype in SMALL_FLOATS:
        return numbers(x, dtype)
    return x if zero is None else ops.cast(x, "int32") - ops.cast(zero, "int32")


def spread(values: Any, x: Any, axis: int, block_size: int) -> Any:
    """Give scales or zero points a shape that broadcasts to that of a tensor."""
    if tuple(values.shape) in ((), (1,)):
        return ops.reshape(values, ())
    if block_size:
        wide = ops.repeat(values, block_size, axis)
        parts = [slice(None)] * len(x.shape)
        parts[axis] = slice(0, ops.shape(x)[axis])
        return native.sliced(wide, parts)
    place = axis % len(x.shape)
    return ops.reshape(values, [-1 if a == place else 1 for a in range(len(x.shape))])


@operator(since_version=11)
class DynamicQuantizeLinear(Operator):
    """Quantise to integers of eight bits with the scale that the extremes of the tensor ask for.

    Inputs:
        x: Tensor of any shape.

    Returns:
        The quantised tensor, its scale and its zero point.

    Specification: https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html
    """

    axis_rule = AsWhole()
    full_precision = ("x",)

    def compute(self, x: Any) -> Any:
        scale, zero = dynamic_scale(x)
        return saturated(native.divide(x, scale), zero, "uint8"), scale, zero


def dynamic_scale(x: Any) -> tuple[Any, Any]:
    """Choose scale and zero point so that zero and all elements fit into eight bits."""
    low, high = ops.minimum(ops.min(x), 0.0), ops.maximum(ops.max(x), 0.0)
    scale = ops.where(high == low, 1.0, (high - low) / 255.0)
    return scale, saturated(-low / scale, None, "uint8")
