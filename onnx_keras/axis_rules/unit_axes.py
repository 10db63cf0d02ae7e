"""Operators that drop axes or insert new ones, wherever the others are stored."""

from collections.abc import Iterator, Sequence

from onnx_keras.axis_rules.along import asked_of, data_orders
from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, axis_number, fixed
from onnx_keras.axis_rules.regroups import is_computed
from onnx_keras.orders import Order


class Squeezes(AxisRule):
    """Named axes of size one go; without names, those whose size is known to be one.

    Args:
        attribute: The name of the plain-valued input that holds the axes.
    """

    def __init__(self, attribute: str = "axes") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        axes = None if is_computed(facts, self.attribute) or not facts.ranks_are_known else self.dropped(facts)
        if axes is None:
            yield fixed(facts)
            return
        kept = [a for a in range(facts.rank(0)) if a not in axes]
        for order in data_orders(facts, orders, (0,)):
            left = order.relabel({a: i for i, a in enumerate(kept)})
            stored = tuple(map(order.position, axes))
            yield Arrangement(asked_of(facts, (0,), order), (left,), {self.attribute: stored})

    def dropped(self, facts: Facts) -> tuple[int, ...] | None:
        """List the axes that go; None where the result's rank says that live sizes decide."""
        rank, named = facts.rank(0), facts.attributes.get(self.attribute)
        if named is not None:
            return tuple(axis_number(a, rank) for a in named)
        axes = tuple(a for a, size in enumerate(facts.shapes[0] or ()) if size == 1)
        return axes if len(facts.returns[0] or ()) == rank - len(axes) else None


class Inserts(AxisRule):
    """New axes, named as the result numbers them, are stored behind the axis that ONNX has before them.

    Args:
        attribute: The name of the attribute or plain-valued input that holds an axis or several.
    """

    def __init__(self, attribute: str = "axes") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if is_computed(facts, self.attribute) or not facts.ranks_are_known:
            yield fixed(facts)
            return
        named = facts.attributes[self.attribute]
        several = isinstance(named, tuple)
        new = named if several else (named,)
        rank = facts.rank(0) + len(new)
        for order in data_orders(facts, orders, (0,)):
            wide = inserted(order, [axis_number(a, rank) for a in new])
            stored = tuple(map(wide.position, new))
            yield Arrangement(asked_of(facts, (0,), order), (wide,), {self.attribute: stored if several else stored[0]})


def inserted(order: Order, new: Sequence[int]) -> Order:
    """Give the order of a tensor with new axes."""
    old = [a for a in range(order.rank + len(new)) if a not in new]
    wide = order.relabel(dict(enumerate(old)))
    axes = list(wide.axes)
    for axis in sorted(new):
        axes.insert(axes.index(axis - 1) + 1 if axis else 0, axis)
    return Order(tuple(axes), wide.inner)
