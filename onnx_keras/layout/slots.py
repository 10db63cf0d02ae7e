"""What a node's inputs are to its operator: plain values, constants or tensors that flow."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from onnx_keras.axis_rules import Facts
from onnx_keras.layout.tying import tied_matrices
from onnx_keras.orders import Order, onnx_order
from onnx_keras.program import Constant, Node, Program, attributes_of
from onnx_keras.supporting import blamed_on
from onnx_keras.types import carried

Operators = Mapping[tuple[str, str], Any]


@dataclass(frozen=True)
class Alias:
    """A constant seen through Transposes.

    Attributes:
        name: The constant's name.
        perm: Axis `i` of what is seen is axis `perm[i]` of the constant.
    """

    name: str
    perm: tuple[int, ...]

    def of_constant(self, order: Order) -> Order:
        """Turn an order of what is seen into one of the constant."""
        more = order.rank - len(self.perm)
        to = {i: i for i in range(more)} | {more + i: more + a for i, a in enumerate(self.perm)}
        return order.relabel(to)

    def of_view(self, order: Order) -> Order:
        """Turn an order of the constant into one of what is seen."""
        return order.relabel({a: i for i, a in enumerate(self.perm)})


@dataclass(frozen=True)
class Slot:
    """An input of a node.

    Attributes:
        name: The operator's name of the input; those of a variadic one are numbered.
        value: The name of the value, None where it is absent.
        plain: Its plain value where the operator wants that and it is known.
        is_plain: Whether it is one.
        constant: The constant that it is.
        is_sizes: Whether it is made of sizes and wanted as a tensor.
    """

    name: str
    value: str | None
    plain: Any = None
    is_plain: bool = False
    constant: Alias | None = None
    is_sizes: bool = False


def plain_value(program: Program, value: str) -> tuple[bool, Any]:
    """Give the elements of a value that is known before the model runs, or follows from sizes."""
    if value in program.constants:
        return True, as_tuple(carried(program.constants[value].array()))
    contents = program.values[value].contents
    return (False, None) if contents is None else (True, as_tuple(contents))


def as_tuple(array: Any) -> Any:
    listed = np.asarray(array).tolist()
    return _tuple(listed)


def _tuple(value: Any) -> Any:
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


def parameter_name(cls: Any, i: int) -> str:
    """Name the parameter of `compute` that gets input `i`."""
    return cls.inputs_of[i] if i < len(cls.inputs_of) else str(cls.variadic)


def arguments(node: Node, cls: Any) -> tuple[str | None, ...]:
    """List all that a node reads; what its bodies read of the graphs around them comes after its inputs."""
    if not node.captured:
        return node.inputs
    return (*node.inputs, *(None,) * (len(cls.inputs_of) - len(node.inputs)), *node.captured)


def slots_of(program: Program, node: Node, cls: Any, aliases: Mapping[str, Alias]) -> list[Slot]:
    """Sort the inputs of a node."""
    slots = []
    for i, value in enumerate(arguments(node, cls)):
        fixed = i < len(cls.inputs_of)
        name = cls.inputs_of[i] if fixed else f"{cls.variadic}_{i - len(cls.inputs_of)}"
        if value is None:
            slots.append(Slot(name, None))
            continue
        if parameter_name(cls, i) in cls.static_inputs:
            is_plain, plain = plain_value(program, value)
            if is_plain:
                slots.append(Slot(name, value, plain, True))
                continue
        is_sizes = value not in aliases and program.values[value].contents is not None
        slots.append(Slot(name, value, constant=aliases.get(value), is_sizes=is_sizes))
    return slots


def facts_of(program: Program, node: Node, cls: Any, slots: list[Slot], data_format: str) -> Facts:
    """State a node for its axis rule; constants count as free."""
    plain = {s.name: s.plain for s in slots if s.is_plain}
    defaults = {n: v for n, v in cls.attributes.items() if n not in cls.layout_fields}
    missing = dict.fromkeys(cls.static_inputs)
    return Facts(
        attributes={**defaults, **missing, **attributes_of(node, cls), **plain},
        names=tuple(parameter_name(cls, i) for i in range(len(slots))),
        shapes=tuple(None if s.value is None else program.values[s.value].shape for s in slots),
        returns=tuple(() if o is None else program.values[o].shape for o in node.outputs),
        types=tuple(None if o is None else program.values[o].dtype for o in node.outputs),
        free=tuple(s.constant is not None for s in slots),
        absent=tuple(s.value is None or s.is_plain for s in slots),
        data_format=data_format,
    )


def tie(facts: Facts, tied: Mapping[int, bool]) -> Facts:
    """State which shared constants are stored already."""
    return replace(facts, free=tuple(f and not tied.get(i, False) for i, f in enumerate(facts.free)))


def constant_aliases(program: Program, operators: Operators) -> dict[str, Alias]:
    """Find the values that are constants, as they are or relabelled."""
    aliases = {n: Alias(n, tuple(range(len(c.shape)))) for n, c in program.constants.items()}
    aliases |= {n: Alias(table, perm) for n, (table, perm) in tied_matrices(program, operators).items()}
    for node in program.nodes:
        if len(node.inputs) != 1 or node.inputs[0] not in aliases or len(node.outputs) != 1:
            continue
        cls, seen = operators[node.domain, node.op_type], aliases[node.inputs[0]]
        facts = facts_of(program, node, cls, slots_of(program, node, cls, aliases), "channels_first")
        if facts.shapes[0] is None:
            continue
        with blamed_on(node.name, node.op_type):
            arrangement = next(iter(cls.axis_rule.arrange(facts, (onnx_order(facts.rank(0)),))))
        if not arrangement.runs and arrangement.given[0] is not None and node.outputs[0] is not None:
            axes = arrangement.given[0].axes
            perm = tuple(seen.perm[axes.index(i)] for i in range(len(axes)))
            aliases[node.outputs[0]] = Alias(seen.name, perm)
    return aliases


def is_small(constant: Constant, limit: int = 16) -> bool:
    return constant.size <= limit
