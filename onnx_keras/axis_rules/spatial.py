"""Operators on images: the data format's order for the image, kernels with their channels last."""

from collections.abc import Iterator, Mapping

from onnx_keras.axis_rules.elementwise import aligned
from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, fixed
from onnx_keras.orders import Order, image_order


class Spatial(AxisRule):
    """Images come and go in the data format's order, whose name the layer is told.

    Args:
        images: The names of the inputs that are images.
        kernels: For each input that is a kernel, the ONNX axes of its channels in stored order; its spatial
            axes come before them.
        outputs: The numbers of the outputs that are images; without any, all.
    """

    def __init__(
        self,
        images: tuple[str, ...] = ("x",),
        kernels: Mapping[str, tuple[int, int]] | None = None,
        outputs: tuple[int, ...] | None = None,
    ) -> None:
        self.images = images
        self.kernels = dict(kernels or {})
        self.outputs = outputs

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        safe = fixed(facts)
        asked = list(safe.asked)
        for i in facts.given:
            if facts.names[i] in self.kernels and facts.shapes[i] is not None and facts.rank(i) > 2:
                channels = self.kernels[facts.names[i]]
                asked[i] = Order((*range(2, facts.rank(i)), *channels))
        if not facts.ranks_are_known:
            yield Arrangement(tuple(asked), safe.given, {"data_format": "channels_first"})
            return
        for i in facts.given:
            if facts.names[i] in self.images:
                asked[i] = image_order(facts.rank(i), facts.data_format)
        given = tuple(
            image_order(len(shape or ()), facts.data_format) if self.outputs is None or i in self.outputs else order
            for i, (shape, order) in enumerate(zip(facts.returns, safe.given))
        )
        yield Arrangement(tuple(asked), given, {"data_format": facts.data_format})


class Channels(AxisRule):
    """Any order; the layer is told where ONNX' axis 1 lies, and parameters have that axis alone.

    Args:
        attribute: The name of the field that holds the position of the channels.
    """

    keeps_axes = True

    def __init__(self, attribute: str = "channel_axis") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        safe = fixed(facts)
        if not facts.ranks_are_known or facts.rank(0) < 2:
            yield safe
            return
        first = orders[0]
        order = image_order(facts.rank(0), facts.data_format) if first is None else first
        inside = order.inside(1)
        along = Order((0,)) if inside is None else Order((0,), ((0, inside),))
        asked = [along if o is not None and facts.rank(i) == 1 else o for i, o in enumerate(safe.asked)]
        given = tuple(
            aligned(order, s) if len(s or ()) == order.rank else along if len(s or ()) == 1 else o
            for s, o in zip(facts.returns, safe.given)
        )
        yield Arrangement((order, *asked[1:]), given, {self.attribute: order.position(1)})
