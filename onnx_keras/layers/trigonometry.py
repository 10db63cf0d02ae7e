"""Trigonometric and hyperbolic functions and their inverses; angles are in radians."""

from typing import Any

from keras import ops

from onnx_keras.layers.base import operator
from onnx_keras.layers.unary import Unary


@operator(since_version=22)
class Sin(Unary):
    """The sine of each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Sin.html
    """

    def compute(self, input: Any) -> Any:
        return ops.sin(input)


@operator(since_version=22)
class Cos(Unary):
    """The cosine of each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Cos.html
    """

    def compute(self, input: Any) -> Any:
        return ops.cos(input)


@operator(since_version=22)
class Tan(Unary):
    """The tangent of each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Tan.html
    """

    def compute(self, input: Any) -> Any:
        return ops.tan(input)


@operator(since_version=22)
class Asin(Unary):
    """The angle whose sine is each element, NaN beyond -1 and 1.

    Specification: https://onnx.ai/onnx/operators/onnx__Asin.html
    """

    def compute(self, input: Any) -> Any:
        return ops.arcsin(input)


@operator(since_version=22)
class Acos(Unary):
    """The angle whose cosine is each element, NaN beyond -1 and 1.

    Specification: https://onnx.ai/onnx/operators/onnx__Acos.html
    """

    def compute(self, input: Any) -> Any:
        return ops.arccos(input)


@operator(since_version=22)
class Atan(Unary):
    """The angle whose tangent is each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Atan.html
    """

    def compute(self, input: Any) -> Any:
        return ops.arctan(input)


@operator(since_version=22)
class Sinh(Unary):
    """The hyperbolic sine of each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Sinh.html
    """

    def compute(self, input: Any) -> Any:
        return ops.sinh(input)


@operator(since_version=22)
class Cosh(Unary):
    """The hyperbolic cosine of each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Cosh.html
    """

    def compute(self, input: Any) -> Any:
        return ops.cosh(input)


@operator(since_version=22)
class Asinh(Unary):
    """The number whose hyperbolic sine is each element.

    Specification: https://onnx.ai/onnx/operators/onnx__Asinh.html
    """

    def compute(self, input: Any) -> Any:
        return ops.arcsinh(input)


@operator(since_version=22)
class Acosh(Unary):
    """The number whose hyperbolic cosine is each element, NaN below 1.

    Specification: https://onnx.ai/onnx/operators/onnx__Acosh.html
    """

    def compute(self, input: Any) -> Any:
        return ops.arccosh(input)


@operator(since_version=22)
class Atanh(Unary):
    """The number whose hyperbolic tangent is each element, NaN beyond -1 and 1.

    Specification: https://onnx.ai/onnx/operators/onnx__Atanh.html
    """

    def compute(self, input: Any) -> Any:
        return ops.arctanh(input)
