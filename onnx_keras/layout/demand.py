"""What has to be computed: the nodes that outputs need, when sizes and plain values are known without them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from onnx_keras.layout.binding import free_symbols
from onnx_keras.layout.learning import moves
from onnx_keras.layout.slots import Alias, Operators, Slot, constant_aliases, is_small, parameter_name, slots_of
from onnx_keras.layout.weighing import repeats
from onnx_keras.program import Node, Program
from onnx_keras.types import FLOATS

LEARNS, MOVES, READS = "learns", "moves", "reads"
"""What a reader does with a constant: gradients change it, it is a statistic, or a tensor like any other."""


@dataclass(frozen=True)
class Demand:
    """What a plan is made for.

    Attributes:
        nodes: The nodes to plan, with their slots, in order.
        aliases: The values that are constants.
        tied: The constants that several inputs read and that are too large to be copied.
        last_use: For each value, the number of the last node that reads it.
    """

    nodes: list[tuple[Node, list[Slot]]]
    aliases: Mapping[str, Alias]
    tied: frozenset[str]
    last_use: Mapping[str, int]


def demand(program: Program, operators: Operators) -> Demand:
    """Walk back from the outputs."""
    aliases = constant_aliases(program, operators)
    slots = {
        node.name: slots_of(program, node, operators[node.domain, node.op_type], aliases) for node in program.nodes
    }
    needed = needed_nodes(program, slots, aliases)
    chosen = near_readers([(n, slots[n.name]) for n in program.nodes if n.name in needed])
    readers = readers_of_constants(program, chosen, operators, aliases)
    tied = {n for n, roles in readers.items() if len(roles) > 1 and not is_duplicated(program, n, roles)}
    last = {s.value: i for i, (_, ss) in enumerate(chosen) for s in ss if s.value is not None}
    last |= {a.name: i for i, (_, ss) in enumerate(chosen) for s in ss if (a := s.constant)}
    last |= dict.fromkeys(program.outputs, len(chosen))
    return Demand(chosen, aliases, frozenset(tied), last)


def near_readers(nodes: list[tuple[Node, list[Slot]]]) -> list[tuple[Node, list[Slot]]]:
    """Put nodes that compute from constants alone before the first that reads them: it says which order is wished."""
    late: dict[str, tuple[Node, list[Slot]]] = {}
    for node, slots in nodes:
        given = [s for s in slots if s.value is not None and not s.is_plain]
        if given and all(s.constant or s.value in late for s in given):
            late |= {o: (node, slots) for o in node.outputs if o is not None}
    placed: dict[str, tuple[Node, list[Slot]]] = {}

    def place(node: Node, slots: list[Slot]) -> None:
        for slot in slots:
            if slot.value in late and late[slot.value][0].name not in placed:
                place(*late[slot.value])
        placed[node.name] = (node, slots)

    waiting = {node.name for node, _ in late.values()}
    for node, slots in sorted(nodes, key=lambda entry: entry[0].name in waiting):
        if node.name not in placed:
            place(node, slots)
    return list(placed.values())


def readers_of_constants(
    program: Program, nodes: list[tuple[Node, list[Slot]]], operators: Operators, aliases: Mapping[str, Alias]
) -> dict[str, list[str]]:
    """Say what every reader of each constant does with it: learns or moves it as a weight, or reads it as any tensor."""
    readers: dict[str, list[str]] = defaultdict(list)
    for node, slots in nodes:
        cls = operators[node.domain, node.op_type]
        for i, slot in enumerate(slots):
            if slot.constant and not slot.is_plain:
                readers[slot.constant.name].append(role_of(cls, parameter_name(cls, i)))
    for output in program.outputs:
        if alias := aliases.get(output):
            readers[alias.name].append(READS)
    return readers


def role_of(cls: Any, name: str) -> str:
    """Say what an operator does with a constant in the place of an input."""
    if name not in cls.weight_names:
        return READS
    return MOVES if moves(cls, name) else LEARNS


def is_duplicated(program: Program, name: str, roles: Collection[str]) -> bool:
    """Say whether each reader of a constant gets a copy of its own.

    Exporters write equal tensors once. A vector of equal numbers was hardly learned by several layers together: each
    layer began with its own. One that operators like Slice read, which have no weights, is cut into parts: it is one.
    A single number may well be one for several, but what one learns is no statistic that another moves.
    """
    constant = program.constants[name]
    is_scalar = constant.size == 1 and not constant.is_parameter and not (constant.shape and constant.is_initializer)
    if is_scalar or constant.dtype not in FLOATS:
        return is_small(constant)
    are_several = constant.size > 1 or {LEARNS, MOVES} <= set(roles)
    return READS not in roles and are_several and max(constant.shape) == constant.size and repeats(constant)


def needed_nodes(program: Program, slots: Mapping[str, list[Slot]], aliases: Mapping[str, Alias]) -> set[str]:
    """Name the nodes whose outputs are read as tensors, or give a size that no input of the model has."""
    producers = {o: n for n in program.nodes for o in n.outputs if o is not None}
    owners = symbol_owners(program)
    waiting = list(program.outputs)
    needed: set[str] = set()
    seen: set[str] = set()
    while waiting:
        value = waiting.pop()
        if value in seen or value in aliases:
            continue
        seen.add(value)
        contents = program.values[value].contents
        if contents is not None:
            waiting += [owners[s] for s in free_symbols(contents) if s in owners]
            continue
        node = producers.get(value)
        if node is None or node.name in needed:
            continue
        needed.add(node.name)
        for slot in slots[node.name]:
            if slot.is_plain:
                waiting += [owners[s] for s in free_symbols(slot.plain) if s in owners]
            elif slot.value is not None:
                waiting.append(slot.value)
    return needed


def symbol_owners(program: Program) -> dict[object, str]:
    """Name the first value that has each symbol as a size."""
    owners: dict[object, str] = {}
    made = [o for n in program.nodes for o in n.outputs if o is not None]
    for name in [*program.inputs, *made]:
        for size in program.values[name].shape or ():
            for symbol in free_symbols(size):
                owners.setdefault(symbol, name)
    return owners
