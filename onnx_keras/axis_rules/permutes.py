"""Operators that cost nothing: the tensor stays as it is, its axes are named anew."""

from collections.abc import Iterator

from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders
from onnx_keras.orders import Order, onnx_order


class Permutes(AxisRule):
    """The stored tensor is left alone and its order relabelled by `perm`.

    The tensor may be moved before that, so that the result is in ONNX' order: what a Transpose does that runs, at the
    price of a move. With it no plan needs more moves than the file has Transposes, as far as images let it.
    """

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        order = orders[0]
        if order is None:
            shape = facts.shapes[0] if facts.shapes[0] is not None else facts.returns[0]
            if shape is None and not facts.attributes.get("perm"):
                yield Arrangement((None,), (None,))
                return
            order = onnx_order(len(shape if shape is not None else facts.attributes["perm"]))
            if facts.shapes[0] is None:
                yield Arrangement((None,), (order,))
                return
        perm = facts.attributes.get("perm") or tuple(reversed(range(order.rank)))
        yield Arrangement((order,), (order.transpose(perm),), runs=False)
        if orders[0] is not None:
            yield Arrangement((Order(tuple(perm)),), (onnx_order(order.rank),), runs=False)


class Passes(AxisRule):
    """The output is the input: any order, and no layer."""

    keeps_axes = True

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        yield Arrangement((orders[0],), (orders[0],), runs=False)
