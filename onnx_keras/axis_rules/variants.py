"""Rules that differ a little from others, each for a few operators."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from onnx_keras.axis_rules.along import Along, asked_of, data_orders
from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, axis_number, fixed


class AlongIfGiven(Along):
    """As `Along`; an operator whose axis is absent numbers all elements, so it gets ONNX' order."""

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        is_given = all(facts.attributes.get(n) is not None for n in self.attributes)
        yield from super().arrange(facts, orders) if is_given else [fixed(facts)]


class AlongStraight(Along):
    """As `Along`, for inputs whose sizes differ along any axis, so that none may be scrambled."""

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        yield from super().arrange(facts, [None if o is None else o.straight() for o in orders])


class AsFirst(AxisRule):
    """The first input in any order; of the others no element is read, so they may come as they are."""

    keeps_axes = True

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if facts.shapes[0] is None:
            yield fixed(facts)
            return
        others = [None if facts.free[i] else orders[i] for i in range(1, len(orders))]
        for order in data_orders(facts, orders, (0,)):
            yield Arrangement((order, *others), (order,) * len(facts.returns))


class AsWhole(AxisRule):
    """Any order; results of the rank of the first input come in its order, others belong to the tensor as a whole."""

    keeps_axes = True

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.ranks_are_known:
            yield fixed(facts)
            return
        for order in data_orders(facts, orders, (0,)):
            given = tuple(order if len(s or ()) == order.rank else o for s, o in zip(facts.returns, fixed(facts).given))
            yield Arrangement(asked_of(facts, (0,), order), given)


class Locates(AxisRule):
    """Any order; a field is told where certain axes of the first input lie.

    Args:
        attribute: The name of the field.
        axes: The axes in ONNX' order.
    """

    keeps_axes = True

    def __init__(self, attribute: str, axes: Sequence[int]) -> None:
        self.attribute = attribute
        self.axes = tuple(axes)

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.ranks_are_known:
            yield fixed(facts)
            return
        for order in data_orders(facts, orders, (0,)):
            order = order.straight(a % order.rank for a in self.axes)
            stored = tuple(map(order.position, self.axes))
            yield Arrangement(asked_of(facts, (0,), order), (order,) * len(facts.returns), {self.attribute: stored})


class TellsType(AxisRule):
    """ONNX' order; a field is told the type of the result, which plain values don't have.

    Args:
        attribute: The name of the field.
    """

    def __init__(self, attribute: str = "element_type") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        plain = fixed(facts)
        known = {} if facts.types[0] is None else {self.attribute: facts.types[0]}
        yield Arrangement(plain.asked, plain.given, known)


class Classifies(AxisRule):
    """The classes lie along ONNX' axis 1, which a field is told; what has an element a class is ordered alike.

    Args:
        attribute: The name of the field that holds the position of the classes.
    """

    def __init__(self, attribute: str = "class_axis") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        safe = fixed(facts)
        if not facts.ranks_are_known:
            yield safe
            return
        for order in data_orders(facts, orders, (0,)):
            order = order.straight()
            left = order.relabel({a: a if a < 1 else a - 1 for a in range(order.rank) if a != 1})
            given = tuple({order.rank: order, left.rank: left}.get(o.rank if o else -1, o) for o in safe.given)
            yield Arrangement((order, left, *safe.asked[2:]), given, {self.attribute: order.position(1)})


class LocatesToo(Along):
    """As `Along`; further fields are told where fixed axes lie, which are no part of the batch.

    Args:
        attribute: The name of the attribute or plain-valued input that holds an axis.
        default: The axis where it is absent.
        places: For each further field, the ONNX axis whose position it is told.
    """

    def __init__(self, attribute: str, default: int, data: Sequence[str], **places: int) -> None:
        super().__init__(attribute, data=data)
        self.default = default
        self.places = places

    def named_axes(self, facts: Facts, name: str, rank: int) -> Any:
        value = facts.attributes.get(name)
        return axis_number(self.default if value is None else value, rank)

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        straight = [None if o is None else o.straight() for o in orders]
        for found in super().arrange(facts, straight):
            order = found.asked[0]
            told = {n: order.position(a % order.rank) for n, a in self.places.items()} if found.attributes else {}
            yield replace(found, attributes={**found.attributes, **told})
