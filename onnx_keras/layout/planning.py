"""From a program to a plan: an order for every value, moves where needed, a configuration for every layer."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from onnx_keras.errors import LayoutError
from onnx_keras.layout.arranging import arrange
from onnx_keras.layout.constant_views import reshape_constants
from onnx_keras.layout.demand import Demand, demand
from onnx_keras.layout.emitting import Emitter
from onnx_keras.layout.images import image_inputs, image_outputs, order_at_the_door
from onnx_keras.layout.learning import Learning, Trainable
from onnx_keras.layout.plan import Plan, Stored
from onnx_keras.layout.slots import Operators, Slot
from onnx_keras.orders import Order, parse_order
from onnx_keras.program import Program
from onnx_keras.supporting import blamed_on

Layouts = Mapping[str, str] | None


def plan(
    program: Program,
    operators: Operators,
    data_format: str,
    input_layouts: Layouts = None,
    output_layouts: Layouts = None,
    trainable: Trainable = True,
    images: bool = True,
) -> Plan:
    """Choose where every value is stored and write the layers that follow from it.

    Args:
        program: The graph.
        operators: The class of every operator in it, by domain and name.
        data_format: "channels_last" or "channels_first": the order of images.
        input_layouts: The order of an input, by its name, in einops' notation.
        output_layouts: The same for outputs.
        trainable: Which constants become trainable.
        images: Whether images come and leave in the data format's order. Those of bodies don't.

    Raises:
        LayoutError: A layout names no input or output, or not its axes.
    """
    program = reshape_constants(program, operators)
    needs = demand(program, operators)
    entering = image_inputs(program, needs, operators) if images else set()
    leaving = image_outputs(program, needs, operators) if images else set()
    inputs = doors(program, program.inputs, entering, data_format, input_layouts, "input")
    outputs = doors(program, program.outputs, leaving, data_format, output_layouts, "output")
    choices = arrange(program, needs, operators, data_format, inputs, outputs)
    inside = partial(plan, operators=operators, data_format=data_format, trainable=trainable, images=False)
    emitter = Emitter(program, needs, operators, Learning(trainable, readers(needs, operators)), inside)
    emitter.enter(inputs)
    for (node, slots), choice in zip(needs.nodes, choices):
        with blamed_on(node.name, node.op_type):
            emitter.node(node, slots, choice)
    results = {name: leave(program, needs, emitter, name, order) for name, order in outputs.items()}
    return Plan(
        name=program.name,
        data_format=data_format,
        inputs=inputs,
        outputs=results,
        steps=emitter.made.steps,
        shapes={n: static(s) for n, s in emitter.made.sizes.items() if s is not None},
        dtypes=emitter.made.dtypes,
        stored={v: Stored(*copies[0]) for v, copies in emitter.made.copies.items()},
        held=emitter.made.held(),
        onnx_shapes={n: program.values[n].shape for n in (*program.inputs, *program.outputs)},
        map_keys=program.map_keys,
        containers={n: v for n, v in program.values.items() if v.container},
        origin=program.origin,
    )


def static(shape: tuple[object, ...]) -> tuple[int | None, ...]:
    """Keep the sizes that are known now."""
    return tuple(size if isinstance(size, int) else None for size in shape)


def readers(needs: Demand, operators: Operators) -> dict[str, list[tuple[Any, str]]]:
    """Name for each constant the operators that read it, and in the place of which input."""
    found: dict[str, list[tuple[Any, str]]] = {}
    for node, slots in needs.nodes:
        for slot in slots:
            if slot.constant:
                found.setdefault(slot.constant.name, []).append((operators[node.domain, node.op_type], slot.name))
    return found


def leave(program: Program, needs: Demand, emitter: Emitter, name: str, order: Order | None) -> Stored:
    """Give an output in its order."""
    alias = needs.aliases.get(name)
    value = program.values[name]
    slot = Slot(name, name, constant=alias, is_sizes=alias is None and value.contents is not None)
    if alias is not None and alias.name not in emitter.made.copies:
        emitter.shared(alias.name, alias.of_constant(order) if order else Order(()))
    tensor = emitter.tensor(slot, order)
    return Stored(tensor, order)


def doors(
    program: Program,
    names: tuple[str, ...],
    images: set[str],
    data_format: str,
    layouts: Layouts,
    what: str,
) -> dict[str, Order | None]:
    """Give the order of every input or output."""
    asked = dict(layouts or {})
    found = {}
    for name in names:
        order = order_at_the_door(program, name, images, data_format)
        text = asked.pop(name, None)
        found[name] = order if text is None else asked_order(name, text, order)
    if asked:
        raise LayoutError(
            f"{', '.join(map(repr, asked))} is no {what} of the model. Its {what}s are {', '.join(map(repr, names))}."
        )
    return found


def asked_order(name: str, text: str, default: Order | None) -> Order:
    try:
        order = parse_order(text)
    except ValueError as error:
        raise LayoutError(f"The layout of '{name}': {error}") from None
    if default is not None and order.rank != default.rank:
        raise LayoutError(f"The layout '{text}' has {order.rank} axes, but '{name}' has {default.rank}.")
    return order
