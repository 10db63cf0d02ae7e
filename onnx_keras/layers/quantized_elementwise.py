"""ONNX Runtime's operators on quantised tensors that compute element by element: sums, products, activations, Concat."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Along, Elementwise, Fixed, JoinsScaled, WithScalars
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.rounding import of_numbers, to_numbers
from onnx_keras.registry import MICROSOFT


class QuantizedPair(Operator):
    """A function of two quantised tensors.

    Inputs:
        a: Tensor of any shape that broadcasts with `b`.
        a_scale: Its scale.
        a_zero_point: What stands for zero in it.
        b: The other tensor.
        b_scale: Its scale.
        b_zero_point: What stands for zero in it.
        c_scale: The scale of the result.
        c_zero_point: What stands for zero in the result.
    """

    axis_rule = WithScalars(Elementwise(), "a", "b")
    not_learned = ("a_scale", "b_scale", "c_scale")
    full_precision = not_learned

    def compute(
        self,
        a: Any,
        a_scale: Any,
        a_zero_point: Any,
        b: Any,
        b_scale: Any,
        b_zero_point: Any,
        c_scale: Any,
        c_zero_point: Any = None,
    ) -> Any:
        numbers = self.of_numbers(to_numbers(a, a_scale, a_zero_point), to_numbers(b, b_scale, b_zero_point))
        return of_numbers(numbers, c_scale, c_zero_point, ops.dtype(a))

    def of_numbers(self, a: Any, b: Any) -> Any:
        raise NotImplementedError


@operator(domain=MICROSOFT, since_version=1)
class QLinearAdd(QuantizedPair):
    """Add quantised tensors.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QLinearAdd
    """

    def of_numbers(self, a: Any, b: Any) -> Any:
        return a + b


@operator(domain=MICROSOFT, since_version=1)
class QLinearMul(QuantizedPair):
    """Multiply quantised tensors.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QLinearMul
    """

    def of_numbers(self, a: Any, b: Any) -> Any:
        return a * b


class QuantizedUnary(Operator):
    """A function of each element of a quantised tensor.

    Inputs:
        x: Tensor of any shape.
        x_scale: Its scale.
        x_zero_point: What stands for zero in it.
        y_scale: The scale of the result.
        y_zero_point: What stands for zero in the result.
    """

    axis_rule = WithScalars(Elementwise(), "x")
    not_learned = ("x_scale", "y_scale")
    full_precision = not_learned

    def compute(
        self, x: Any, x_scale: Any, x_zero_point: Any = None, y_scale: Any = None, y_zero_point: Any = None
    ) -> Any:
        return of_numbers(self.of_numbers(to_numbers(x, x_scale, x_zero_point)), y_scale, y_zero_point, ops.dtype(x))

    def of_numbers(self, x: Any) -> Any:
        raise NotImplementedError


@operator(domain=MICROSOFT, since_version=1)
class QLinearSigmoid(QuantizedUnary):
    """The logistic function of quantised numbers.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QLinearSigmoid
    """

    def of_numbers(self, x: Any) -> Any:
        return ops.sigmoid(x)


@operator(domain=MICROSOFT, since_version=1)
class QLinearLeakyRelu(QuantizedUnary):
    """Quantised numbers, those below zero times a factor.

    Attributes:
        alpha: The factor.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QLinearLeakyRelu
    """

    alpha: float = 0.01

    def of_numbers(self, x: Any) -> Any:
        return ops.where(x < 0, x * self.alpha, x)


@operator(domain=MICROSOFT, since_version=1)
class QLinearSoftmax(QuantizedUnary):
    """Exponentials of quantised numbers along one axis, scaled to sum to one.

    Attributes:
        axis: The axis that sums to one; before opset 13 the first of those that do.
        opset: The opset whose Softmax is meant.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QLinearSoftmax
    """

    axis: int = -1
    opset: int

    axis_rule = Fixed()

    def of_numbers(self, x: Any) -> Any:
        rank = len(x.shape)
        return ops.softmax(x, axis=self.axis if self.opset >= 13 else tuple(range(self.axis % rank, rank)))


@operator(domain=MICROSOFT, since_version=1)
class QLinearConcat(Operator):
    """Join quantised tensors along an axis, with one scale for all.

    Inputs:
        y_scale: The scale of the result.
        y_zero_point: What stands for zero in the result.
        inputs: Tensors whose other sizes agree, after each its scale and its zero point.

    Attributes:
        axis: The axis.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QLinearConcat
    """

    axis: int

    axis_rule = JoinsScaled(Along("axis"))
    not_learned = ("y_scale", "inputs")

    def compute(self, y_scale: Any, y_zero_point: Any, *inputs: Any) -> Any:
        triples = zip(inputs[::3], inputs[1::3], inputs[2::3])
        joined = ops.concatenate([to_numbers(*triple) for triple in triples], axis=self.axis)
        return of_numbers(joined, y_scale, y_zero_point, ops.dtype(y_zero_point))
