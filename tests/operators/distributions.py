"""What random numbers must look like: checks of a case's outputs in place of a comparison of elements.

The bounds hold with a probability of all but one in a million; a fixed seed draws the same numbers every time.
"""

import math
from collections.abc import Callable

import numpy as np

Check = Callable[[np.ndarray], bool]

SIGMAS = 5.0
KOLMOGOROV = 2.7
"""The distance of a sample's distribution from the true one, in units of one over the root of its size."""


def follows(cumulative: Callable[[np.ndarray], np.ndarray]) -> Check:
    """Expect independent numbers of a distribution, which is given by how likely a smaller number is."""

    def check(drawn: np.ndarray) -> bool:
        sample = np.sort(drawn.astype(np.float64).ravel())
        below, n = cumulative(sample), sample.size
        ranks = np.arange(n + 1) / n
        distance = max(np.abs(below - ranks[1:]).max(), np.abs(below - ranks[:-1]).max())
        neighbours = np.corrcoef(drawn.ravel()[:-1].astype(np.float64), drawn.ravel()[1:].astype(np.float64))[0, 1]
        return distance <= KOLMOGOROV / math.sqrt(n) and abs(neighbours) <= SIGMAS / math.sqrt(n)

    return check


def normal(mean: float = 0.0, scale: float = 1.0) -> Check:
    """Expect a normal distribution."""
    error = np.vectorize(math.erf)
    return follows(lambda x: 0.5 * (1 + error((x - mean) / (scale * math.sqrt(2)))))


def uniform(low: float = 0.0, high: float = 1.0) -> Check:
    """Expect a uniform distribution, the upper bound excluded but for rounding."""
    inside = follows(lambda x: np.clip((x - low) / (high - low), 0, 1))
    return lambda drawn: bool(drawn.min() >= low and drawn.max() <= high) and inside(drawn)


def shares(expected: np.ndarray, classes: int) -> Check:
    """Expect in each row classes as often as they are likely; `expected` has a row for each, or one for all."""

    def check(drawn: np.ndarray) -> bool:
        counts = np.stack([np.mean(drawn.astype(np.float64) == c, axis=-1) for c in range(classes)], axis=-1)
        spread = np.sqrt(expected * (1 - expected) / drawn.shape[-1])
        return bool(np.all(np.abs(counts - expected) <= SIGMAS * spread))

    return check
