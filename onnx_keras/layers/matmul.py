"""Products of matrices: MatMul, Gemm and Einsum."""

from collections.abc import Callable
from functools import partial
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Contracts, ContractsLastAxes, MultipliesMatrices
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator


@operator(since_version=13)
class MatMul(Operator):
    """Multiply matrices, or stacks of them, as NumPy does.

    Inputs:
        a: Tensor of shape (..., m, k), or (k,).
        b: Tensor of shape (..., k, n), or (k,).

    Attributes:
        equation: The product in terms of stored axes, None where they lie as ONNX says.

    Specification: https://onnx.ai/onnx/operators/onnx__MatMul.html
    """

    equation: str | None = layout_field(None)

    axis_rule = ContractsLastAxes("equation")
    weight_names = {"a": "kernel", "b": "kernel"}

    def compute(self, a: Any, b: Any) -> Any:
        return in_type(partial(native.einsum, self.equation) if self.equation else native.matmul, a, b)


@operator(since_version=13)
class Gemm(Operator):
    """Multiply two matrices and add a third.

    Inputs:
        a: Matrix of shape (m, k), or (k, m) with `transA`.
        b: Matrix of shape (k, n), or (n, k) with `transB`.
        c: Tensor that broadcasts to shape (m, n).

    Attributes:
        alpha: Factor of the product.
        beta: Factor of `c`.
        transA: Whether `a` is transposed first.
        transB: Whether `b` is transposed first.

    Specification: https://onnx.ai/onnx/operators/onnx__Gemm.html
    """

    alpha: float = 1.0
    beta: float = 1.0
    transA: int = 0
    transB: int = 0

    axis_rule = MultipliesMatrices()
    weight_names = {"a": "kernel", "b": "kernel", "c": "bias"}

    def compute(self, a: Any, b: Any, c: Any = None) -> Any:
        a = ops.transpose(a) if self.transA else a
        b = ops.transpose(b) if self.transB else b
        result = scaled(in_type(native.matmul, a, b), self.alpha)
        return result if c is None else result + scaled(c, self.beta)


@operator(since_version=28)
class Einsum(Operator):
    """Sum products of elements as an equation in Einstein's notation says.

    Inputs:
        inputs: Tensors, one for each term of the equation.

    Attributes:
        equation: The equation, such as "bij,bjk->bik".

    Specification: https://onnx.ai/onnx/operators/onnx__Einsum.html
    """

    equation: str

    axis_rule = Contracts("equation")

    def compute(self, *inputs: Any) -> Any:
        return in_type(partial(native.einsum, self.equation), *inputs)


def in_type(function: Callable[..., Any], *tensors: Any) -> Any:
    """Multiply tensors of one type to that type; integers as those of 64 bits, exactly but for what overflows."""
    dtype = ops.dtype(tensors[0])
    if "int" not in dtype:
        return function(*tensors)
    return ops.cast(function(*(ops.cast(t, "int64") for t in tensors)), dtype)


def scaled(x: Any, factor: float) -> Any:
    """Multiply by a factor in the tensor's own type."""
    return x if factor == 1.0 else ops.multiply(x, ops.cast(factor, x.dtype))
