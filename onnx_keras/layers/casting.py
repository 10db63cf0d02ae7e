"""Cast and CastLike: the same elements in another type; BitCast: the same bits."""

from typing import Any

from onnx_keras.axis_rules import AsFirst, Elementwise
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.carriers import converted, reinterpreted
from onnx_keras.types import type_name


@operator(since_version=28)
class Cast(Operator):
    """Give the elements another type.

    Inputs:
        input: Tensor of any shape.

    Attributes:
        to: The number of the type.
        saturate: Whether what is too large for a float of eight bits becomes the largest one.
        round_mode: How numbers become powers of two (float8e8m0): "up", "down" or "nearest".

    Specification: https://onnx.ai/onnx/operators/onnx__Cast.html
    """

    to: int
    saturate: int = 1
    round_mode: str = "up"

    axis_rule = Elementwise()

    def compute(self, input: Any) -> Any:
        source = self.type_of("input", input)
        return converted(input, source, type_name(self.to), bool(self.saturate), self.round_mode)


@operator(since_version=25)
class CastLike(Operator):
    """Give the elements the type of another tensor.

    Inputs:
        input: Tensor of any shape.
        target_type: The tensor whose type is meant.

    Attributes:
        saturate: Whether what is too large for a float of eight bits becomes the largest one.
        round_mode: How numbers become powers of two (float8e8m0): "up", "down" or "nearest".

    Specification: https://onnx.ai/onnx/operators/onnx__CastLike.html
    """

    saturate: int = 1
    round_mode: str = "up"

    axis_rule = AsFirst()

    def compute(self, input: Any, target_type: Any) -> Any:
        source, dtype = self.type_of("input", input), self.type_of("target_type", target_type)
        return converted(input, source, dtype, bool(self.saturate), self.round_mode)


@operator(since_version=26)
class BitCast(Operator):
    """Read the bits of the elements as another type of as many bits.

    Inputs:
        input: Tensor of any shape.

    Attributes:
        to: The number of the type.

    Specification: https://onnx.ai/onnx/operators/onnx__BitCast.html
    """

    to: int

    axis_rule = Elementwise()

    def compute(self, input: Any) -> Any:
        return reinterpreted(input, self.type_of("input", input), type_name(self.to))
