"""Writes the nodes that replace one node."""

from collections.abc import Callable, Sequence

import numpy as np
import onnx_ir as ir

from onnx_keras.graph.upgrades.registry import CannotUpgrade


class Names:
    """The names taken in a model."""

    def __init__(self, model: ir.Model) -> None:
        self._taken: set[str | None] = set()
        for body in (model.graph, *(function.graph for function in model.functions.values())):
            for graph in (body, *body.subgraphs()):
                self._taken.update(value.name for value in graph.inputs)
                self._taken.update(graph.initializers)
                for node in graph:
                    self._taken.add(node.name)
                    self._taken.update(value.name for value in node.outputs)

    def fresh(self, wish: str) -> str:
        """The name, or the first of name_2, name_3 ... that is free."""
        name, count = wish, 1
        while name in self._taken:
            count += 1
            name = f"{wish}_{count}"
        self._taken.add(name)
        return name


class Builder:
    """Makes nodes and constants: `op.Flatten(x, axis=1)` is the output of a new node, of the newest revision.

    Attributes that are None and trailing inputs that are None are left out. `outputs=n` asks for n outputs, given as
    a tuple; one output comes bare.
    """

    def __init__(self, node: ir.Node, names: Names, in_function: bool) -> None:
        self.nodes: list[ir.Node] = []
        self.unfinished: list[ir.Node] = []
        self.initializers: list[ir.Value] = []
        self.names = names
        self._node = node
        self._in_function = in_function
        self._prefix = node.name or node.outputs[0].name or node.op_type

    def __getattr__(self, op_type: str) -> Callable[..., ir.Value]:
        if not op_type[0].isupper():
            raise AttributeError(op_type)
        return lambda *inputs, outputs=1, **attributes: self._make(
            "", op_type, inputs, ir.convenience.convert_attributes(_given(attributes)), outputs
        )

    def same(self, *inputs: ir.Value | None, without: Sequence[str] = (), outputs: int | None = None, **attributes):
        """The node's operator in the rule's revision: other inputs, without some attributes, with others changed."""
        node = self._node
        kept = [attr for name, attr in node.attributes.items() if name not in (*without, *attributes)]
        changed = ir.convenience.convert_attributes(_given(attributes))
        values = self._make(node.domain, node.op_type, inputs, [*kept, *changed], outputs or len(node.outputs))
        self.unfinished.append(self.nodes[-1])
        return values

    def constant(self, number, dtype: type | np.dtype | ir.DataType = np.int64) -> ir.Value:
        """A constant that no node computes."""
        dtype = dtype.numpy() if isinstance(dtype, ir.DataType) else dtype
        tensor = ir.tensor(np.asarray(number).astype(dtype))
        if self._in_function:
            value = self.Constant(value=tensor)
        else:
            value = ir.Value(name=self.names.fresh(f"{self._prefix}/constant"), const_value=tensor)
            self.initializers.append(value)
        value.shape, value.dtype = ir.Shape(tensor.shape), tensor.dtype
        value.meta["from_constant_node"] = True
        return value

    def constant_like(self, number, value: ir.Value) -> ir.Value:
        """A constant of the type of `value`, whether that is known or not."""
        if value.dtype is None:
            return self.CastLike(self.constant(number, np.float32), value)
        return self.constant(number, value.dtype)

    def inside(self) -> "Builder":
        """A builder for the nodes of a body that one of the new nodes holds."""
        inner = Builder(self._node, self.names, self._in_function)
        inner.unfinished, inner.initializers = self.unfinished, self.initializers
        return inner

    def _make(self, domain, op_type, inputs, attributes, outputs):
        inputs = list(inputs)
        while inputs and inputs[-1] is None:
            inputs.pop()
        name = self.names.fresh(f"{self._prefix}/{op_type}")
        values = [ir.Value(name=self.names.fresh(f"{name}:{i}")) for i in range(outputs)]
        node = ir.Node(domain, op_type, inputs, attributes, outputs=values, name=name)
        self.nodes.append(node)
        return values[0] if outputs == 1 else tuple(values)


def constant_of(value: ir.Value, role: str) -> np.ndarray:
    """The array that a value always holds."""
    array = known_constant(value)
    if array is None:
        raise CannotUpgrade(f"its {role} {value.name!r} is computed, but has to be a constant")
    return array


def known_constant(value: ir.Value) -> np.ndarray | None:
    """The array that a value always holds, None where it is computed or may be fed."""
    tensor = None if value.is_graph_input() else ir.convenience.get_const_tensor(value)
    return None if tensor is None else tensor.numpy()


def rank_of(value: ir.Value) -> int | None:
    """The rank of a value, None where it isn't known."""
    return None if value.shape is None else value.shape.rank()


def is_used(value: ir.Value) -> bool:
    """Whether a node or the graph's outputs read a value."""
    return value.is_graph_output() or bool(value.uses())


def _given(attributes: dict) -> dict:
    return {name: value for name, value in attributes.items() if value is not None}
