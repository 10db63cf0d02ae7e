"""Operators that sum over an axis of two tensors: their equation is written for the axes as they are stored."""

from collections.abc import Iterator, Sequence

from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, fixed, unique
from onnx_keras.orders import Inner, Order, onnx_order


class Contracts(AxisRule):
    """Einsum: the letters are permuted with the axes.

    Args:
        attribute: The name of the attribute that holds the equation.
    """

    def __init__(self, attribute: str = "equation") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.ranks_are_known:
            yield fixed(facts)
            return
        terms, result = explicit(facts)
        asked = [(o or onnx_order(len(t))).straight() for o, t in zip(orders, terms)]
        stored = ["".join(o.stored(t)) for o, t in zip(asked, terms)]
        for order in result_orders(stored, result):
            equation = ",".join(stored) + "->" + "".join(order.stored(result))
            yield Arrangement(tuple(asked), (order,), {self.attribute: equation})


def explicit(facts: Facts) -> tuple[list[str], str]:
    """Write an equation with a letter for every axis, those of an ellipsis included."""
    text = str(facts.attributes["equation"]).replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    spare = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in text]
    widths = [facts.rank(i) - len(t.replace("...", "")) if "..." in t else 0 for i, t in enumerate(terms)]
    dots = "".join(spare[: max(widths, default=0)])
    terms = [t.replace("...", dots[len(dots) - w :]) for t, w in zip(terms, widths)]
    if arrow:
        return terms, right.replace("...", dots)
    letters = "".join(terms)
    once = sorted(c for c in set(letters) if letters.count(c) == 1 and c not in dots)
    return terms, (dots if "..." in left else "") + "".join(once)


def result_orders(stored: Sequence[str], result: str) -> list[Order]:
    """List orders of a result: ONNX' own, and those in which each input's letters stand, the rest put in."""
    found = [onnx_order(len(result))]
    for term in stored:
        for rest_first in (False, True):
            letters = [c for c in term if c in result]
            rest = [c for c in result if c not in letters]
            full = rest + letters if rest_first else letters + rest
            found.append(Order(tuple(result.index(c) for c in full)))
    return unique(found)


class ContractsLastAxes(AxisRule):
    """MatMul: batch axes in any order, the summed axis scrambled if it is on both sides alike.

    Args:
        attribute: The name of the field that is told the equation, None where ONNX' product is meant.
    """

    def __init__(self, attribute: str = "equation") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.ranks_are_known or min(facts.rank(0), facts.rank(1)) == 0:
            yield fixed(facts)
            return
        named = letters_of_product(facts.rank(0), facts.rank(1))
        a_letters, b_letters, result = stretched(facts, *named)
        if result is None:
            yield fixed(facts)
            return
        asked = list(summed_alike(facts, orders, a_letters.index("K"), b_letters.index("K")))
        if facts.free[1] and not facts.free[0]:
            yield from self.with_matrix(facts, asked[0], a_letters, b_letters, result)
            return
        stored = ["".join(o.stored(t)) for o, t in zip(asked, (a_letters, b_letters))]
        for order in product_orders(stored, result):
            yield self.arrangement(asked, stored, order, result)

    def with_matrix(self, facts: Facts, a: Order, a_letters: str, b_letters: str, result: str) -> Iterator[Arrangement]:
        """The right side is a constant, stored as it suits: the summed axis before the new one."""
        inner = a.inside(a_letters.index("K"))
        k = b_letters.index("K")
        b = Order(tuple(range(len(b_letters))), () if inner is None else ((k, inner),))
        stored = ["".join(a.stored(a_letters)), b_letters]
        if len(b_letters) > 2:
            for order in product_orders(stored, result):
                yield self.arrangement([a, b], stored, order, result)
            return
        new = "N" if "N" in result else ""
        written = stored[0].replace("K", new)
        yield self.arrangement([a, b], stored, Order(tuple(result.index(c) for c in written)), result)

    def arrangement(self, asked: Sequence[Order], stored: Sequence[str], order: Order, result: str) -> Arrangement:
        written = "".join(order.stored(result))
        equation = None if is_plain(stored[0], stored[1], written) else f"{stored[0]},{stored[1]}->{written}"
        return Arrangement(tuple(asked), (order,), {self.attribute: equation})


