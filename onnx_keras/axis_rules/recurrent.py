"""Recurrent layers: time or batch first, as it comes and is wanted; kernels as Keras stores them."""

from collections.abc import Iterator, Mapping

from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, fixed
from onnx_keras.orders import Order

ONNX_X = {0: "tbi", 1: "bti"}
ONNX_Y = {0: "tdbh", 1: "btdh"}
STORED_Y = {"t": ("tdbh", "tbdh", "btdh"), "b": ("btdh", "tbdh", "tdbh")}
KERNEL = (0, 2, 1)


class Recurs(AxisRule):
    """Sequences come and leave with time or batch first; the layer is told which in letters.

    Args:
        x_axes: The name of the field that holds the stored axes of x: t(ime), b(atch), i(nput).
        y_axes: The name of the field that holds those of y: t(ime), d(irection), b(atch), h(idden).
        onnx_kernels: The name of the field that says that kernels come in ONNX' order.
    """

    def __init__(self, x_axes: str = "x_axes", y_axes: str = "y_axes", onnx_kernels: str = "onnx_kernels") -> None:
        self.x_axes, self.y_axes, self.onnx_kernels = x_axes, y_axes, onnx_kernels

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        safe, layout = fixed(facts), facts.attributes["layout"]
        changed: dict[str, object] = {self.x_axes: ONNX_X[layout], self.y_axes: ONNX_Y[layout]}
        if facts.shapes[0] is None or None in facts.shapes[1:3]:
            yield Arrangement(safe.asked, safe.given, {**changed, self.onnx_kernels: True})
            return
        own = all(facts.free[i] or is_kernel(orders[i]) for i in (1, 2))
        x = sequence(orders[0], own and facts.free[1])
        changed[self.x_axes] = written(x, ONNX_X[layout])
        changed[self.onnx_kernels] = not own
        kernels = (Order(KERNEL, x.inner), Order(KERNEL)) if own else safe.asked[1:3]
        yield from self.with_results(facts, Arrangement((x, *kernels, *safe.asked[3:]), safe.given, changed))

    def with_results(self, facts: Facts, plain: Arrangement) -> Iterator[Arrangement]:
        """List the orders in which y can leave, that which is like x first."""
        if not facts.returns or facts.returns[0] in (None, ()):
            yield plain
            return
        onnx = ONNX_Y[facts.attributes["layout"]]
        for letters in STORED_Y[str(plain.attributes[self.x_axes])[0]]:
            y = Order(tuple(map(onnx.index, letters)))
            changed: Mapping[str, object] = {**plain.attributes, self.y_axes: letters}
            yield Arrangement(plain.asked, (y, *plain.given[1:]), changed)


def is_kernel(order: Order | None) -> bool:
    return order is not None and order.axes == KERNEL and not order.inner


def sequence(order: Order | None, may_scramble: bool) -> Order:
    """Ask for time and batch as they come and the features last, scrambled if the kernel can be stored alike."""
    if order is None:
        return Order((0, 1, 2))
    axes = (*(a for a in order.axes if a != 2), 2)
    return Order(axes, order.inner).straight((0, 1) if may_scramble else None)


def written(order: Order, letters: str) -> str:
    return "".join(order.stored(letters))
