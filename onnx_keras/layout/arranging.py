"""The choice of an order for every value: a search over the nodes, cheapest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onnx_keras.axis_rules import Arrangement, AxisRule, Facts
from onnx_keras.layout.conforming import needs_move
from onnx_keras.layout.demand import Demand
from onnx_keras.layout.slots import Operators, Slot, facts_of, tie
from onnx_keras.orders import Order, Shape
from onnx_keras.program import Program
from onnx_keras.supporting import blamed_on

BEAM = 24
"""How many ways to have come so far are kept; ways that leave the same orders are one."""

UNKNOWN = 32
"""The size that an unknown axis counts as."""

ELEMENTS_PER_MOVE = 1_000_000
"""So many more elements to move weigh as much as one more move."""


@dataclass(frozen=True)
class State:
    """A way to have come so far.

    Attributes:
        cost: What its moves cost.
        orders: The orders in which each value that is still read lies ready, its own first.
        choices: The last arrangement, and the choices before it.
    """

    cost: float
    orders: dict[str, tuple[Order | None, ...]]
    choices: Any = None


def arrange(
    program: Program,
    needs: Demand,
    operators: Operators,
    data_format: str,
    inputs: Mapping[str, Order | None],
    outputs: Mapping[str, Order | None],
) -> list[Arrangement]:
    """Choose an arrangement for every node."""
    states = [State(0.0, {n: (o,) for n, o in inputs.items()})]
    for number, (node, slots) in enumerate(needs.nodes):
        cls = operators[node.domain, node.op_type]
        with blamed_on(node.name, node.op_type):
            facts = facts_of(program, node, cls, slots, data_format)
            reached = [
                after(program, needs, state, number, slots, node.outputs, choice)
                for state in states
                for choice in choices(cls.axis_rule, facts, slots, state)
            ]
        states = cheapest(reached)
    last = min(states, key=lambda s: s.cost + sum(closing_cost(program, s, n, o) for n, o in outputs.items()))
    return unwound(last.choices)


def choices(rule: AxisRule, facts: Facts, slots: list[Slot], state: State) -> Iterable[Arrangement]:
    """Ask an axis rule how a node can go on from a state."""
    ready = {i: True for i, s in enumerate(slots) if is_stored(s, state)}
    return rule.arrange(tie(facts, ready), [ready_order(s, state) for s in slots])


def is_stored(slot: Slot, state: State) -> bool:
    return slot.constant is not None and slot.constant.name in state.orders


def ready_order(slot: Slot, state: State) -> Order | None:
    """Give the order in which an input lies ready, None for one that may be stored as it suits."""
    if slot.is_plain or slot.value is None:
        return None
    if slot.constant is not None:
        stored = state.orders.get(slot.constant.name)
        return slot.constant.of_view(stored[0]) if stored and stored[0] else None
    return state.orders.get(slot.value, (None,))[0]


def after(
    program: Program,
    needs: Demand,
    state: State,
    number: int,
    slots: list[Slot],
    outputs: tuple[str | None, ...],
    choice: Arrangement,
) -> State:
    """Take a node's arrangement."""
    cost, orders = state.cost, dict(state.orders)
    for slot, asked in zip(slots, choice.asked):
        if asked is None or slot.value is None or slot.is_plain:
            continue
        name, wish = slot.value, asked
        if slot.constant is not None:
            name, wish = slot.constant.name, slot.constant.of_constant(asked)
            if name not in needs.tied:
                continue
            orders.setdefault(name, (own_rank(wish, len(slot.constant.perm)),))
        price = cost_of(shape_of(program, name), orders.get(name, (None,)), wish)
        if price:
            cost += price
            orders[name] = (*orders[name], wish)
    for name, order in zip(outputs, choice.given):
        if name is not None:
            orders[name] = (order,)
    for used in {s.value for s in slots} | {s.constant.name for s in slots if s.constant}:
        if used is not None and needs.last_use.get(used, -1) <= number:
            orders.pop(used, None)
    return State(cost, orders, (state.choices, choice))


def own_rank(order: Order, rank: int) -> Order:
    """Leave out the leading unit axes that were asked of a constant of lower rank."""
    more = order.rank - rank
    return order.relabel({a: a - more for a in range(more, order.rank)})


def shape_of(program: Program, name: str) -> Shape | None:
    if name in program.constants:
        return program.constants[name].shape
    return program.values[name].shape


def cost_of(shape: Shape | None, ready: tuple[Order | None, ...], wish: Order) -> float:
    """Price the cheapest way to a wish: nothing where a tensor fits or is reshaped."""
    if shape is None or None in ready or wish in ready:
        return 0.0
    if any(o.rank == len(shape) and not needs_move(shape, o, wish) for o in ready):
        return 0.0
    elements = 1
    for size in shape:
        elements *= size if isinstance(size, int) else UNKNOWN
    return 1.0 + elements / ELEMENTS_PER_MOVE


def closing_cost(program: Program, state: State, name: str, order: Order | None) -> float:
    """Price what it takes to give an output in its order."""
    if order is None or name not in state.orders:
        return 0.0
    return cost_of(program.values[name].shape, state.orders[name], order)


def cheapest(states: list[State]) -> list[State]:
    """Keep the cheapest of states that leave the same orders, and few of them."""
    if len(states) == 1:
        return states
    best: dict[Any, State] = {}
    for state in states:
        key = frozenset(state.orders.items())
        if key not in best or state.cost < best[key].cost:
            best[key] = state
    return sorted(best.values(), key=lambda s: s.cost)[:BEAM]


def unwound(choices: Any) -> list[Arrangement]:
    """List linked choices from the first to the last."""
    found = []
    while choices is not None:
        choices, choice = choices
        found.append(choice)
    return found[::-1]
