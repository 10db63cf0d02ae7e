"""ONNX Runtime's products of quantised matrices."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.axis_rules import ContractsLastAxes, MultipliesMatrices, WithScalars
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator
from onnx_keras.layers.integer_products import exact_product, one, per_row
from onnx_keras.layers.quantizing import distance, dynamic_scale
from onnx_keras.layers.rounding import saturated
from onnx_keras.registry import MICROSOFT


@operator(domain=MICROSOFT, since_version=1)
class MatMulIntegerToFloat(Operator):
    """Multiply matrices of integers and scale the result.

    Inputs:
        a: Tensor of shape (..., m, k).
        b: Tensor of shape (..., k, n).
        a_scale: The scale of `a`: one number, or one for each row of shape (m,).
        b_scale: The scale of `b`: one number, or one for each column of shape (n,).
        a_zero_point: What stands for zero in `a`, of the shape of its scale.
        b_zero_point: What stands for zero in `b`, of the shape of its scale.
        bias: Vector of shape (n,) that is added.

    Attributes:
        equation: The product in terms of stored axes, None where they lie as ONNX says.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulIntegerToFloat
    """

    equation: str | None = layout_field(None)

    axis_rule = WithScalars(ContractsLastAxes("equation"), "a", "b")
    weight_names = {"a": "kernel", "b": "kernel", "bias": "bias"}

    def compute(
        self,
        a: Any,
        b: Any,
        a_scale: Any,
        b_scale: Any,
        a_zero_point: Any = None,
        b_zero_point: Any = None,
        bias: Any = None,
    ) -> Any:
        a = distance(a, per_row(a_zero_point, a), ops.dtype(a))
        sums = exact_product(a, distance(b, one(b_zero_point), ops.dtype(b)), self.equation)
        scale = per_row(a_scale, a) * one(b_scale)
        return with_bias(ops.cast(sums, scale.dtype) * scale, bias)


@operator(domain=MICROSOFT, since_version=1)
class DynamicQuantizeMatMul(Operator):
    """Quantise a matrix by its extremes, multiply it with a quantised one and scale the result.

    Inputs:
        a: Tensor of shape (..., m, k).
        b: Tensor of integers of shape (..., k, n).
        b_scale: The scale of `b`: one number, or one for each column of shape (n,).
        b_zero_point: What stands for zero in `b`, of the shape of its scale.
        bias: Vector of shape (n,) that is added.

    Attributes:
        equation: The product in terms of stored axes, None where they lie as ONNX says.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.DynamicQuantizeMatMul
    """

    equation: str | None = layout_field(None)

    axis_rule = WithScalars(ContractsLastAxes("equation"), "a", "b")
    weight_names = {"b": "kernel", "bias": "bias"}
    full_precision = ("a", "b_scale")

    def compute(self, a: Any, b: Any, b_scale: Any, b_zero_point: Any = None, bias: Any = None) -> Any:
        return with_bias(dynamic_product(a, b, b_scale, b_zero_point, self.equation), bias)


def dynamic_product(a: Any, b: Any, b_scale: Any, b_zero: Any, equation: str | None = None) -> Any:
    """Quantise the left side by its extremes and multiply it with a quantised matrix."""
    a_scale, a_zero = dynamic_scale(a)
    quantized = ops.cast(saturated(native.divide(a, a_scale), a_zero, "uint8"), "int32") - ops.cast(a_zero, "int32")
    sums = exact_product(quantized, distance(b, one(b_zero), ops.dtype(b)), equation)
    return ops.cast(sums, "float32") * (a_scale * one(b_scale))


def with_bias(y: Any, bias: Any) -> Any:
    return y if bias is None else y + bias


@operator(domain=MICROSOFT, since_version=1)
class QGemm(Operator):
    """Multiply two quantised matrices, add a bias and scale the result or quantise it again.

    Inputs:
        a: Matrix of shape (m, k), or (k, m) with `transA`.
        a_scale: Its scale.
        a_zero_point: What stands for zero in it.
        b: Matrix of shape (k, n), or (n, k) with `transB`.
        b_scale: Its scale: one number, or one for each column of shape (n,).
        b_zero_point: What stands for zero in it, of the same shape.
        c: Tensor of int32 that broadcasts to shape (m, n), in multiples of `alpha * a_scale * b_scale`.
        y_scale: The scale of the result; without it the result is real.
        y_zero_point: What stands for zero in the result.

    Attributes:
        alpha: Factor of the product.
        transA: Whether `a` is transposed first.
        transB: Whether `b` is transposed first.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QGemm
    """

    alpha: float = 1.0
    transA: int = 0
    transB: int = 0

    axis_rule = WithScalars(MultipliesMatrices(), "a", "b")
    weight_names = {"a": "kernel", "b": "kernel", "c": "bias"}
    not_learned = ("a_scale", "b_scale", "y_scale")
    full_precision = not_learned

    def compute(
        self,
        a: Any,
        a_scale: Any,
        a_zero_point: Any,
        b: Any,
        b_scale: Any,
        b_zero_point: Any,
        c: Any = None,
        y_scale: Any = None,
        y_zero_point: Any = None,
    ) -> Any:
        # A zero point for each column of the product is one for each row of a transposed matrix.
        b_zero_point = per_row(b_zero_point, b) if self.transB else one(b_zero_point)
        a = distance(a, one(a_zero_point), ops.dtype(a))
        b = distance(b, b_zero_point, ops.dtype(b))
        sums = exact_product(ops.transpose(a) if self.transA else a, ops.transpose(b) if self.transB else b)
        sums = ops.cast(sums if c is None else sums + c, "float32")
        scale = self.alpha * one(a_scale) * one(b_scale)
        if y_scale is None:
            return sums * scale
        zero = ops.reshape(y_zero_point, ())
        return saturated(sums * (scale / ops.reshape(y_scale, ())), zero, ops.dtype(y_zero_point))


@operator(domain=MICROSOFT, since_version=1)
class MatMulNBits(Operator):
    """Multiply by a matrix of integers of few bits, of which a block of rows shares a scale.

    Inputs:
        a: Tensor of shape (..., K).
        b: The matrix, of shape (N, blocks, bytes of a block): several integers to a byte, the lowest bits first.
        scales: The scales, of shape (N, blocks), or as a list.
        zero_points: What stands for zero: integers packed as the matrix is, of shape (N, bytes), or numbers of the type
            of the scales; half of the integers by default.
        g_idx: For each of the K rows the number of its block; by default blocks are neighbours.
        bias: Vector of shape (N,) that is added.

    Attributes:
        K: The size of the axis that is summed over.
        N: The size of the new axis.
        accuracy_level: How roughly `a` may be rounded; it isn't rounded at all.
        bits: How many bits an integer has: 2, 4 or 8.
        block_size: How many rows share a scale.
        weight_prepacked: 0: the matrix is as described.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
    """

    K: int
    N: int
    accuracy_level: int = 0
    bits: int = 4
    block_size: int
    weight_prepacked: int = 0

    weight_names = {"b": "kernel", "scales": "scale"}

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["bits"] not in (2, 4, 8):
            yield f"bits={attributes['bits']}"
        if attributes["weight_prepacked"]:
            yield f"weight_prepacked={attributes['weight_prepacked']}"

    def compute(self, a: Any, b: Any, scales: Any, zero_points: Any = None, g_idx: Any = None, bias: Any = None) -> Any:
        blocks = -(-self.K // self.block_size)
        scales = ops.reshape(scales, (self.N, blocks))
        zeros = self.zeros(zero_points, scales, blocks)
        integers = unpacked(ops.reshape(b, (self.N, -1)), self.bits)[:, : self.K]
        distances = ops.cast(integers, scales.dtype) - self.per_column(zeros, g_idx)
        matrix = ops.transpose(distances * self.per_column(scales, g_idx))
        return with_bias(ops.matmul(a, ops.cast(matrix, a.dtype)), bias)

    def zeros(self, zero_points: Any, scales: Any, blocks: int) -> Any:
        """Give a zero point for each scale."""
        if zero_points is None:
            return ops.full_like(scales, 2 ** (self.bits - 1))
        if ops.dtype(zero_points) != "uint8":
            return ops.reshape(zero_points, (self.N, blocks))
        return ops.cast(unpacked(ops.reshape(zero_points, (self.N, -1)), self.bits)[:, :blocks], scales.dtype)

    def per_column(self, values: Any, g_idx: Any) -> Any:
        """Repeat what blocks have for each of their K numbers."""
        if g_idx is not None:
            return ops.take(values, g_idx, axis=1)
        return ops.repeat(values, self.block_size, axis=1)[:, : self.K]


def unpacked(rows: Any, bits: int) -> Any:
    """Take the integers out of the bytes of each row."""
    shifts = ops.convert_to_tensor(list(range(0, 8, bits)), dtype="int32")
    parts = ops.right_shift(ops.expand_dims(ops.cast(rows, "int32"), -1), shifts)
    return ops.reshape(ops.bitwise_and(parts, 2**bits - 1), (ops.shape(rows)[0], -1))
