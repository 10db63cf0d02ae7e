"""Layers that ONNX doesn't have: what the layout puts between operators."""

from typing import Any

from keras import ops

from onnx_keras.layers.base import Operator, operator


@operator(domain="onnx_keras", since_version=1)
class Move(Operator):
    """Permute stored axes.

    Inputs:
        x: Any tensor.

    Attributes:
        perm: For each axis of the result, the axis of `x` that it is.
    """

    perm: tuple[int, ...]

    restores = True

    def compute(self, x: Any) -> Any:
        return ops.transpose(x, self.perm)


@operator(domain="onnx_keras", since_version=1)
class Regroup(Operator):
    """Reshape a stored tensor; no element changes places.

    Inputs:
        x: Any tensor.
        shape: The shape of the result.
    """

    static_inputs = ("shape",)
    restores = True

    def compute(self, x: Any, shape: Any) -> Any:
        return ops.reshape(x, shape)


@operator(domain="onnx_keras", since_version=1)
class Result(Operator):
    """Give a tensor as it is, and keep what a model that was cut knows of its ONNX file.

    Inputs:
        x: Any tensor.
    """

    passes_on = True

    def compute(self, x: Any) -> Any:
        return x


@operator(domain="onnx_keras", since_version=1)
class InFullPrecision(Operator):
    """Turn what a mixed policy computes in half precision to float32.

    Inputs:
        x: Float tensor of any shape.
    """

    passes_on = True

    def compute(self, x: Any) -> Any:
        return ops.cast(x, "float32")


@operator(domain="onnx_keras", since_version=1)
class Weight(Operator):
    """Hold a tensor that several layers read.

    Inputs:
        value: The tensor.
    """

    def compute(self, value: Any) -> Any:
        return ops.convert_to_tensor(value)


@operator(domain="onnx_keras", since_version=1)
class Sizes(Operator):
    """Make a tensor of live sizes, where a model uses them as data.

    Inputs:
        value: The sizes, nested as the tensor is.

    Attributes:
        element_type: The type of the tensor's elements.
    """

    element_type: str = "int64"

    static_inputs = ("value",)

    def compute(self, value: Any) -> Any:
        return nested_tensor(value, self.element_type)


def nested_tensor(value: Any, dtype: str) -> Any:
    """Stack nested sizes to a tensor."""
    if isinstance(value, tuple):
        if not value:
            return ops.zeros((0,), dtype)
        return ops.stack([nested_tensor(v, dtype) for v in value])
    return ops.cast(value, dtype)
