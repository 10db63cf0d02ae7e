"""Which inputs and outputs of a model are images, and so come and go in the data format's order."""

from onnx_keras.layout.demand import Demand
from onnx_keras.layout.slots import Operators, Slot, parameter_name
from onnx_keras.orders import Order, image_order, onnx_order
from onnx_keras.program import Node, Program


def rank_of(program: Program, value: str | None) -> int | None:
    shape = None if value is None else program.values[value].shape
    return None if shape is None else len(shape)


def kept(program: Program, node: Node, slots: list[Slot], operators: Operators) -> list[tuple[str, str]]:
    """Pair inputs and outputs whose axes are one to one."""
    if not operators[node.domain, node.op_type].axis_rule.keeps_axes:
        return []
    ranks = {v: rank_of(program, v) for v in (*node.outputs, *(s.value for s in slots)) if v is not None}
    return [
        (s.value, o)
        for s in slots
        for o in node.outputs
        if s.value is not None and o is not None and not s.is_plain and ranks[s.value] == ranks[o] is not None
    ]


def image_inputs(program: Program, needs: Demand, operators: Operators) -> set[str]:
    """Name the values that a spatial operator reads, directly or through operators that keep their axes."""
    found: set[str] = set()
    for node, slots in reversed(needs.nodes):
        cls = operators[node.domain, node.op_type]
        for i, slot in enumerate(slots):
            if slot.value is not None and parameter_name(cls, i) in cls.axis_rule.images:
                found.add(slot.value)
        found |= {before for before, after in kept(program, node, slots, operators) if after in found}
    return found & set(program.inputs)


def image_outputs(program: Program, needs: Demand, operators: Operators) -> set[str]:
    """Name the values that come from a spatial operator through operators that keep their axes."""
    found: set[str] = set()
    for node, slots in needs.nodes:
        if operators[node.domain, node.op_type].axis_rule.images:
            found |= {o for o in node.outputs if o is not None}
        found |= {after for before, after in kept(program, node, slots, operators) if before in found}
    return found & set(program.outputs)


def order_at_the_door(program: Program, value: str, images: set[str], data_format: str) -> Order | None:
    """Give the order in which an input comes or an output leaves when nobody asks for another."""
    rank = rank_of(program, value)
    if rank is None:
        return None
    return image_order(rank, data_format) if value in images and rank > 2 else onnx_order(rank)
