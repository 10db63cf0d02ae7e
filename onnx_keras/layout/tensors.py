"""The tensors of a plan while it is written: which value each holds in which order, and where sizes are found."""

from collections.abc import Mapping
from typing import Any

from onnx_keras.errors import LayoutError
from onnx_keras.layout.binding import Unbound, bound, free_symbols, sources_of
from onnx_keras.layout.conforming import Change, conform, fits, needs_move
from onnx_keras.layout.plan import Step
from onnx_keras.orders import Order, Shape
from onnx_keras.program import Node, Program

OWN = "onnx_keras"
"""The domain of layers that no node stands for."""


class Tensors:
    """The tensors that the steps so far give, and the steps that bring them into other orders.

    Attributes:
        steps: What was written so far.
        sizes: The stored sizes of every tensor, None where the rank is unknown.
        dtypes: The element type of every tensor.
        copies: For each value, the tensors that hold it and their orders.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.steps: list[Step] = []
        self.sizes: dict[str, Shape | None] = {}
        self.dtypes: dict[str, str] = {}
        self.copies: dict[str, list[tuple[str, Order | None]]] = {}

    def define(self, value: str, tensor: str, order: Order | None, shape: Shape | None, dtype: str | None) -> None:
        """Note where a value is found."""
        self.copies.setdefault(value, []).append((tensor, order))
        if tensor not in self.sizes:
            self.sizes[tensor] = None if shape is None or order is None else order.stored(shape)
            self.dtypes[tensor] = dtype or ""

    def held(self) -> dict[str, tuple[str, Order | None]]:
        """Say which value each tensor is, the first where it is several, and how it is stored."""
        found: dict[str, tuple[str, Order | None]] = {}
        for value, copies in self.copies.items():
            for tensor, order in copies:
                found.setdefault(tensor, (value, order))
        return found

    def anchor(self) -> str:
        """Name a tensor that a layer without inputs can hang on."""
        return next((n for n in self.program.inputs if not self.program.values[n].container), "")

    def in_order(self, value: str, shape: Shape | None, wish: Order | None) -> str:
        """Name a tensor that holds a value in an order, moved there if none does yet."""
        copies = self.copies[value]
        if wish is None or shape is None:
            return copies[0][0]
        for tensor, order in copies:
            if order == wish or (order is not None and order.rank == len(shape) and fits(shape, order, wish)):
                return tensor
        own = [(t, o) for t, o in copies if o is not None and o.rank == len(shape)]
        tensor, order = next(((t, o) for t, o in own if not needs_move(shape, o, wish)), own[0])
        for change in conform(shape, order, wish):
            tensor = self.change(value, tensor, change)
        copies.append((tensor, wish))
        return tensor

    def change(self, value: str, tensor: str, change: Change) -> str:
        """Write a reshape or a move of one tensor."""
        stored = self.sizes[tensor] or ()
        name = f"{value}.{len(self.steps)}"
        if change.perm is not None:
            after = tuple(stored[p] for p in change.perm)
            step = Step(
                (OWN, "Move"), f"move {value}", (tensor,), (name,), None, {}, {"perm": change.perm}, is_move=True
            )
        else:
            after = change.shape or ()
            plain, sources = self.bind(None, {"shape": after}, {"x": tensor})
            step = Step((OWN, "Regroup"), f"regroup {value}", (tensor,), (name,), None, sources, {}, plain)
        self.sizes[name], self.dtypes[name] = after, self.dtypes[tensor]
        self.steps.append(step)
        return name

    def bind(
        self, node: Node | None, plain: dict[str, Any], tensors: Mapping[str, str]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Write plain values as dim expressions, and name the tensors whose sizes they need besides the inputs."""
        symbols = free_symbols(tuple(plain.values()))
        own = {n: self.sizes[t] or () for n, t in tensors.items()}
        texts = {s: t for s, t in sources_of(own).items() if s in symbols}
        more: dict[str, str] = {}
        for symbol in sorted(symbols - texts.keys(), key=str):
            tensor = self.owner(symbol)
            if tensor is not None:
                name = next((n for n, t in more.items() if t == tensor), f"sizes_{len(more)}")
                more[name] = tensor
                texts[symbol] = sources_of({name: self.sizes[tensor] or ()})[symbol]
        return {n: self.written(node, n, v, texts) for n, v in plain.items()}, more

    def owner(self, symbol: Any) -> str | None:
        """Find a tensor that has a symbol as a size."""
        for tensor, shape in self.sizes.items():
            if shape is not None and symbol in sources_of({"x": shape}):
                return tensor
        return None

    def written(self, node: Node | None, name: str, value: Any, texts: Mapping[Any, str]) -> Any:
        try:
            return bound(value, texts)
        except Unbound as missing:
            if isinstance(value, tuple) and (open_shape := with_one_open(value, texts)) is not None:
                return open_shape
            where = f"'{node.name}' ({node.op_type})" if node else "a reshape that the layout needs"
            raise LayoutError(f"{name} of {where} needs the size {missing}, which no tensor before it has.") from None


def with_one_open(shape: tuple[Any, ...], texts: Mapping[Any, str]) -> tuple[Any, ...] | None:
    """Write a shape with -1 where one size can't be bound."""
    open_axes = [i for i, size in enumerate(shape) if free_symbols(size) - texts.keys()]
    if len(open_axes) != 1:
        return None
    return tuple(-1 if i in open_axes else bound(size, texts) for i, size in enumerate(shape))
