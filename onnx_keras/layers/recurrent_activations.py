"""The activation functions of RNN, GRU and LSTM, with the parameters that some of them take."""

from collections.abc import Callable, Sequence
from typing import Any

from keras import ops

Activation = Callable[[Any], Any]

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "relu": lambda x: ops.relu(x),
    "tanh": lambda x: ops.tanh(x),
    "sigmoid": lambda x: ops.sigmoid(x),
    "softsign": lambda x: ops.divide(x, 1 + ops.abs(x)),
    "softplus": lambda x: ops.softplus(x),
    "affine": lambda x, alpha, beta: alpha * x + beta,
    "leakyrelu": lambda x, alpha: ops.where(x >= 0, x, alpha * x),
    "thresholdedrelu": lambda x, alpha: ops.where(x >= alpha, x, ops.zeros_like(x)),
    "scaledtanh": lambda x, alpha, beta: alpha * ops.tanh(beta * x),
    "hardsigmoid": lambda x, alpha, beta: ops.clip(alpha * x + beta, 0.0, 1.0),
    "elu": lambda x, alpha: ops.elu(x, alpha),
}

ALPHAS = {"affine": 1.0, "leakyrelu": 0.01, "thresholdedrelu": 1.0, "scaledtanh": 1.0, "hardsigmoid": 0.2, "elu": 1.0}
BETAS = {"affine": 0.0, "scaledtanh": 1.0, "hardsigmoid": 0.5}


def activations_of(
    names: Sequence[str], alphas: Sequence[float] | None, betas: Sequence[float] | None
) -> list[Activation]:
    """Give the functions of these names; each takes from the lists, while they last, what it has a use for."""
    left = {"alpha": list(alphas or ()), "beta": list(betas or ())}
    found = []
    for name in map(str.lower, names):
        defaults = {"alpha": ALPHAS.get(name), "beta": BETAS.get(name)}
        own = {n: left[n].pop(0) if left[n] else d for n, d in defaults.items() if d is not None}
        found.append(with_parameters(FUNCTIONS[name], own))
    return found


def with_parameters(function: Callable[..., Any], parameters: dict[str, float]) -> Activation:
    return lambda x: function(x, **parameters)


def problems(names: Sequence[str] | None, count: int) -> list[str]:
    """Say what is wrong with a list of `count` activations."""
    if names is None:
        return []
    unknown = [n for n in names if n.lower() not in FUNCTIONS]
    return ([f"activations {', '.join(unknown)}"] if unknown else []) + (
        [f"{len(names)} activations where {count} are needed"] if len(names) < count else []
    )
