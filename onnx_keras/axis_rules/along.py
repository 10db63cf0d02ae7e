"""Operators that do something along named axes: any order, the axes translated to stored positions."""

from collections.abc import Iterator, Sequence
from typing import Any

from onnx_keras.axis_rules.facts import (
    Arrangement,
    AxisRule,
    Facts,
    Orders,
    axis_number,
    fixed,
    unique,
)
from onnx_keras.orders import Order, onnx_order


def data_orders(facts: Facts, orders: Orders, data: Sequence[int]) -> list[Order]:
    """List the orders in which the data inputs come."""
    found = [o for i in data if not facts.free[i] and (o := orders[i]) is not None]
    return unique(found) or [onnx_order(facts.rank(data[0]))]


def asked_of(facts: Facts, data: Sequence[int], order: Order) -> tuple[Order | None, ...]:
    """Ask `order` of the data inputs and ONNX' own of the others."""
    return tuple(order if i in data else ask for i, ask in enumerate(fixed(facts).asked))


class Along(AxisRule):
    """Axes keep their number, and those that an attribute names are translated.

    Args:
        attributes: The names of attributes or plain-valued inputs that hold an axis or several.
        data: The names of the inputs that share one order; without any, all inputs.
        all_by_default: Where an attribute is absent, write all axes in ONNX' order in its place.
        scrambled: Whether a named axis may be scrambled.
    """

    keeps_axes = True

    def __init__(
        self,
        *attributes: str,
        data: Sequence[str] = (),
        all_by_default: bool = False,
        scrambled: bool = False,
    ) -> None:
        self.attributes = attributes
        self.data = tuple(data)
        self.all_by_default = all_by_default
        self.scrambled = scrambled

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        data = [i for i in facts.given if not self.data or facts.names[i] in self.data]
        if not data or not facts.ranks_are_known or self.is_unknown(facts):
            yield fixed(facts)
            return
        for order in data_orders(facts, orders, data):
            rank = order.rank
            named = {n: self.named_axes(facts, n, rank) for n in self.attributes}
            flat = [a for v in named.values() for a in (v if isinstance(v, tuple) else (v,)) if a is not None]
            order = order if self.scrambled else order.straight(flat)
            moved = {n: stored_axes(order, v) for n, v in named.items()}
            yield Arrangement(
                asked_of(facts, data, order),
                tuple(order if len(s or ()) == rank else onnx_order(len(s or ())) for s in facts.returns),
                moved,
            )

    def is_unknown(self, facts: Facts) -> bool:
        """Say whether an axis is computed while the model runs."""
        return any(n in facts.names and not facts.absent[facts.names.index(n)] for n in self.attributes)

    def named_axes(self, facts: Facts, name: str, rank: int) -> Any:
        value = facts.attributes.get(name)
        if value is None:
            return tuple(range(rank)) if self.all_by_default else None
        if isinstance(value, tuple):
            return tuple(axis_number(a, rank) for a in value)
        return axis_number(value, rank)


def stored_axes(order: Order, axes: Any) -> Any:
    """Translate an axis, or several, to stored positions."""
    if axes is None:
        return None
    return tuple(map(order.position, axes)) if isinstance(axes, tuple) else order.position(axes)


class PerAxis(AxisRule):
    """Any order; a list with an entry for each axis (Tile's repeats) is put in stored order.

    Args:
        attribute: The name of the attribute or plain-valued input.
    """

    keeps_axes = True

    def __init__(self, attribute: str) -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        values = facts.attributes.get(self.attribute)
        if values is None or not facts.ranks_are_known or len(values) != facts.rank(0):
            yield fixed(facts)
            return
        for order in data_orders(facts, orders, (0,)):
            order = order.straight()
            yield Arrangement(
                asked_of(facts, (0,), order),
                (order,) * len(facts.returns),
                {self.attribute: order.stored(values)},
            )


class Reduces(AxisRule):
    """Named axes go, or stay with size one where `keepdims` says so.

    Args:
        attribute: The name of the attribute or plain-valued input that holds an axis or several.
        scrambled: Whether a named axis may be scrambled.
    """

    keeps_axes = True

    def __init__(self, attribute: str = "axes", scrambled: bool = True) -> None:
        self.attribute = attribute
        self.scrambled = scrambled

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        position = facts.names.index(self.attribute) if self.attribute in facts.names else None
        if not facts.ranks_are_known or (position is not None and not facts.absent[position]):
            yield fixed(facts)
            return
        value = facts.attributes.get(self.attribute)
        several = value is None or isinstance(value, tuple)
        rank = facts.rank(0)
        axes = tuple(axis_number(a, rank) for a in (value or ())) if several else (axis_number(value, rank),)
        gone = axes if axes or facts.attributes.get("noop_with_empty_axes") else tuple(range(rank))
        for order in data_orders(facts, orders, (0,)):
            order = order if self.scrambled else order.straight(gone)
            stored = tuple(map(order.position, axes))
            changed = {} if value is None else {self.attribute: stored if several else stored[0]}
            left = self.left(order, gone, bool(facts.attributes.get("keepdims", 1)))
            yield Arrangement(asked_of(facts, (0,), order), (left,) * len(facts.returns), changed)

    def left(self, order: Order, gone: Sequence[int], keepdims: bool) -> Order:
        if keepdims:
            return order.straight(gone)
        kept = [a for a in range(order.rank) if a not in gone]
        return order.relabel({a: i for i, a in enumerate(kept)})


class Gathers(AxisRule):
    """One axis of the data is replaced by the axes of the indices, which stay together.

    Args:
        attribute: The name of the attribute that holds the axis.
    """

    def __init__(self, attribute: str = "axis") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.ranks_are_known:
            yield fixed(facts)
            return
        rank, more = facts.rank(0), facts.rank(1)
        axis = axis_number(facts.attributes[self.attribute], rank)
        asked = fixed(facts).asked
        for data in data_orders(facts, orders, (0,)):
            data = data.straight((axis,))
            for index in data_orders(facts, orders, (1,)):
                index = index.straight()
                axes: list[int] = []
                for a in data.axes:
                    if a == axis:
                        axes += [axis + i for i in index.axes]
                    else:
                        axes.append(a if a < axis else a + more - 1)
                inner = tuple((a if a < axis else a + more - 1, i) for a, i in data.inner)
                yield Arrangement(
                    (data, index, *asked[2:]),
                    (Order(tuple(axes), inner),),
                    {self.attribute: data.position(axis)},
                )
