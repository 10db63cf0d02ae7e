"""The plan: everything that the build needs, as plain data."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from onnx_keras.orders import Order, Shape
from onnx_keras.program import Constant, Origin, Value


@dataclass(frozen=True)
class Parameter:
    """A constant in the place of an input.

    Attributes:
        name: The name of the initializer.
        constant: The tensor.
        order: The order in which it is stored, of a rank that may exceed the tensor's by leading unit axes.
        trainable: Whether gradients can change it.
        reason: Why they don't, if they don't.
        is_frozen: Whether the user leaves it out.
        copies: The tensors of the file that are this one once more: their numbers, and which of its axes theirs are.
    """

    name: str
    constant: Constant
    order: Order
    trainable: bool
    reason: str = ""
    is_frozen: bool = False
    copies: tuple[tuple[Any, tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class Step:
    """A layer to be made and called.

    Attributes:
        operator: Domain and name of the operator.
        name: The name of the ONNX node, or of what the step is for.
        inputs: The values that flow in, by position.
        keywords: The values that flow in by keyword.
        outputs: The values that come out.
        returns: The numbers of the operator's outputs that these are.
        attributes: The configuration, in stored terms.
        held: Plain values and parameters by the names of inputs.
        orders: The orders of what flows in and comes out.
        carries: The element types of inputs whose tensors only carry them, by the names of inputs.
        is_move: Whether the layout pass put it in.
    """

    operator: tuple[str, str]
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    returns: tuple[int, ...] | None = None
    keywords: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)
    orders: tuple[Order | None, ...] = ()
    carries: dict[str, str] = field(default_factory=dict)
    is_move: bool = False

    @property
    def parameters(self) -> dict[str, Parameter]:
        return {n: v for n, v in self.held.items() if isinstance(v, Parameter)}


@dataclass(frozen=True)
class Stored:
    """Where an ONNX value is found.

    Attributes:
        tensor: The name of the tensor in the plan.
        order: The order in which it is stored.
    """

    tensor: str
    order: Order | None


@dataclass
class Plan:
    """A list of steps and what goes in and comes out.

    Attributes:
        name: The model's name.
        data_format: The data format it was made for.
        inputs: Each input and the order in which it comes.
        outputs: Each output and where it is found.
        steps: The layers in the order of their calls.
        shapes: The stored shape of every tensor, None for a live size; no entry where the rank is unknown.
        dtypes: The element type of every tensor.
        stored: Where each ONNX value is found.
        held: For each tensor the ONNX value that it is, and the order in which it is stored; none between two moves.
        onnx_shapes: The ONNX shape of inputs and outputs, symbols by the file's names.
        map_keys: The keys of outputs that ONNX gives as maps.
        origin: Gives the file without the tensors of some numbers, for the way back to ONNX.
        outside: For an input of a body, the tensor around it that it is at first.
        containers: The sequences and optional values.
    """

    name: str
    data_format: str
    inputs: dict[str, Order | None]
    outputs: dict[str, Stored]
    steps: list[Step]
    shapes: dict[str, tuple[int | None, ...]]
    dtypes: dict[str, str]
    stored: dict[str, Stored]
    held: dict[str, tuple[str, Order | None]]
    onnx_shapes: dict[str, Shape | None]
    map_keys: dict[str, tuple[Any, ...]]
    origin: Origin | None = None
    outside: dict[str, str] = field(default_factory=dict)
    containers: dict[str, Value] = field(default_factory=dict)

    @property
    def moves(self) -> list[Step]:
        return [s for s in self.steps if s.is_move]

    @property
    def bodies(self) -> list["Plan"]:
        return [v for s in self.steps for v in s.attributes.values() if isinstance(v, Plan)]

    def lines(self) -> Iterator[str]:
        """Print the plan, one line a step."""
        for name, order in self.inputs.items():
            yield f"input {name}: {order.text() if order else 'any'}"
        for step in self.steps:
            held = ", ".join(f"{n}={v.name}" if isinstance(v, Parameter) else f"{n}={v}" for n, v in step.held.items())
            mark = " (move)" if step.is_move else ""
            plans = {n: v for n, v in step.attributes.items() if isinstance(v, Plan)}
            attributes = {n: v for n, v in step.attributes.items() if n not in plans}
            yield (
                f"{', '.join(step.outputs)} = {step.operator[1]}({', '.join([*step.inputs, held] if held else step.inputs)})"
                f" {attributes}{mark}"
            )
            for name, body in plans.items():
                yield f"  {name}:"
                yield from (f"    {line}" for line in body.lines())
        for name, place in self.outputs.items():
            yield f"output {name} is {place.tensor}: {place.order.text() if place.order else 'any'}"
