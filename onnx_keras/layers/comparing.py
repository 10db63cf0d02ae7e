"""Comparisons, element by element, with broadcasting."""

from typing import Any

from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers.base import Operator, operator


class Comparison(Operator):
    """A truth value for each pair of elements."""

    axis_rule = Elementwise()


@operator(since_version=19)
class Equal(Comparison):
    """Whether both elements are the same.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__Equal.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return a == b


@operator(since_version=13)
class Greater(Comparison):
    """Whether the first is greater than the second.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__Greater.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return a > b


@operator(since_version=16)
class GreaterOrEqual(Comparison):
    """Whether the first is at least the second.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__GreaterOrEqual.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return a >= b


@operator(since_version=13)
class Less(Comparison):
    """Whether the first is less than the second.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__Less.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return a < b


@operator(since_version=16)
class LessOrEqual(Comparison):
    """Whether the first is at most the second.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__LessOrEqual.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return a <= b
