"""Which constants become variables that gradients change, and why the others don't."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from onnx_keras.layout.plan import Parameter
from onnx_keras.layout.slots import Slot
from onnx_keras.layout.weighing import why_no_weight
from onnx_keras.orders import Order, onnx_order
from onnx_keras.program import Constant, Node
from onnx_keras.types import FLOATS

Trainable = bool | Callable[[str], bool]

Readers = Sequence[tuple[Any, str]]
"""The operators that read a constant, and in the place of which input."""

LEFT_OUT = "trainable= leaves it out"


class Learning:
    """Decides for every constant whether it is trainable.

    Args:
        trainable: What the user asks for: all, none, or those for whose names a function is true.
        readers: Who reads the constants that several layers share.
    """

    def __init__(self, trainable: Trainable, readers: Mapping[str, Readers] | None = None) -> None:
        self.trainable = trainable
        self.readers = readers or {}

    def parameter(self, cls: Any, slot: Slot, constant: Constant, order: Order) -> Parameter:
        """Make the parameter that a constant is in the place of an input."""
        assert slot.constant is not None
        name = constant.initializer or slot.constant.name
        return self.decided(name, constant, order, unlearnable(name, constant, [(cls, slot.name)]))

    def attribute(self, cls: Any, node: Node, name: str, array: np.ndarray) -> Parameter:
        """Make the parameter that an attribute is, under the name of its node and its own."""
        dtype = "string" if array.dtype.kind in "OSU" else array.dtype.name
        place = (node.outputs[0] or "", *cls.array_names.get(name, (name,)))
        constant = Constant(lambda: array, array.shape, dtype, is_initializer=True, attribute=place)
        reason = f"{cls.op_type} doesn't learn {name}" if name in cls.not_learned else no_float(constant)
        return self.decided(f"{node.name}.{name}", constant, onnx_order(array.ndim), reason)

    def shared(self, name: str, constant: Constant, order: Order) -> Parameter:
        """Make the parameter that several layers read."""
        reason = unlearnable(constant.initializer or name, constant, self.readers.get(name, ()))
        return self.decided(constant.initializer or name, constant, order, reason)

    def decided(self, name: str, constant: Constant, order: Order, reason: str) -> Parameter:
        is_frozen = not self.is_asked_for(name)
        return Parameter(name, constant, order, not reason, reason or LEFT_OUT * is_frozen, is_frozen)

    def is_asked_for(self, name: str) -> bool:
        return self.trainable(name) if callable(self.trainable) else self.trainable


def unlearnable(name: str, constant: Constant, readers: Readers) -> str:
    """Say why a constant can't be trained, in a word or two; empty if it can."""
    roles = frozenset(cls.weight_names[s] for cls, s in readers if s in cls.weight_names and not cls.takes_numbers)
    return unlearned(readers) or no_float(constant) or why_no_weight(name, constant, roles)


def unlearned(readers: Iterable[tuple[Any, str]]) -> str:
    """Say which reader declares that it doesn't learn a constant."""
    return next((f"{cls.op_type} doesn't learn {slot}" for cls, slot in readers if is_unlearned(cls, slot)), "")


def is_unlearned(cls: Any, slot: str) -> bool:
    return (slot if slot in cls.inputs_of else cls.variadic) in cls.not_learned


def moves(cls: Any, slot: str) -> bool:
    """Say whether an input is a statistic, which training moves though no gradient changes it."""
    return bool(cls.trains and slot in cls.not_learned)


def no_float(constant: Constant) -> str:
    """Say that a constant isn't of floats, or only a number as far as the file says."""
    if constant.dtype not in FLOATS:
        return f"it holds {constant.dtype}"
    return "it is a scalar" if constant.size == 1 and not constant.shape and not constant.is_parameter else ""
