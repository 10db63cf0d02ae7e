"""Activation functions: one element after the other, with few parameters."""

from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import operator
from onnx_keras.layers.unary import Unary


@operator(since_version=14)
class Relu(Unary):
    """Each element, but zero for negative ones.

    Specification: https://onnx.ai/onnx/operators/onnx__Relu.html
    """

    def compute(self, x: Any) -> Any:
        return ops.relu(x)


@operator(since_version=16)
class LeakyRelu(Unary):
    """Each element, but `alpha * x` for negative ones.

    Specification: https://onnx.ai/onnx/operators/onnx__LeakyRelu.html
    """

    alpha: float = 0.01

    def compute(self, x: Any) -> Any:
        return ops.leaky_relu(x, self.alpha)


@operator(since_version=22)
class ThresholdedRelu(Unary):
    """Each element that exceeds `alpha`, and zero for the others.

    Specification: https://onnx.ai/onnx/operators/onnx__ThresholdedRelu.html
    """

    alpha: float = 1.0

    def compute(self, x: Any) -> Any:
        return ops.where(x > self.alpha, x, ops.zeros_like(x))


@operator(since_version=13)
class Sigmoid(Unary):
    """1 / (1 + exp(-x)).

    Specification: https://onnx.ai/onnx/operators/onnx__Sigmoid.html
    """

    def compute(self, x: Any) -> Any:
        return ops.sigmoid(x)


@operator(since_version=13)
class Tanh(Unary):
    """The hyperbolic tangent.

    Specification: https://onnx.ai/onnx/operators/onnx__Tanh.html
    """

    def compute(self, input: Any) -> Any:
        return native.tanh(input)


@operator(since_version=22)
class Elu(Unary):
    """Each element, but `alpha * (exp(x) - 1)` for negative ones.

    Specification: https://onnx.ai/onnx/operators/onnx__Elu.html
    """

    alpha: float = 1.0

    def compute(self, x: Any) -> Any:
        return ops.elu(x, self.alpha)


@operator(since_version=22)
class Selu(Unary):
    """`gamma` times Elu.

    Specification: https://onnx.ai/onnx/operators/onnx__Selu.html
    """

    alpha: float = 1.6732631921768188
    gamma: float = 1.0507010221481323

    def compute(self, x: Any) -> Any:
        return ops.elu(x, self.alpha) * self.gamma


@operator(since_version=28)
class Celu(Unary):
    """Each element, but `alpha * (exp(x / alpha) - 1)` for negative ones.

    Specification: https://onnx.ai/onnx/operators/onnx__Celu.html
    """

    alpha: float = 1.0

    def compute(self, x: Any) -> Any:
        return ops.celu(x, self.alpha)


@operator(since_version=20)
class Gelu(Unary):
    """Each element times the probability that a normally distributed number is smaller.

    Attributes:
        approximate: "tanh" for an approximation by a hyperbolic tangent.

    Specification: https://onnx.ai/onnx/operators/onnx__Gelu.html
    """

    approximate: str = "none"

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["approximate"] not in ("none", "tanh"):
            yield f"approximate={attributes['approximate']!r}"

    def compute(self, x: Any) -> Any:
        return ops.gelu(x, approximate=self.approximate == "tanh")


@operator(since_version=22)
class HardSigmoid(Unary):
    """`alpha * x + beta`, kept between zero and one.

    Specification: https://onnx.ai/onnx/operators/onnx__HardSigmoid.html
    """

    alpha: float = 0.2
    beta: float = 0.5

    def compute(self, x: Any) -> Any:
        return ops.clip(x * self.alpha + self.beta, 0.0, 1.0)


@operator(since_version=22)
class HardSwish(Unary):
    """Each element times `x / 6 + 0.5`, kept between zero and one.

    Specification: https://onnx.ai/onnx/operators/onnx__HardSwish.html
    """

    def compute(self, x: Any) -> Any:
        return ops.hard_swish(x)


@operator(since_version=22)
class Mish(Unary):
    """Each element times the hyperbolic tangent of its Softplus.

    Specification: https://onnx.ai/onnx/operators/onnx__Mish.html
    """

    def compute(self, x: Any) -> Any:
        return x * ops.tanh(ops.softplus(x))


@operator(since_version=24)
class Swish(Unary):
    """Each element times the sigmoid of `alpha * x`.

    Specification: https://onnx.ai/onnx/operators/onnx__Swish.html
    """

    alpha: float = 1.0

    def compute(self, x: Any) -> Any:
        return ops.silu(x) if self.alpha == 1.0 else x * ops.sigmoid(x * self.alpha)


@operator(since_version=22)
class Softplus(Unary):
    """log(1 + exp(x)).

    Specification: https://onnx.ai/onnx/operators/onnx__Softplus.html
    """

    def compute(self, x: Any) -> Any:
        return ops.softplus(x)


@operator(since_version=22)
class Softsign(Unary):
    """x / (1 + |x|).

    Specification: https://onnx.ai/onnx/operators/onnx__Softsign.html
    """

    def compute(self, input: Any) -> Any:
        return ops.softsign(input)


@operator(since_version=9)
class Shrink(Unary):
    """Each element moved towards zero by `bias`, and zero for those between `-lambd` and `lambd`.

    Specification: https://onnx.ai/onnx/operators/onnx__Shrink.html
    """

    bias: float = 0.0
    lambd: float = 0.5

    def compute(self, input: Any) -> Any:
        is_float = "float" in ops.dtype(input)
        x = input if is_float else ops.cast(input, "float64")
        inside = ops.where(x > self.lambd, x - self.bias, ops.zeros_like(x))
        return ops.cast(ops.where(x < -self.lambd, x + self.bias, inside), input.dtype)


@operator(since_version=13)
class Clip(Unary):
    """Keep each element between two bounds; the upper one wins where they are in the wrong order.

    Inputs:
        input: Tensor of any shape.
        min: The lower bound, a scalar.
        max: The upper bound, a scalar.

    Specification: https://onnx.ai/onnx/operators/onnx__Clip.html
    """

    static_inputs = ("min", "max")

    def compute(self, input: Any, min: Any = None, max: Any = None) -> Any:
        if isinstance(min, float) and isinstance(max, float) and (min, max) == (0.0, 6.0):
            return ops.relu6(input)  # one kernel instead of two
        if min is not None:
            input = native.maximum(input, bound(min, input))
        return input if max is None else native.minimum(input, bound(max, input))


def bound(value: Any, like: Any) -> Any:
    """Give a bound as a scalar of a tensor's type."""
    return ops.reshape(ops.convert_to_tensor(value, dtype=like.dtype), ())
