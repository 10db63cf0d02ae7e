"""Arithmetic, element by element, with broadcasting. Both sides have one type, so Python's operators promote nothing."""

from functools import reduce
from operator import add
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator


@operator(since_version=14)
class Add(Operator):
    """Add two tensors.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__Add.html
    """

    axis_rule = Elementwise()
    weight_names = {"a": "bias", "b": "bias"}
    takes_numbers = True

    def compute(self, a: Any, b: Any) -> Any:
        return a + b


@operator(since_version=14)
class Sub(Operator):
    """Subtract the second tensor from the first.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__Sub.html
    """

    axis_rule = Elementwise()
    weight_names = {"a": "bias", "b": "bias"}
    takes_numbers = True

    def compute(self, a: Any, b: Any) -> Any:
        return a - b


@operator(since_version=14)
class Mul(Operator):
    """Multiply two tensors.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__Mul.html
    """

    axis_rule = Elementwise()
    weight_names = {"a": "scale", "b": "scale"}
    takes_numbers = True

    def compute(self, a: Any, b: Any) -> Any:
        return a * b


@operator(since_version=14)
class Div(Operator):
    """Divide the first tensor by the second; quotients of integers are rounded towards zero.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__Div.html
    """

    axis_rule = Elementwise()
    weight_names = {"a": "scale", "b": "scale"}
    takes_numbers = True

    def compute(self, a: Any, b: Any) -> Any:
        return native.truncated_divide(a, b) if is_integer(a) else a / b


@operator(since_version=28)
class Mod(Operator):
    """What is left of a division.

    Inputs:
        a: The dividend.
        b: The divisor, of a shape that broadcasts with that of `a`.

    Attributes:
        fmod: Whether the quotient is rounded towards zero, so that the result has the sign of `a`; else it is rounded
            down, and the result has the sign of `b`.

    Specification: https://onnx.ai/onnx/operators/onnx__Mod.html
    """

    fmod: int = 0

    axis_rule = Elementwise()

    def compute(self, a: Any, b: Any) -> Any:
        if not self.fmod:
            return a % b
        return a - native.truncated_divide(a, b) * b if is_integer(a) else native.fmod(a, b)


@operator(since_version=15)
class Pow(Operator):
    """Raise the first tensor to the power of the second.

    Inputs:
        x: The base, which says what type the result has.
        y: The exponent, of a shape that broadcasts with that of `x`; its type may be another.

    Specification: https://onnx.ai/onnx/operators/onnx__Pow.html
    """

    axis_rule = Elementwise()
    weight_names = {"y": "exponent"}
    takes_numbers = True

    def compute(self, x: Any, y: Any) -> Any:
        if not is_integer(x):
            return ops.power(x, ops.cast(y, x.dtype))
        if is_integer(y):
            return integer_power(x, ops.cast(y, x.dtype))
        return ops.cast(ops.power(ops.cast(x, y.dtype), y), x.dtype)


@operator(since_version=13)
class Sum(Operator):
    """Add tensors.

    Inputs:
        data_0: Tensors whose shapes broadcast.

    Specification: https://onnx.ai/onnx/operators/onnx__Sum.html
    """

    axis_rule = Elementwise()

    def compute(self, *data_0: Any) -> Any:
        return reduce(add, data_0)


@operator(since_version=13)
class Mean(Operator):
    """The mean of tensors, element by element.

    Inputs:
        data_0: Tensors whose shapes broadcast.

    Specification: https://onnx.ai/onnx/operators/onnx__Mean.html
    """

    axis_rule = Elementwise()

    def compute(self, *data_0: Any) -> Any:
        return reduce(add, data_0) / len(data_0)


@operator(since_version=13)
class Max(Operator):
    """The largest of the elements that tensors have in one place; NaN where one of them is.

    Inputs:
        data_0: Tensors whose shapes broadcast.

    Specification: https://onnx.ai/onnx/operators/onnx__Max.html
    """

    axis_rule = Elementwise()

    def compute(self, *data_0: Any) -> Any:
        return reduce(native.maximum, data_0)


@operator(since_version=13)
class Min(Operator):
    """The smallest of the elements that tensors have in one place; NaN where one of them is.

    Inputs:
        data_0: Tensors whose shapes broadcast.

    Specification: https://onnx.ai/onnx/operators/onnx__Min.html
    """

    axis_rule = Elementwise()

    def compute(self, *data_0: Any) -> Any:
        return reduce(native.minimum, data_0)


def is_integer(x: Any) -> bool:
    return "int" in ops.dtype(x)


def integer_power(x: Any, y: Any) -> Any:
    """Raise integers to integers; a power of a negative exponent is a fraction, of which the whole part is left."""
    if ops.dtype(y).startswith("uint"):
        return ops.power(x, y)
    power = ops.power(x, ops.abs(y))
    return ops.where(y < 0, ops.where(ops.abs(power) == 1, power, ops.zeros_like(power)), power)
