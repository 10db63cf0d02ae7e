"""Functions of one element: signs, powers of e, rounding, tests of what an element is."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.carriers import numbers


class Unary(Operator):
    """A function of each element by itself."""

    axis_rule = Elementwise()


@operator(since_version=13)
class Abs(Unary):
    """The distance of each element from zero.

    Specification: https://onnx.ai/onnx/operators/onnx__Abs.html
    """

    def compute(self, x: Any) -> Any:
        return ops.abs(x)


@operator(since_version=13)
class Neg(Unary):
    """Each element with the other sign.

    Specification: https://onnx.ai/onnx/operators/onnx__Neg.html
    """

    def compute(self, x: Any) -> Any:
        return ops.negative(x)


@operator(since_version=13)
class Sign(Unary):
    """-1, 0 or 1 for each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Sign.html
    """

    def compute(self, input: Any) -> Any:
        if is_unsigned(input):
            return ops.cast(ops.not_equal(input, ops.zeros_like(input)), input.dtype)
        return ops.sign(input)


@operator(since_version=13)
class Exp(Unary):
    """e to the power of each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Exp.html
    """

    def compute(self, input: Any) -> Any:
        return ops.exp(input)


@operator(since_version=13)
class Log(Unary):
    """The natural logarithm of each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Log.html
    """

    def compute(self, input: Any) -> Any:
        return native.logarithm(input)


@operator(since_version=13)
class Sqrt(Unary):
    """The square root of each element, NaN for negative ones.

    Specification: https://onnx.ai/onnx/operators/onnx__Sqrt.html
    """

    def compute(self, x: Any) -> Any:
        return ops.sqrt(x)


@operator(since_version=13)
class Reciprocal(Unary):
    """One divided by each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Reciprocal.html
    """

    def compute(self, x: Any) -> Any:
        return ops.reciprocal(x)


@operator(since_version=13)
class Erf(Unary):
    """The Gauss error function of each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Erf.html
    """

    def compute(self, input: Any) -> Any:
        # TensorFlow gives NaN for infinite float64; from 6 on the function is 1.
        return ops.erf(ops.clip(input, -6, 6) if "float64" in str(input.dtype) else input)


@operator(since_version=13)
class Floor(Unary):
    """The largest whole number that isn't larger than each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Floor.html
    """

    def compute(self, x: Any) -> Any:
        return native.in_steps(native.floor, x)


@operator(since_version=13)
class Ceil(Unary):
    """The smallest whole number that isn't smaller than each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Ceil.html
    """

    def compute(self, x: Any) -> Any:
        return native.in_steps(ops.ceil, x)


@operator(since_version=22)
class Round(Unary):
    """The nearest whole number, the even one of two that are as near.

    Specification: https://onnx.ai/onnx/operators/onnx__Round.html
    """

    def compute(self, x: Any) -> Any:
        return native.in_steps(ops.round, x)


@operator(since_version=20)
class IsNaN(Unary):
    """Whether each element is not a number.

    Specification: https://onnx.ai/onnx/operators/onnx__IsNaN.html
    """

    def compute(self, x: Any) -> Any:
        return ops.isnan(numbers(x, self.type_of("x", x)))


@operator(since_version=20)
class IsInf(Unary):
    """Whether each element is infinite.

    Attributes:
        detect_negative: Whether minus infinity counts.
        detect_positive: Whether infinity counts.

    Specification: https://onnx.ai/onnx/operators/onnx__IsInf.html
    """

    detect_negative: int = 1
    detect_positive: int = 1

    def compute(self, x: Any) -> Any:
        x = numbers(x, self.type_of("x", x))
        if self.detect_negative and self.detect_positive:
            return ops.isinf(x)
        if self.detect_negative:
            return ops.equal(x, float("-inf"))
        return ops.equal(x, float("inf" if self.detect_positive else "nan"))


@operator(since_version=1)
class Not(Unary):
    """The other truth value.

    Specification: https://onnx.ai/onnx/operators/onnx__Not.html
    """

    def compute(self, x: Any) -> Any:
        return ops.logical_not(x)


@operator(since_version=18)
class BitwiseNot(Unary):
    """Each element with all bits flipped.

    Specification: https://onnx.ai/onnx/operators/onnx__BitwiseNot.html
    """

    def compute(self, x: Any) -> Any:
        return ops.bitwise_not(x)


def is_unsigned(x: Any) -> bool:
    return ops.dtype(x).startswith("uint")
