"""Probabilities of several classes from those of each two of them."""

import itertools
from typing import Any

import numpy as np
from keras import ops

MOST_ROUNDS = 100


def coupled(chances: Any, count: int) -> Any:
    """Find the probabilities that fit best to the chances of each class against each other one.

    Wu, Lin and Weng, "Probability estimates for multi-class classification by pairwise coupling", second method. It
    iterates until no error is above 0.005 / count, and so do all who use it: the result is theirs, not the exact one.
    Gradients are those of the exact one.
    """
    q = error_matrix(ops.stop_gradient(chances), count)
    exact = exactly(error_matrix(chances, count), count)
    return ops.stop_gradient(iterated(q, count)) + exact - ops.stop_gradient(exact)


def error_matrix(chances: Any, count: int) -> Any:
    """Give the matrix Q of p'Qp, the error that is minimised, for each row."""
    pairs = list(itertools.combinations(range(count), 2))
    upper, lower = (np.zeros((len(pairs), count * count), np.float32) for _ in range(2))
    for row, (i, j) in enumerate(pairs):
        upper[row, i * count + j] = lower[row, j * count + i] = 1.0
    r = ops.matmul(chances, upper) + ops.matmul(1 - chances, lower)
    r = ops.reshape(r, (-1, count, count))
    diagonal = ops.sum(ops.square(r), axis=1)
    return ops.expand_dims(diagonal, 1) * np.eye(count, dtype=np.float32) - r * ops.transpose(r, (0, 2, 1))


def exactly(q: Any, count: int) -> Any:
    """Minimise p'Qp where the elements of p add up to one."""
    beside = ops.ones_like(q[:, :, :1])
    below = ops.concatenate([ops.ones_like(q[:, :1]), ops.zeros_like(q[:, :1, :1])], axis=2)
    system = ops.concatenate([ops.concatenate([q, beside], axis=2), below], axis=1)
    target = ops.concatenate([ops.zeros_like(beside), ops.ones_like(beside[:, :1])], axis=1)
    return ops.solve(system, target)[:, :count, 0]


def iterated(q: Any, count: int) -> Any:
    """Minimise p'Qp one element after the other, each row until its error is small."""
    p = ops.ones_like(q[:, 0]) / count

    def goes_on(p: Any, open_rows: Any) -> Any:
        return ops.any(open_rows)

    def once(p: Any, open_rows: Any) -> tuple[Any, Any]:
        products, total = errors(q, p)
        still = ops.max(ops.abs(products - total), axis=1, keepdims=True) >= 0.005 / count
        return ops.where(still, improved(q, p, products, total, count), p), still

    open_rows = ops.ones_like(p[:, :1], dtype="bool")
    return ops.while_loop(goes_on, once, (p, open_rows), maximum_iterations=MOST_ROUNDS)[0]


def errors(q: Any, p: Any) -> tuple[Any, Any]:
    products = ops.matmul(q, ops.expand_dims(p, -1))[:, :, 0]
    return products, ops.sum(p * products, axis=1, keepdims=True)


def improved(q: Any, p: Any, products: Any, total: Any, count: int) -> Any:
    """Move each element of p to where the error is smallest, and scale all to add up to one."""
    for i in range(count):
        own = q[:, i, i : i + 1]
        step = (total - products[:, i : i + 1]) / own
        total = (total + step * (step * own + 2 * products[:, i : i + 1])) / (1 + step) / (1 + step)
        products = (products + step * q[:, i]) / (1 + step)
        p = (p + step * np.eye(count, dtype=np.float32)[i]) / (1 + step)
    return p
