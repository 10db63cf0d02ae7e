"""Losses of a classification."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.axis_rules import Classifies
from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, layout_field, operator

REDUCTIONS = ("none", "sum", "mean")


class ClassLoss(Operator):
    """A loss that looks up the logarithm of how likely the right class is.

    Attributes:
        ignore_index: The class that counts nothing.
        reduction: "none" for a loss an element, "sum", or "mean", which divides by the sum of the weights.
        class_axis: The axis of the classes.
    """

    ignore_index: int | None = None
    reduction: str = "mean"
    class_axis: int = layout_field(1)

    axis_rule = Classifies("class_axis")

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["reduction"] not in REDUCTIONS:
            yield f"reduction={attributes['reduction']!r}"

    def loss(self, log_prob: Any, target: Any, weight: Any) -> Any:
        """Reduce the losses of all elements."""
        counts = None if self.ignore_index is None else ops.not_equal(target, self.ignore_index)
        target = target if counts is None else ops.where(counts, target, ops.zeros_like(target))
        index = ops.expand_dims(target, self.class_axis)
        losses = -ops.squeeze(ops.take_along_axis(log_prob, index, self.class_axis), self.class_axis)
        factors = None if weight is None else ops.take(weight, target)
        if counts is not None:
            counted = ops.cast(counts, losses.dtype)
            factors = counted if factors is None else factors * counted
        losses = losses if factors is None else losses * factors
        if self.reduction == "none":
            return losses
        if self.reduction == "sum":
            return ops.sum(losses)
        return native.mean(losses) if factors is None else ops.sum(losses) / ops.sum(factors)


@operator(since_version=22)
class NegativeLogLikelihoodLoss(ClassLoss):
    """The loss of a classification, from logarithms of how likely the classes are.

    Inputs:
        input: Logarithms, of shape (batch, classes, ...).
        target: The right classes, of shape (batch, ...).
        weight: How much each class counts; alike by default.

    Specification: https://onnx.ai/onnx/operators/onnx__NegativeLogLikelihoodLoss.html
    """

    not_learned = ("weight",)

    def compute(self, input: Any, target: Any, weight: Any = None) -> Any:
        return self.loss(input, target, weight)


@operator(since_version=13)
class SoftmaxCrossEntropyLoss(ClassLoss):
    """The loss of a classification, from scores of the classes.

    Inputs:
        scores: Scores, of shape (batch, classes, ...).
        labels: The right classes, of shape (batch, ...).
        weights: How much each class counts; alike by default.

    Returns:
        The loss, and the logarithms of how likely the classes are.

    Specification: https://onnx.ai/onnx/operators/onnx__SoftmaxCrossEntropyLoss.html
    """

    not_learned = ("weights",)

    def compute(self, scores: Any, labels: Any, weights: Any = None) -> tuple[Any, Any]:
        log_prob = ops.log_softmax(scores, self.class_axis)
        return self.loss(log_prob, labels, weights), log_prob
