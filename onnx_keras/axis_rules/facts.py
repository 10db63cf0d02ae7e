"""What a rule is told of a node, and what it answers. Neither ONNX nor Keras is known here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onnx_keras.orders import Order, Shape, onnx_order


@dataclass(frozen=True)
class Facts:
    """A node as an axis rule sees it.

    Attributes:
        attributes: Attributes with their defaults, and plain-valued inputs, by the names of the operator's fields.
        names: The name of each input's parameter; those of a variadic parameter repeat.
        shapes: The ONNX shape of each input; None where it is absent or its rank unknown.
        returns: The ONNX shape of each output.
        free: Whether an input is a constant, which can be stored in any order.
        absent: Whether an input isn't given, or is a plain value.
        data_format: "channels_last" or "channels_first".
        types: The element type of each output, None where it isn't known.
    """

    attributes: Mapping[str, Any]
    names: tuple[str, ...]
    shapes: tuple[Shape | None, ...]
    returns: tuple[Shape | None, ...]
    free: tuple[bool, ...]
    absent: tuple[bool, ...]
    data_format: str = "channels_last"
    types: tuple[str | None, ...] = ()

    @property
    def flowing(self) -> tuple[int, ...]:
        """The inputs that are computed while the model runs."""
        return tuple(i for i, (f, a) in enumerate(zip(self.free, self.absent)) if not f and not a)

    @property
    def given(self) -> tuple[int, ...]:
        """The inputs that are tensors, computed or constant."""
        return tuple(i for i, absent in enumerate(self.absent) if not absent)

    @property
    def ranks_are_known(self) -> bool:
        return all(self.shapes[i] is not None for i in self.given) and None not in self.returns

    def rank(self, i: int) -> int:
        shape = self.shapes[i]
        assert shape is not None
        return len(shape)


@dataclass(frozen=True)
class Arrangement:
    """One way to run a node on stored tensors.

    Attributes:
        asked: The order in which each input has to come, None where it is absent or its rank unknown.
            An order of a higher rank than the input's asks for leading unit axes.
        given: The order in which each output leaves.
        attributes: Attributes and plain-valued inputs that change, in stored terms.
        runs: Whether anything is computed; a Transpose only relabels.
    """

    asked: tuple[Order | None, ...]
    given: tuple[Order | None, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    runs: bool = True


Orders = Sequence[Order | None]


class AxisRule:
    """How an operator treats axes.

    The law: what the operator computes from inputs in the asked orders, with the changed attributes, is ONNX' result
    in the given order.

    Attributes:
        keeps_axes: Whether an output of the data's rank has its axes one to one, so that an image stays an image.
        is_reshape: Whether elements stay in their order and only the shape changes.
        images: The names of the inputs that have to come in the data format's order.
    """

    keeps_axes: bool = False
    is_reshape: bool = False
    images: tuple[str, ...] = ()

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        """List the ways to run a node whose inputs are stored in `orders` (None where any will do)."""
        raise NotImplementedError

    def result_shape(self, shapes: Sequence[Shape | None]) -> Shape | None:
        """Give the shape of the result where how axes behave says it; ONNX doesn't know those of a user's operators."""
        return None


class Fixed(AxisRule):
    """ONNX' own order: what is right for every operator, and slow for some."""

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        yield fixed(facts)


def fixed(facts: Facts) -> Arrangement:
    """Ask ONNX' order of every input."""
    return Arrangement(
        tuple(
            None if absent or shape is None else onnx_order(len(shape))
            for shape, absent in zip(facts.shapes, facts.absent)
        ),
        tuple(None if shape is None else onnx_order(len(shape)) for shape in facts.returns),
    )


def unique(orders: Sequence[Order]) -> list[Order]:
    """Keep each order once, the first ones first."""
    return list(dict.fromkeys(orders))


def axis_number(axis: int, rank: int) -> int:
    """Count an axis from the front."""
    if not -rank <= axis < max(rank, 1):
        raise ValueError(f"axis={axis} does not exist in a tensor of rank {rank}")
    return axis + rank if axis < 0 else axis
