"""Which constants become variables that gradients change, and why the others don't."""

import fnmatch
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from onnx_keras.layout.plan import Parameter
from onnx_keras.layout.slots import Slot
from onnx_keras.orders import Order, onnx_order
from onnx_keras.program import Constant, Node
from onnx_keras.types import FLOATS

Trainable = bool | str | Sequence[str] | Callable[[str], bool]

LEFT_OUT = "trainable= leaves it out"


class Learning:
    """Decides for every constant whether it is trainable.

    Args:
        trainable: What the user asks for: all, none, those whose names match a pattern, or those that a function names.
        unlearned: The shared constants that some reader declares as not learnable.
    """

    def __init__(self, trainable: Trainable, unlearned: frozenset[str] = frozenset()) -> None:
        self.trainable = trainable
        self.unlearned = unlearned

    def parameter(self, cls: Any, slot: Slot, constant: Constant, order: Order, node: Node) -> Parameter:
        """Make the parameter that a constant is in the place of an input."""
        assert slot.constant is not None
        name = constant.initializer or slot.constant.name
        if slot.name in cls.not_learned:
            reason = f"{node.op_type} doesn't learn {slot.name}"
        elif not constant.is_initializer and slot.name not in cls.weight_names:
            reason = "the file holds it as a Constant node"
        else:
            reason = unlearnable(constant)
        return self.decided(name, constant, order, reason)

    def attribute(self, cls: Any, node: Node, name: str, array: np.ndarray) -> Parameter:
        """Make the parameter that an attribute is, under the name of its node and its own."""
        dtype = "string" if array.dtype.kind in "OSU" else array.dtype.name
        constant = Constant(lambda: array, array.shape, dtype, is_initializer=True)
        reason = f"{node.op_type} doesn't learn {name}" if name in cls.not_learned else ""
        return self.decided(f"{node.name}.{name}", constant, onnx_order(array.ndim), reason or unlearnable(constant))

    def shared(self, name: str, constant: Constant, order: Order) -> Parameter:
        """Make the parameter that several layers read."""
        name = constant.initializer or name
        reason = "a reader doesn't learn it" if name in self.unlearned else unlearnable(constant)
        return self.decided(name, constant, order, reason)

    def decided(self, name: str, constant: Constant, order: Order, reason: str) -> Parameter:
        is_frozen = not self.is_asked_for(name)
        return Parameter(name, constant, order, not reason, reason or LEFT_OUT * is_frozen, is_frozen)

    def is_asked_for(self, name: str) -> bool:
        if callable(self.trainable):
            return bool(self.trainable(name))
        if isinstance(self.trainable, bool):
            return self.trainable
        patterns = [self.trainable] if isinstance(self.trainable, str) else self.trainable
        return any(fnmatch.fnmatchcase(name, p) for p in patterns)


def unlearnable(constant: Constant) -> str:
    """Say why a constant can't be trained, in a word or two; empty if it can."""
    if constant.dtype not in FLOATS:
        return f"it holds {constant.dtype}"
    return "it is a scalar" if constant.size == 1 and not constant.shape else ""
