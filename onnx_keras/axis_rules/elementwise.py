"""Operators that treat every element alike: all inputs share one order, whichever it is."""

from collections.abc import Iterator, Sequence

from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, fixed, unique
from onnx_keras.orders import Order, Shape, onnx_order


class Elementwise(AxisRule):
    """Any order, shared by all inputs; those of lower rank are aligned at the last axis."""

    keeps_axes = True

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        if not facts.ranks_are_known or not facts.returns:
            yield fixed(facts)
            return
        rank = max((facts.rank(i) for i in facts.given), default=0)
        for order in shared_orders(facts, orders, rank):
            asked = [None if shape is None else aligned(order, shape) for shape in facts.shapes]
            for i, absent in enumerate(facts.absent):
                asked[i] = None if absent else asked[i]
            yield Arrangement(tuple(asked), (order,) * len(facts.returns))

    def result_shape(self, shapes: Sequence[Shape | None]) -> Shape | None:
        """Broadcast the shapes of the inputs; None where sizes differ and neither is one."""
        known = [s for s in shapes if s is not None]
        if len(known) != len(shapes) or not known:
            return None
        rank = max(map(len, known))
        columns = zip(*((1,) * (rank - len(s)) + tuple(s) for s in known))
        sizes = [set(column) - {1} or {1} for column in columns]
        return tuple(s.pop() for s in sizes) if all(len(s) == 1 for s in sizes) else None


def shared_orders(facts: Facts, orders: Orders, rank: int) -> list[Order]:
    """List the orders in which the inputs of full rank come, or ONNX' own if none flows."""
    found = [orders[i] for i in facts.flowing if facts.rank(i) == rank]
    return unique([o for o in found if o is not None]) or lifted(facts, orders, rank)


def lifted(facts: Facts, orders: Orders, rank: int) -> list[Order]:
    found = [o.lift(rank) for i in facts.flowing if (o := orders[i]) is not None]
    return unique(found) or [onnx_order(rank)]


def aligned(order: Order, shape: Shape) -> Order:
    """Ask `order` of an input that may have fewer axes, or unit ones, where the others are scrambled."""
    more = order.rank - len(shape)
    return order.straight(a for a, _ in order.inner if a < more or shape[a - more] == 1)
