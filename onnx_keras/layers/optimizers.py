"""Optimizers of ai.onnx.preview.training: one step of each."""

from collections.abc import Callable, Iterator
from typing import Any

from keras import ops

from onnx_keras.layers.base import Operator, operator

TRAINING = "ai.onnx.preview.training"


def steps(tensors: tuple[Any, ...], roles: int, step: Callable[..., tuple[Any, ...]]) -> tuple[Any, ...]:
    """Apply a step to each tensor; they come as all tensors, then all gradients, then all states, and so do results."""
    count = len(tensors) // roles
    results = [step(*(tensors[i + role * count] for role in range(roles))) for i in range(count)]
    return tuple(result for role in zip(*results) for result in role)


@operator(domain=TRAINING, since_version=1)
class Adagrad(Operator):
    """Step against the gradient, divided by the size of all gradients so far.

    Inputs:
        r: The learning rate.
        t: The number of the step.
        inputs: The tensors that learn, then their gradients, then the sums of their squared gradients.

    Attributes:
        decay_factor: How fast the learning rate falls.
        epsilon: What is added to the size.
        norm_coefficient: The weight of the squared norm of the tensors.

    Returns:
        The new tensors, then the new sums.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxpreviewtraining_Adagrad.html
    """

    decay_factor: float = 0.0
    epsilon: float = 1e-6
    norm_coefficient: float = 0.0

    def compute(self, r: Any, t: Any, *inputs: Any) -> Any:
        rate = r / (1 + ops.cast(t, r.dtype) * self.decay_factor)

        def step(x: Any, g: Any, h: Any) -> tuple[Any, Any]:
            g = self.norm_coefficient * x + g
            h = h + g * g
            return x - ops.cast(rate, x.dtype) * g / (ops.sqrt(h) + self.epsilon), h

        return steps(inputs, 3, step)


@operator(domain=TRAINING, since_version=1)
class Adam(Operator):
    """Step against a running mean of the gradient, divided by the root of one of its square.

    Inputs:
        r: The learning rate.
        t: The number of the step.
        inputs: The tensors that learn, then their gradients, then the means of these, then those of their squares.

    Attributes:
        alpha: How much of a mean of gradients is kept.
        beta: How much of a mean of squares is kept.
        epsilon: What is added to the root.
        norm_coefficient: The weight of the squared norm of the tensors.
        norm_coefficient_post: What part of the new tensors is taken off.

    Returns:
        The new tensors, then the new means, then those of the squares.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxpreviewtraining_Adam.html
    """

    alpha: float = 0.9
    beta: float = 0.999
    epsilon: float = 1e-6
    norm_coefficient: float = 0.0
    norm_coefficient_post: float = 0.0

    def compute(self, r: Any, t: Any, *inputs: Any) -> Any:
        number = ops.cast(t, r.dtype)
        unbiased = r * ops.sqrt(1 - self.beta**number) / (1 - self.alpha ** ops.maximum(number, 1))
        rate = ops.where(number > 0, unbiased, r)

        def step(x: Any, g: Any, v: Any, h: Any) -> tuple[Any, Any, Any]:
            g = self.norm_coefficient * x + g
            v = self.alpha * v + (1 - self.alpha) * g
            h = self.beta * h + (1 - self.beta) * (g * g)
            x = x - ops.cast(rate, x.dtype) * (v / (ops.sqrt(h) + self.epsilon))
            return (1 - self.norm_coefficient_post) * x, v, h

        return steps(inputs, 4, step)


@operator(domain=TRAINING, since_version=1)
class Momentum(Operator):
    """Step against a running sum of gradients.

    Inputs:
        r: The learning rate.
        t: The number of the step.
        inputs: The tensors that learn, then their gradients, then the running sums.

    Attributes:
        alpha: How much of the sum is kept.
        beta: The weight of the gradient in the sum, but in the first step.
        mode: "standard", or "nesterov", which looks a step ahead.
        norm_coefficient: The weight of the squared norm of the tensors.

    Returns:
        The new tensors, then the new sums.

    Specification: https://onnx.ai/onnx/operators/onnx_aionnxpreviewtraining_Momentum.html
    """

    alpha: float
    beta: float
    mode: str
    norm_coefficient: float

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["mode"] not in ("standard", "nesterov"):
            yield f"mode={attributes['mode']}"

    def compute(self, r: Any, t: Any, *inputs: Any) -> Any:
        weight = ops.where(t > 0, self.beta, 1.0)

        def step(x: Any, g: Any, v: Any) -> tuple[Any, Any]:
            g = self.norm_coefficient * x + g
            v = self.alpha * v + ops.cast(weight, g.dtype) * g
            ahead = g + self.alpha * v if self.mode == "nesterov" else v
            return x - ops.cast(r, x.dtype) * ahead, v

        return steps(inputs, 3, step)
