"""Products of small integers, exact: ConvInteger, MatMulInteger and what is quantised again, QLinearConv and QLinearMatMul.

Sums are computed in floats that hold them exactly, for which backends are fast, or in integers where there are no such
floats.
"""

import math
from functools import partial
from typing import Any

from keras import ops

from onnx_keras.axis_rules import ContractsLastAxes, Spatial, WithScalars
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.convolution import convolved
from onnx_keras.layers.quantizing import distance
from onnx_keras.layers.rounding import saturated
from onnx_keras.types import SMALL_FLOATS

LARGEST_PRODUCT = 255 * 255
FLOAT32_COUNTS_TO = 2**24


def exact_type(terms: int | None) -> str:
    """Choose the type in which sums of so many products of integers of eight bits are exact in any order."""
    is_short = terms is not None and terms * LARGEST_PRODUCT <= FLOAT32_COUNTS_TO
    return "float32" if is_short else native.EXACT_SUMS


class ConvolvesIntegers(Operator):
    """A convolution whose sums are exact.

    Attributes:
        auto_pad: As in Conv.
        dilations: As in Conv.
        group: As in Conv.
        kernel_shape: As in Conv.
        pads: As in Conv.
        strides: As in Conv.
        data_format: "channels_last" or "channels_first".
    """

    auto_pad: str = "NOTSET"
    dilations: tuple[int, ...] | None = None
    group: int = 1
    kernel_shape: tuple[int, ...] | None = None
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial(kernels={"w": (1, 0)})
    weight_names = {"w": "kernel", "b": "bias"}

    def sums(self, x: Any, w: Any, x_zero: Any, w_zero: Any) -> Any:
        dtype = exact_type(math.prod(w.shape[:-1]))
        x = ops.cast(distance(x, one(x_zero), ops.dtype(x)), dtype)
        w = ops.cast(distance(w, w_zero, ops.dtype(w)), dtype)
        return ops.cast(convolved(self, x, w), "int32")


@operator(since_version=10)
class ConvInteger(ConvolvesIntegers):
    """Convolve an image of integers with a kernel of integers.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).
        w: Kernel of shape (spatial..., channels / group, filters).
        x_zero_point: What stands for zero in `x`, and what its pads are.
        w_zero_point: What stands for zero in `w`, of shape () or (filters,).

    Returns:
        The sums as int32.

    Specification: https://onnx.ai/onnx/operators/onnx__ConvInteger.html
    """

    def compute(self, x: Any, w: Any, x_zero_point: Any = None, w_zero_point: Any = None) -> Any:
        return self.sums(x, w, x_zero_point, w_zero_point)


@operator(since_version=10)
class QLinearConv(ConvolvesIntegers):
    """Convolve a quantised image with a quantised kernel and quantise the result.

    Inputs:
        x: Image of shape (batch, spatial..., channels) or, as ONNX has it, (batch, channels, spatial...).
        x_scale: The scale of `x`.
        x_zero_point: What stands for zero in `x`, and what its pads are.
        w: Kernel of shape (spatial..., channels / group, filters).
        w_scale: The scale of `w`, of shape () or (filters,).
        w_zero_point: What stands for zero in `w`, of the same shape.
        y_scale: The scale of the result.
        y_zero_point: What stands for zero in the result.
        b: Bias of shape (filters,), of type int32, in multiples of `x_scale * w_scale`.

    Specification: https://onnx.ai/onnx/operators/onnx__QLinearConv.html
    """

    not_learned = ("x_scale", "w_scale", "y_scale")
    full_precision = ("x_scale", "w_scale", "y_scale")

    def compute(
        self,
        x: Any,
        x_scale: Any,
        x_zero_point: Any,
        w: Any,
        w_scale: Any,
        w_zero_point: Any,
        y_scale: Any,
        y_zero_point: Any,
        b: Any = None,
    ) -> Any:
        sums = self.sums(x, w, x_zero_point, w_zero_point)
        sums = sums if b is None else sums + self.per_filter(b, sums)
        factor = self.per_filter(one(x_scale) * w_scale / one(y_scale), sums)
        return saturated(
            ops.cast(sums, "float32") * factor, one(y_zero_point), self.type_of("y_zero_point", y_zero_point)
        )

    def per_filter(self, values: Any, y: Any) -> Any:
        """Shape values for each filter as the result is stored."""
        values = ops.convert_to_tensor(values)
        if self.data_format == "channels_last" or not values.shape:
            return values
        return ops.reshape(values, (-1, *[1] * (len(y.shape) - 2)))