def letters_of_product(a: int, b: int) -> tuple[str, str, str]:
    """Name the axes of a product of tensors of rank a and b: M and N stay, K is summed, the others are batches."""
    batches = "abcdefghijlopqrstuvwxyz"[: max(a, b, 2) - 2]
    left = "K" if a == 1 else batches[len(batches) - (a - 2) :] + "MK"
    right = "K" if b == 1 else batches[len(batches) - (b - 2) :] + "KN"
    return left, right, batches + ("M" if a > 1 else "") + ("N" if b > 1 else "")


def stretched(facts: Facts, a: str, b: str, result: str) -> tuple[str, str, str | None]:
    """Name a batch axis of size one apart where the other side's is larger; no result where that isn't known."""
    sizes = [dict(zip(letters, facts.shapes[i] or ())) for i, letters in enumerate((a, b))]
    for letter in set(a[:-2]) & set(b[:-2]) if len(b) > 1 else ():
        one, other = sizes[0][letter], sizes[1][letter]
        if one == other:
            continue
        if one != 1 and other != 1:
            return a, b, None
        a, b = (a.replace(letter, letter.upper()), b) if one == 1 else (a, b.replace(letter, letter.upper()))
    return a, b, result


def is_plain(a: str, b: str, result: str) -> bool:
    """Say whether stored axes are multiplied as ONNX' MatMul multiplies."""
    if len(b) <= 2:
        return a.endswith("K") and b in ("K", "KN") and result == a[:-1] + b[1:]
    plain = letters_of_product(len(a), len(b))
    return result == plain[2] and all(x in (y, y.upper()) for x, y in zip(a + b, plain[0] + plain[1]))


def summed_alike(facts: Facts, orders: Orders, k: int, m: int) -> tuple[Order, Order]:
    """Keep an inside of the summed axes that both sides have, or that the constant side can take; drop the others."""
    a = orders[0] or onnx_order(facts.rank(0))
    b = orders[1] or onnx_order(facts.rank(1))
    inner = common_inner(facts, a.inside(k), b.inside(m))
    return with_inner(a, k, inner), with_inner(b, m, inner)


def common_inner(facts: Facts, a: Inner | None, b: Inner | None) -> Inner | None:
    if facts.free[1]:
        return a
    if facts.free[0]:
        return b
    return a if a == b else None


def with_inner(order: Order, axis: int, inner: Inner | None) -> Order:
    return Order(order.axes, () if inner is None else ((axis, inner),))


def product_orders(stored: Sequence[str], result: str) -> list[Order]:
    """List orders of a product: ONNX' own, and each side's with the summed axis replaced by the other side's."""
    a, b = stored
    wishes = [result, a.replace("K", "N"), b.replace("K", "M")]
    found = []
    for wish in wishes:
        written = [c for c in wish if c in result]
        written += [c for c in result if c not in written]
        found.append(Order(tuple(result.index(c) for c in written)))
    return unique(found)


class MultipliesMatrices(AxisRule):
    """Gemm: a transposed side is a flag, and a constant matrix is stored as Keras stores kernels."""

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.ranks_are_known:
            yield fixed(facts)
            return
        flags = [bool(facts.attributes["transA"]), bool(facts.attributes["transB"])]
        k, m = int(not flags[0]), int(flags[1])
        a, b = summed_alike(facts, orders, k, m)
        if facts.free[1]:
            b = Order((1, 0) if flags[1] else (0, 1), b.inner)
        if facts.free[0] and not facts.free[1]:
            a = Order((1, 0) if flags[0] else (0, 1), a.inner)
        rest = fixed(facts).asked[2:]
        changed = {
            "transA": int(flags[0] != (a.axes == (1, 0))),
            "transB": int(flags[1] != (b.axes == (1, 0))),
        }
        yield Arrangement((a, b, *rest), (onnx_order(2),), changed)
