"""Operators that tell some axes from the rest and take them in any order: normalisation, global pools."""

from collections.abc import Iterator

from onnx_keras.axis_rules.along import data_orders
from onnx_keras.axis_rules.elementwise import aligned
from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, axis_number, fixed
from onnx_keras.orders import Order


class Places(AxisRule):
    """Any order; the layer is told where ONNX' axes lie, and parameters have that of the channels alone.

    Args:
        straight: The fields whose axes must not be scrambled.
        axes: For each field of the layer, the ONNX axis whose position it is told.
    """

    keeps_axes = True

    def __init__(self, straight: tuple[str, ...] = (), **axes: int) -> None:
        self.axes = axes
        self.straight = tuple(axes[name] for name in straight)

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        safe = fixed(facts)
        if not facts.ranks_are_known or facts.rank(0) <= max(self.axes.values()):
            yield safe
            return
        for order in data_orders(facts, orders, (0,)):
            order = order.straight(self.straight)
            asked = tuple(
                along_axis(order, 1) if o is not None and facts.rank(i) == 1 else o for i, o in enumerate(safe.asked)
            )
            given = tuple(
                aligned(order, s) if len(s or ()) == order.rank else o for s, o in zip(facts.returns, safe.given)
            )
            told = {name: order.position(axis) for name, axis in self.axes.items()}
            yield Arrangement((order, *asked[1:]), given, told)


def along_axis(order: Order, axis: int) -> Order:
    """Store a vector that has one axis of a tensor as that axis is stored."""
    inside = order.inside(axis)
    return Order((0,)) if inside is None else Order((0,), ((0, inside),))


class Normalizes(AxisRule):
    """Any order; the layer is told where the axes lie that count from `axis` on, and parameters are stored alike.

    Args:
        attribute: The name of the field that is told these positions.
    """

    keeps_axes = True

    def __init__(self, attribute: str = "axes") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.ranks_are_known:
            yield fixed(facts)
            return
        rank = facts.rank(0)
        axes = range(axis_number(facts.attributes["axis"], rank), rank)
        for order in data_orders(facts, orders, (0,)):
            asked = [
                None if absent or shape is None else aligned(order, shape)
                for shape, absent in zip(facts.shapes, facts.absent)
            ]
            given = [aligned(order, s) if len(s or ()) == rank else Order(()) for s in facts.returns]
            positions = tuple(sorted(map(order.position, axes)))
            yield Arrangement((order, *asked[1:]), tuple(given), {self.attribute: positions})
