"""Operators on quantised tensors: scales and zero points for all elements, for each index of an axis, or for blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from onnx_keras.axis_rules.along import data_orders
from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, axis_number, fixed, unique
from onnx_keras.axis_rules.normalizing import along_axis
from onnx_keras.orders import Order, Shape, onnx_order


class Scales(AxisRule):
    """Any order; a vector of scales lies along the named axis, blocks of them as the tensor does."""

    keeps_axes = True

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.ranks_are_known:
            yield fixed(facts)
            return
        for order in self.orders(facts, orders):
            if all(is_one(facts.shapes[i]) for i in facts.given[1:]):
                yield Arrangement((order, *fixed(facts).asked[1:]), (order,))
            else:
                yield self.along(facts, order)

    def orders(self, facts: Facts, orders: Orders) -> list[Order]:
        """List the orders of the data; a constant may come as kernels are stored or as a matrix is transposed."""
        if not facts.free[0]:
            return data_orders(facts, orders, (0,))
        rank = facts.rank(0)
        return unique([onnx_order(rank), Order((*range(2, rank), 1, 0)) if rank > 1 else onnx_order(rank)])

    def along(self, facts: Facts, order: Order) -> Arrangement:
        axis = axis_number(facts.attributes["axis"], order.rank)
        is_blocked = bool(facts.attributes["block_size"])
        order = order.straight((axis,)) if is_blocked else order
        wish = order if is_blocked else along_axis(order, axis)
        asked = (order, *(None if o is None else wish if o.rank else o for o in fixed(facts).asked[1:]))
        return Arrangement(asked, (order,), {"axis": order.position(axis)})


class WithScalars(AxisRule):
    """As another rule says of some inputs, if the others are scalars, else ONNX' order.

    Args:
        rule: The rule.
        data: The names of the inputs that it is asked about.
    """

    def __init__(self, rule: AxisRule, *data: str) -> None:
        self.rule, self.data = rule, data
        self.keeps_axes, self.images = rule.keeps_axes, rule.images

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        places = self.places(facts)
        if not facts.ranks_are_known or not all(is_one(facts.shapes[i]) for i in facts.given if i not in places):
            yield fixed(facts)
            return
        safe = list(fixed(facts).asked)
        for choice in self.rule.arrange(only(facts, places), [orders[i] for i in places]):
            asked = dict(zip(places, choice.asked))
            yield replace(choice, asked=tuple(asked.get(i, order) for i, order in enumerate(safe)))

    def places(self, facts: Facts) -> list[int]:
        """List the inputs that the rule is asked about."""
        return [i for i, name in enumerate(facts.names) if name in self.data]


class JoinsScaled(WithScalars):
    """As another rule says of tensors, of which each comes before its scale and its zero point.

    Args:
        rule: The rule.
        first: The number of the first tensor.
    """

    def __init__(self, rule: AxisRule, first: int = 2) -> None:
        super().__init__(rule)
        self.first = first

    def places(self, facts: Facts) -> list[int]:
        return list(range(self.first, len(facts.names), 3))


class EitherFormat(AxisRule):
    """As another rule says of images, but as they come where an attribute says that ONNX has channels last.

    Args:
        rule: The rule.
        attribute: The name of the attribute.
    """

    def __init__(self, rule: AxisRule, attribute: str = "channels_last") -> None:
        self.rule, self.attribute = rule, attribute
        self.images = rule.images

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.attributes[self.attribute]:
            yield from self.rule.arrange(facts, orders)
            return
        yield replace(fixed(facts), attributes={"data_format": "channels_last"})


def only(facts: Facts, places: Sequence[int]) -> Facts:
    """State a node as if it had some of its inputs alone."""

    def chosen(listed: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(listed[i] for i in places)

    return replace(
        facts,
        names=chosen(facts.names),
        shapes=chosen(facts.shapes),
        free=chosen(facts.free),
        absent=chosen(facts.absent),
    )


def is_one(shape: Shape | None) -> bool:
    return shape in ((), (1,))
