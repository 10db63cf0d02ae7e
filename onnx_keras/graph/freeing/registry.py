"""What operators do to the batch axis: which axes they mix, and how constants that hold its size are replaced."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import onnx_ir as ir

from onnx_keras.graph.symbols import Dim
from onnx_keras.graph.upgrades.builder import Builder


class CannotFollow(Exception):
    """The batch axis can't be followed through a node; the message says why, as the rest of a sentence about it."""


@dataclass(frozen=True)
class Track:
    """Where the batch lies in a value.

    Attributes:
        axis: The axis that holds it.
        outer: How many elements of that axis lie before it: more than one where it was merged behind another axis.
    """

    axis: int
    outer: Dim = 1


@dataclass
class Case:
    """A node whose inputs hold the batch.

    Attributes:
        node: The node.
        tracks: Where the batch lies in each input, None for one without.
        before: The shapes of the inputs as the file has them.
        after: The shape of the first output as the file has it.
        size: The batch size of the file.
        live: Gives the free batch size, times a number, as a vector of one element.
        op: Makes nodes and constants before the node.
    """

    node: ir.Node
    tracks: list[Track | None]
    before: list[tuple[Dim, ...] | None]
    after: tuple[Dim, ...] | None
    size: int
    live: Callable[[Any, Any], ir.Value]
    op: Builder

    @property
    def first(self) -> Track:
        """Where the batch lies in the first input that holds it."""
        return next(t for t in self.tracks if t is not None)

    def attribute(self, name: str, default: Any) -> Any:
        found = self.node.attributes.get(name)
        return default if found is None else found.value


# A rule replaces inputs in place and says where the batch lies in the outputs, by its knowledge of the operator.
Rule = Callable[[Case], Track | None]

# A function of a case names the axes along which the operator mixes elements.
Mixed = Callable[[Case], set[int]]

RULES: dict[str, Rule] = {}
MIXED: dict[str, Mixed] = {}


def follows(*op_types: str) -> Callable[[Rule], Rule]:
    """Register how the batch goes on through operators that hold sizes, or whose inputs must all have a batch."""

    def register(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(op_types, rule))
        return rule

    return register


def mixes(*op_types: str) -> Callable[[Mixed], Mixed]:
    """Register which axes operators mix; on the others, rows of the result depend on rows of the inputs alone."""

    def register(mixed: Mixed) -> Mixed:
        MIXED.update(dict.fromkeys(op_types, mixed))
        return mixed

    return register
