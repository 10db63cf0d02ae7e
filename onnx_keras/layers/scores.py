"""What models of scikit-learn make of their sums: scores, and the labels of the best."""

import math
from collections.abc import Iterator
from typing import Any

from keras import ops

TRANSFORMS = ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT")


def unknown_transform(attributes: dict[str, Any]) -> Iterator[str]:
    if attributes["post_transform"] not in TRANSFORMS:
        yield f"post_transform={attributes['post_transform']}"


def transformed(scores: Any, post_transform: str) -> Any:
    """Apply a transform to rows of scores."""
    if post_transform == "SOFTMAX":
        return ops.softmax(scores, axis=-1)
    if post_transform == "LOGISTIC":
        return ops.sigmoid(scores)
    if post_transform == "SOFTMAX_ZERO":
        return softmax_but_zeros(scores)
    return probit(scores) if post_transform == "PROBIT" else scores


def transformed_alone(scores: Any, post_transform: str) -> Any:
    """Apply a transform to rows of one score; ONNX Runtime knows only the probit of those."""
    return probit(scores) if post_transform == "PROBIT" else scores


def softmax_but_zeros(scores: Any) -> Any:
    """Apply softmax to the scores that aren't zero; those that are stay."""
    shifted = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True))
    is_zero = ops.abs(scores) <= 1e-7
    total = ops.sum(ops.where(is_zero, 0.0, shifted), axis=-1, keepdims=True)
    return ops.where(is_zero, scores * ops.exp(-ops.max(scores, axis=-1, keepdims=True)), shifted) / total


def probit(x: Any) -> Any:
    """Invert the normal distribution as the specification's reference approximates it (Winitzki, a = 0.147)."""
    x = 2 * x - 1
    log = ops.log((1 - x) * (1 + x))
    half = 2 / (math.pi * 0.147) + 0.5 * log
    return math.sqrt(2) * ops.sign(x) * ops.sqrt(ops.sqrt(half * half - log / 0.147) - half)


def of_one(sums: Any, post_transform: str, opposite: bool = False) -> Any:
    """Give the scores of two classes from a column of sums for one: the other's is what lacks to one, or the opposite.

    ONNX Runtime applies no transform to them but LOGISTIC.
    """
    if post_transform == "LOGISTIC":
        return ops.sigmoid(ops.concatenate([-sums, sums], axis=1))
    return ops.concatenate([-sums if opposite else 1 - sums, sums], axis=1)