class MultipliesIntegers(Operator):
    """A product of matrices whose sums are exact.

    Attributes:
        equation: The product in terms of stored axes, None where they lie as ONNX says.
    """

    equation: str | None = layout_field(None)

    axis_rule = WithScalars(ContractsLastAxes("equation"), "a", "b")
    weight_names = {"a": "kernel", "b": "kernel"}

    def sums(self, a: Any, b: Any, a_zero: Any, b_zero: Any) -> Any:
        a_type, b_type = self.type_of("a", a), self.type_of("b", b)
        a, b = distance(a, per_row(a_zero, a), a_type), distance(b, one(b_zero), b_type)
        if a_type in SMALL_FLOATS or b_type in SMALL_FLOATS:
            return product_of(self.equation)(ops.cast(a, "float32"), ops.cast(b, "float32"))
        return exact_product(a, b, self.equation)


@operator(since_version=10)
class MatMulInteger(MultipliesIntegers):
    """Multiply matrices of integers, or stacks of them, as NumPy does.

    Inputs:
        a: Tensor of shape (..., m, k), or (k,).
        b: Tensor of shape (..., k, n), or (k,).
        a_zero_point: What stands for zero in `a`: one number, one for each row of shape (m,), or of shape (..., m, 1).
        b_zero_point: What stands for zero in `b`: one number, one for each column of shape (n,), or of shape (..., 1, n).

    Returns:
        The sums as int32.

    Specification: https://onnx.ai/onnx/operators/onnx__MatMulInteger.html
    """

    def compute(self, a: Any, b: Any, a_zero_point: Any = None, b_zero_point: Any = None) -> Any:
        return self.sums(a, b, a_zero_point, b_zero_point)


@operator(since_version=21)
class QLinearMatMul(MultipliesIntegers):
    """Multiply quantised matrices, or stacks of them, and quantise the result.

    Inputs:
        a: Tensor of shape (..., m, k), or (k,).
        a_scale: The scale of `a`: one number, one for each row of shape (m,), or of shape (..., m, 1).
        a_zero_point: What stands for zero in `a`, of the same shape.
        b: Tensor of shape (..., k, n), or (k,).
        b_scale: The scale of `b`: one number, one for each column of shape (n,), or of shape (..., 1, n).
        b_zero_point: What stands for zero in `b`, of the same shape.
        y_scale: The scale of the result: one number, or of shape (m,) or (..., m, 1).
        y_zero_point: What stands for zero in the result, of the same shape.

    Specification: https://onnx.ai/onnx/operators/onnx__QLinearMatMul.html
    """

    not_learned = ("a_scale", "b_scale", "y_scale")
    full_precision = ("a_scale", "b_scale", "y_scale")

    def compute(
        self,
        a: Any,
        a_scale: Any,
        a_zero_point: Any,
        b: Any,
        b_scale: Any,
        b_zero_point: Any,
        y_scale: Any,
        y_zero_point: Any,
    ) -> Any:
        sums = ops.cast(self.sums(a, b, a_zero_point, b_zero_point), "float32")
        of_a, of_b, of_y = (ops.cast(s, "float32") for s in (per_row(a_scale, a), one(b_scale), per_row(y_scale, a)))
        dtype = self.type_of("y_zero_point", y_zero_point)
        return saturated(sums * (of_a * of_b / of_y), per_row(y_zero_point, a), dtype)


def one(values: Any) -> Any:
    """Make a scalar of a vector of one element; others stay."""
    return ops.reshape(values, ()) if values is not None and tuple(values.shape) == (1,) else values


def per_row(values: Any, matrix: Any) -> Any:
    """Shape a number for each row of a matrix so that it broadcasts to it."""
    values = one(values)
    is_vector = values is not None and len(values.shape) == 1 and len(matrix.shape) > 1
    return ops.expand_dims(values, -1) if is_vector else values


def exact_product(a: Any, b: Any, equation: str | None = None) -> Any:
    """Multiply matrices of integers of no more than nine bits."""
    dtype = exact_type(terms_of(a, b, equation))
    return ops.cast(product_of(equation)(ops.cast(a, dtype), ops.cast(b, dtype)), "int32")


def product_of(equation: str | None) -> Any:
    return partial(ops.einsum, equation) if equation else ops.matmul


def terms_of(a: Any, b: Any, equation: str | None) -> int | None:
    """Count the terms of each sum, if one side's size tells."""
    if equation is None:
        return a.shape[-1] or b.shape[max(len(b.shape) - 2, 0)]
    left, right = equation.partition("->")[0].split(",")
    return a.shape[left.index("K")] or b.shape[right.index("K")]
