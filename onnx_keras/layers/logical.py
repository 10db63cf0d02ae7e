"""Logic on truth values and on bits, and the choice between two tensors."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator


class Logic(Operator):
    """A function of truth values, or of bits, in two tensors."""

    axis_rule = Elementwise()


@operator(since_version=7)
class And(Logic):
    """Whether both are true.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__And.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return ops.logical_and(a, b)


@operator(since_version=7)
class Or(Logic):
    """Whether one or both are true.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__Or.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return ops.logical_or(a, b)


@operator(since_version=7)
class Xor(Logic):
    """Whether one of both is true, not the other.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__Xor.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return ops.logical_xor(a, b)


@operator(since_version=18)
class BitwiseAnd(Logic):
    """The bits that are set in both.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__BitwiseAnd.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return a & b


@operator(since_version=18)
class BitwiseOr(Logic):
    """The bits that are set in one or both.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__BitwiseOr.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return a | b


@operator(since_version=18)
class BitwiseXor(Logic):
    """The bits that are set in one of both, not in the other.

    Inputs:
        a: Tensor of any shape.
        b: Tensor of a shape that broadcasts with that of `a`.

    Specification: https://onnx.ai/onnx/operators/onnx__BitwiseXor.html
    """

    def compute(self, a: Any, b: Any) -> Any:
        return a ^ b


@operator(since_version=28)
class BitShift(Operator):
    """Move bits to the left or to the right.

    Inputs:
        x: Integers.
        y: By how many bits, of a shape that broadcasts with that of `x`.

    Attributes:
        direction: "LEFT" or "RIGHT".

    Specification: https://onnx.ai/onnx/operators/onnx__BitShift.html
    """

    direction: str

    axis_rule = Elementwise()

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["direction"] not in ("LEFT", "RIGHT"):
            yield f"direction={attributes['direction']!r}"

    def compute(self, x: Any, y: Any) -> Any:
        dtype = ops.dtype(x)
        width = int(dtype.lstrip("uint"))
        is_inside = (y >= 0) & (y < width)
        zeros = ops.zeros_like(y)
        if self.direction == "LEFT":
            return native.where(is_inside, native.left_shift(x, native.where(is_inside, y, zeros)), zeros)
        if dtype.startswith("uint"):
            return native.where(is_inside, native.right_shift(x, native.where(is_inside, y, zeros)), zeros)
        # Beyond the width, only copies of the sign are left.
        return native.right_shift(x, native.where(is_inside, y, ops.full_like(y, width - 1)))


@operator(since_version=16)
class Where(Operator):
    """Choose each element from one of two tensors.

    Inputs:
        condition: Truth values.
        x: What is chosen where they are true.
        y: What is chosen where they are false.

    Specification: https://onnx.ai/onnx/operators/onnx__Where.html
    """

    axis_rule = Elementwise()

    def compute(self, condition: Any, x: Any, y: Any) -> Any:
        return native.where(condition, x, y)
