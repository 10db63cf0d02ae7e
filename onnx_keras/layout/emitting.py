"""From chosen arrangements to steps: moves where orders differ, sizes bound to tensors, constants to their places."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from onnx_keras.axis_rules import Arrangement
from onnx_keras.layout.arranging import own_rank
from onnx_keras.layout.demand import Demand
from onnx_keras.layout.learning import Learning
from onnx_keras.layout.plan import Parameter, Plan, Step
from onnx_keras.layout.slots import Operators, Slot, arguments
from onnx_keras.layout.tensors import OWN, Tensors
from onnx_keras.orders import Order, onnx_order
from onnx_keras.program import Node, Program, attributes_of
from onnx_keras.types import CARRIERS, HELD_WIDER


class Emitter:
    """Writes the steps of a plan.

    Attributes:
        made: The tensors that the steps give, and the steps.
    """

    def __init__(
        self,
        program: Program,
        needs: Demand,
        operators: Operators,
        learning: Learning,
        inside: Callable[[Program], Plan],
    ) -> None:
        self.program, self.needs, self.operators, self.learning = program, needs, operators, learning
        self.inside = inside
        self.made = Tensors(program)

    def enter(self, inputs: Mapping[str, Order | None]) -> None:
        for name, order in inputs.items():
            value = self.program.values[name]
            self.made.define(name, name, order, value.shape, value.dtype)

    def node(self, node: Node, slots: list[Slot], choice: Arrangement) -> None:
        """Write a node: relabel what only changes its name, else make a step."""
        if not choice.runs:
            self.relabel(node, slots[0], choice)
            return
        cls = self.operators[node.domain, node.op_type]
        tensors = {
            s.name: self.tensor(s, asked)
            for s, asked in zip(slots, choice.asked)
            if s.value is not None and not s.is_plain and not self.is_private(s)
        }
        held = {
            s.name: self.parameter(cls, s, asked)
            for s, asked in zip(slots, choice.asked)
            if s.value is not None and not s.is_plain and self.is_private(s)
        }
        plain = {s.name: s.plain for s in slots if s.is_plain}
        changed = dict(choice.attributes)
        plain |= {n: changed.pop(n) for n in list(changed) if n in cls.static_inputs}
        attributes = {**self.planned(node, cls), **changed}
        held |= self.arrays(cls, node, attributes)
        plain, sizes = self.made.bind(node, plain, tensors)
        wanted = tuple(i for i, o in enumerate(node.outputs) if o is not None)
        carries = {n: d for n, t in tensors.items() if (d := self.made.dtypes[t]) in CARRIERS or d in HELD_WIDER}
        self.write(node, tensors, sizes, held | plain, attributes, wanted, choice, carries)

    def planned(self, node: Node, cls: Any) -> dict[str, Any]:
        """Give a node's attributes, its bodies as plans."""
        attributes = attributes_of(node, cls)
        plans = {n: self.body(v, node, cls) for n, v in attributes.items() if isinstance(v, Program)}
        return {**attributes, **plans, **({"captured": len(node.captured)} if node.captured else {})}

    def body(self, program: Program, node: Node, cls: Any) -> Plan:
        """Plan a body. Its inputs are the last of the node's, in the same order."""
        pairs = zip(reversed(program.inputs), reversed(arguments(node, cls)))
        outside = {inner: self.made.copies[outer][0][0] for inner, outer in pairs if outer in self.made.copies}
        return replace(self.inside(program), outside=outside)

    def write(
        self,
        node: Node,
        tensors: dict[str, str],
        sizes: dict[str, str],
        held: dict[str, Any],
        attributes: dict[str, Any],
        wanted: tuple[int, ...],
        choice: Arrangement,
        carries: dict[str, str],
    ) -> None:
        cls = self.operators[node.domain, node.op_type]
        positional, named = split_arguments(cls, tensors, held)
        outputs = tuple(node.outputs[i] or "" for i in wanted)
        if not positional and not named and not sizes:
            sizes = {"anchor": self.made.anchor()}
        for i, name in zip(wanted, outputs):
            value = self.program.values[name]
            order = choice.given[i]
            self.made.define(name, name, order, value.shape, value.dtype)
        orders = (*(a for a in choice.asked), *(choice.given[i] for i in wanted))
        self.made.steps.append(
            Step(
                (node.domain, node.op_type),
                node.name,
                positional,
                outputs,
                wanted,
                named | sizes,
                attributes,
                {n: v for n, v in held.items() if v is not None} | absent_before_variadic(cls, {**held, **tensors}),
                orders if any(o is not None and not o.is_onnx for o in orders) else (),
                carries,
            )
        )

    def relabel(self, node: Node, slot: Slot, choice: Arrangement) -> None:
        output = node.outputs[0]
        if output is None or slot.constant is not None:
            return
        tensor = self.tensor(slot, choice.asked[0])
        self.made.copies.setdefault(output, []).append((tensor, choice.given[0]))

    def is_private(self, slot: Slot) -> bool:
        """Say whether an input is a constant that its layer holds itself."""
        return slot.constant is not None and slot.constant.name not in self.needs.tied

    def parameter(self, cls: Any, slot: Slot, asked: Order | None) -> Parameter:
        assert slot.constant is not None
        alias = slot.constant
        order = alias.of_constant(asked or onnx_order(len(alias.perm)))
        made = self.learning.parameter(cls, slot, self.program.constants[alias.name], order)
        return replace(made, copies=self.copies_of(alias.name))

    def copies_of(self, name: str) -> tuple[tuple[Any, tuple[int, ...]], ...]:
        """List the tensors of the file that are a constant once more."""
        constants = self.program.constants
        tied = {n: a for n, a in self.needs.aliases.items() if a.name == name != n and n in constants}
        return tuple((constants[n].source, a.perm) for n, a in tied.items())

    def arrays(self, cls: Any, node: Node, attributes: dict[str, Any]) -> dict[str, Any]:
        """Take the attributes that are arrays out of the configuration: the layer holds them like weights."""
        given = {n: attributes.pop(n) for n in cls.array_attributes if n in attributes}
        found = cls.arrays_of({**cls.attributes, **attributes, **given}) if given else {}
        return {
            n: self.learning.attribute(cls, node, n, v) if isinstance(v, np.ndarray) else v for n, v in found.items()
        }

    def tensor(self, slot: Slot, asked: Order | None) -> str:
        """Name the tensor that gives an input in the order asked of it."""
        if slot.constant is not None:
            wish = slot.constant.of_constant(asked or onnx_order(len(slot.constant.perm)))
            return self.shared(slot.constant.name, wish)
        assert slot.value is not None
        if slot.is_sizes and slot.value not in self.made.copies:
            self.sizes(slot.value)
        return self.made.in_order(slot.value, self.program.values[slot.value].shape, asked)

    def shared(self, name: str, wish: Order) -> str:
        """Give a constant that several layers read: a layer of its own holds it."""
        constant = self.program.constants[name]
        if name not in self.made.copies:
            order = own_rank(wish, len(constant.shape))
            self.made.define(name, name, order, constant.shape, constant.dtype)
            made = self.learning.shared(name, constant, order)
            held = {"value": replace(made, copies=self.copies_of(name))}
            anchor = {"anchor": self.made.anchor()}
            self.made.steps.append(Step((OWN, "Weight"), name, (), (name,), None, anchor, {}, held, orders=(order,)))
        return self.made.in_order(name, constant.shape, wish)

    def sizes(self, value: str) -> None:
        """Make a tensor of sizes that is wanted as data."""
        known = self.program.values[value]
        plain, sources = self.made.bind(None, {"value": known.contents}, {})
        self.made.define(value, value, onnx_order(len(known.shape or ())), known.shape, known.dtype)
        if not sources:
            sources = {"anchor": self.made.anchor()}
        attributes = {"element_type": known.dtype}
        self.made.steps.append(Step((OWN, "Sizes"), value, (), (value,), None, sources, attributes, plain))


def absent_before_variadic(cls: Any, given: Mapping[str, Any]) -> dict[str, None]:
    """Name the absent inputs that must be said to be, since positions alone would give them a variadic one."""
    return {n: None for n in cls.inputs_of if given.get(n) is None} if cls.variadic is not None else {}


def split_arguments(
    cls: Any, tensors: Mapping[str, str], held: Mapping[str, Any]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Sort flowing inputs into those that stand by position and those behind a gap, which go by name."""
    positional, named, gap = [], {}, False
    for name in cls.inputs_of:
        if name in tensors and not gap:
            positional.append(tensors[name])
        elif name in tensors:
            named[name] = tensors[name]
        elif held.get(name) is None:
            gap = True
    variadic = [t for n, t in tensors.items() if n not in cls.inputs_of]
    return (*positional, *variadic), named
