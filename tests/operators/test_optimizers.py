"""Optimizers of ai.onnx.preview.training."""

import functools

import numpy as np

from tests.operators.matrix import Input, case, fails, float32, float64, live

DOMAIN = "ai.onnx.preview.training"
RATE = live(0.1)


def number(t):
    return live(t, "int64")


def positive(given):
    return Input(np.abs(given.array), given.kind)


def drawn(make, roles, *shapes):
    """Draw tensors, gradients and states; those that are squares are positive."""
    return [positive(make(*s, seed=role)) if role > 1 else make(*s, seed=role) for role in range(roles) for s in shapes]


adagrad = functools.partial(case, "Adagrad", domain=DOMAIN, opset=1)
adam = functools.partial(case, "Adam", domain=DOMAIN, opset=1)
momentum = functools.partial(case, "Momentum", domain=DOMAIN, opset=1, alpha=0.95, beta=0.8, norm_coefficient=0.01)

CASES = [
    adagrad(RATE, number(3), *drawn(float32, 3, (2, 3)), outputs=(1, 1), decay_factor=0.1, norm_coefficient=0.01),
    adagrad(RATE, number(0), *drawn(float32, 3, (2,), (3, 1)), outputs=(1,) * 4, epsilon=1e-3),
    adagrad(live(0.1, "float64"), number(2), *drawn(float64, 3, (2,)), outputs=(1, 1), epsilon=1e-3),
    adam(RATE, number(0), *drawn(float32, 4, (2, 3)), outputs=(1,) * 3, norm_coefficient=0.01),
    adam(RATE, number(5), *drawn(float32, 4, (2,), (3, 1)), outputs=(1,) * 6, alpha=0.5, beta=0.7),
    adam(RATE, number(5), *drawn(float32, 4, (2,), (2,)), outputs=(1,) * 6, norm_coefficient_post=0.1, epsilon=1e-2),
    *[momentum(RATE, number(t), *drawn(float32, 3, (2, 3)), outputs=(1, 1), mode="standard") for t in (0, 2)],
    momentum(RATE, number(2), *drawn(float32, 3, (2,), (3, 1)), outputs=(1,) * 4, mode="nesterov"),
    fails(
        *("Momentum", RATE, number(2), *drawn(float32, 3, (2,))),
        **{"domain": DOMAIN, "outputs": (1, 1), "alpha": 0.9, "beta": 0.9, "norm_coefficient": 0.0},
        mode="heavy",
        match="mode=heavy",
    ),
]
