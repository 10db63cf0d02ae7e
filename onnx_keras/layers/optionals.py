"""Optional values: a flag, and what it says is there (`containers`)."""

from typing import Any

from keras import ops

from onnx_keras.containers import parts_of
from onnx_keras.layers.base import Operator, operator
from onnx_keras.types import carrier


@operator(since_version=28)
class Optional(Operator):
    """Make an optional value.

    Inputs:
        input: What it holds, nothing if absent: a tensor or a sequence.

    Attributes:
        type: What it would hold: its containers, its element type and its rank.

    Returns:
        An optional value.

    Specification: https://onnx.ai/onnx/operators/onnx__Optional.html
    """

    type: Any = None

    def compute(self, input: Any = None) -> dict[str, Any]:
        if input is not None:
            return {"has_element": ops.convert_to_tensor(True), "value": input}
        container, dtype, rank = self.type
        value = nothing(parts_of(container, (None,) * (rank or 0), carrier(dtype)))
        return {"has_element": ops.convert_to_tensor(False), "value": value}


@operator(since_version=28)
class OptionalHasElement(Operator):
    """Whether an optional value holds something.

    Inputs:
        input: An optional value, a tensor or a sequence; nothing if absent.

    Returns:
        A boolean scalar.

    Specification: https://onnx.ai/onnx/operators/onnx__OptionalHasElement.html
    """

    def compute(self, input: Any = None) -> Any:
        if isinstance(input, dict) and "has_element" in input:
            return ops.reshape(input["has_element"], ())
        return ops.convert_to_tensor(input is not None)


@operator(since_version=28)
class OptionalGetElement(Operator):
    """What an optional value holds.

    Inputs:
        input: An optional value that holds something; a tensor or a sequence is given as it is.

    Returns:
        A tensor or a sequence.

    Specification: https://onnx.ai/onnx/operators/onnx__OptionalGetElement.html
    """

    def compute(self, input: Any) -> Any:
        return input["value"] if isinstance(input, dict) and "has_element" in input else input


def nothing(parts: Any) -> Any:
    """Make a tensor or a sequence that holds nothing."""
    if isinstance(parts, dict):
        return {n: nothing(part) for n, part in parts.items()}
    shape, dtype = parts
    return ops.zeros(tuple(size or 0 for size in shape), dtype)
