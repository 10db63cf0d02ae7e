"""Factors of sizes: what a Reshape merges and splits, found in two lists of sizes with one product."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import mul

from onnx_keras.orders import Dim


@dataclass(frozen=True)
class Atom:
    """A factor that both lists have.

    Attributes:
        size: Its size.
        before: The numbers of the entries of the first list that it is a part of: one, or all of a block that
            shares no factor with the second list.
        after: The same for the second list.
    """

    size: Dim
    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def is_block(self) -> bool:
        return len(self.before) > 1 or len(self.after) > 1


@lru_cache(maxsize=65536)
def divide(a: Dim, b: Dim) -> Dim | None:
    """Give a / b where that is a whole size whatever the symbols are."""
    if a == b:
        return 1
    if isinstance(a, int) and isinstance(b, int):
        return a // b if b and a % b == 0 else None
    import sympy  # Here, because it takes 0.3 s and only a plan needs it.

    quotient = sympy.cancel(sympy.sympify(a) / sympy.sympify(b))
    numerator, denominator = quotient.as_numer_denom()
    if denominator != 1 or not numerator.is_polynomial():
        return None
    return int(quotient) if quotient.is_Integer else quotient


def product(sizes: Sequence[Dim]) -> Dim:
    """Multiply sizes."""
    total = reduce(mul, sizes, 1)
    if isinstance(total, int):
        return total
    total = total.expand()
    return int(total) if total.is_Integer else total


def common_factors(before: Sequence[Dim], after: Sequence[Dim]) -> list[Atom] | None:
    """Find the finest factors of two lists of sizes; None where their products differ or can't be compared."""
    left, right = list(before), list(after)
    atoms: list[Atom] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if (rest := divide(right[j], left[i])) is not None:
            atoms.append(Atom(left[i], (i,), (j,)))
            left[i], right[j] = 1, rest
        elif (rest := divide(left[i], right[j])) is not None:
            atoms.append(Atom(right[j], (i,), (j,)))
            left[i], right[j] = rest, 1
        else:
            block = smallest_block(left, right, i, j)
            if block is None:
                return None
            ends, size = block
            atoms.append(Atom(size, tuple(range(i, ends[0])), tuple(range(j, ends[1]))))
            i, j = ends
            continue
        i += left[i] == 1
        j += right[j] == 1
    return atoms if i == len(left) and j == len(right) else None


def smallest_block(left: Sequence[Dim], right: Sequence[Dim], i: int, j: int) -> tuple[tuple[int, int], Dim] | None:
    """Find the fewest entries from `i` and `j` on that have one product."""
    for length in range(3, len(left) - i + len(right) - j + 1):
        for m in range(1, length):
            ends = i + m, j + length - m
            if ends[0] <= len(left) and ends[1] <= len(right):
                size = product(left[i : ends[0]])
                if size == product(right[j : ends[1]]):
                    return ends, size
    return None
