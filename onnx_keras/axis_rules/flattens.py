"""Flatten: two groups of axes become two axes, wherever both lie together."""

from collections.abc import Iterator

from onnx_keras.axis_rules.along import data_orders
from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, fixed, unique
from onnx_keras.axis_rules.regroups import regroup
from onnx_keras.orders import Order, Shape, onnx_order


class Flattens(AxisRule):
    """The stored tensor is split at a stored axis; its first part may be either group of ONNX' axes.

    Args:
        attribute: The name of the attribute that says where the second group begins.
    """

    def __init__(self, attribute: str = "axis") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        before, after = facts.shapes[0], facts.returns[0]
        if before is None or after is None:
            yield fixed(facts)
            return
        axis = facts.attributes[self.attribute]
        axis += len(before) if axis < 0 else 0
        for order in unique([*data_orders(facts, orders, (0,)), onnx_order(len(before))]):
            result = regroup(order, before, after)
            if result is not None:
                yield Arrangement((order,), (result,), {self.attribute: split_of(order, result, before, axis)})


def split_of(order: Order, result: Order, shape: Shape, axis: int) -> int:
    """Count the stored axes before the second part."""
    first = [i for i, a in enumerate(order.axes) if shape[a] != 1 and (a < axis) == (result.axes[0] == 0)]
    return max(first, default=-1) + 1
