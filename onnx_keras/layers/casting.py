"""Cast and CastLike: the same elements in another type."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.axis_rules import AsFirst, Elementwise
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.types import type_name

LARGEST = {"float8_e4m3fn": 448.0, "float8_e5m2": 57344.0}
"""The largest finite number of each float of eight bits that Keras knows."""

UNKNOWN = ("int2", "int4", "uint2", "uint4", "float4_e2m1fn")
UNKNOWN += ("float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu")
"""Types that no tensor of Keras can have."""


@operator(since_version=28)
class Cast(Operator):
    """Give the elements another type.

    Inputs:
        input: Tensor of any shape.

    Attributes:
        to: The number of the type.
        saturate: Whether what is too large for a float of eight bits becomes the largest one.
        round_mode: How powers of two (float8e8m0) are rounded.

    Specification: https://onnx.ai/onnx/operators/onnx__Cast.html
    """

    to: int
    saturate: int = 1
    round_mode: str = "up"

    axis_rule = Elementwise()

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if type_name(attributes["to"]) in UNKNOWN:
            yield f"to={attributes['to']} ({type_name(attributes['to'])})"

    def compute(self, input: Any) -> Any:
        return converted(input, type_name(self.to), bool(self.saturate))


@operator(since_version=25)
class CastLike(Operator):
    """Give the elements the type of another tensor.

    Inputs:
        input: Tensor of any shape.
        target_type: The tensor whose type is meant.

    Attributes:
        saturate: Whether what is too large for a float of eight bits becomes the largest one.
        round_mode: How powers of two (float8e8m0) are rounded.

    Specification: https://onnx.ai/onnx/operators/onnx__CastLike.html
    """

    saturate: int = 1
    round_mode: str = "up"

    axis_rule = AsFirst()

    def compute(self, input: Any, target_type: Any) -> Any:
        return converted(input, ops.dtype(target_type), bool(self.saturate))


def converted(x: Any, dtype: str, saturate: bool) -> Any:
    """Convert elements as ONNX does."""
    source = ops.dtype(x)
    if source == dtype:
        return x
    if "string" in (source, dtype):
        return native.read_numbers(x, dtype) if source == "string" else native.write_numbers(x)
    if dtype not in LARGEST:
        return ops.cast(through_float32(x, source, dtype) if source in LARGEST else x, dtype)
    x = through_float32(x, dtype, source)
    return ops.cast(ops.clip(x, -LARGEST[dtype], LARGEST[dtype]) if saturate else x, dtype)


def through_float32(x: Any, narrow: str, other: str) -> Any:
    """Turn to float32 where a float of eight bits has no direct way to or from the other type."""
    return x if other in ("float16", "float32") else ops.cast(x, "float32")
