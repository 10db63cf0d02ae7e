"""The ONNX graph that is being written: nodes, constants and names."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import onnx
import onnx_ir as ir

from onnx_keras.errors import ExportError
from onnx_keras.exporting.tensor import Tensor, in_keras_order
from onnx_keras.graph.inspection.names import read_names
from onnx_keras.types import NAMES

DTYPES = {name: ir.DataType(number) for number, name in NAMES.items()}

OLDEST_OPSET = 20
"""The opset whose operators the nodes of Keras' layers are made of."""

DEFAULT_OPSET = 21
"""The opset of models that came from no file."""


class Graph:
    """Takes nodes: `op.Flatten(x, axis=1)` writes one and gives the name of its output.

    Inputs are tensors, names of values, arrays, which become initializers, or None for what is absent. Attributes
    that are None are left out. `outputs=n` asks for n outputs, given as a tuple.

    Args:
        opset: The version of the standard's operators that the nodes are written in.
    """

    def __init__(self, opset: int) -> None:
        self.opset = opset
        self.nodes: list[ir.Node] = []
        self.values: dict[str, ir.Value] = {}
        self.constants: dict[str, np.ndarray] = {}
        self.domains: dict[str, int] = {}
        self.taken: set[str] = {""}
        self.scopes: list[str] = []
        self.homes: dict[int, list[str]] = {}
        self.moves: dict[tuple[str, tuple[int, ...]], str] = {}
        self.tensors: list[str] = []
        self.captured: set[str] = set()
        self.absent: dict[str, str] = {}
        self.between: dict[str, tuple[str, str]] = {}
        self.originals: dict[int, onnx.NodeProto] = {}
        self.files: Any = None

    def __getattr__(self, op_type: str) -> Callable[..., Any]:
        if not op_type[0].isupper():
            raise AttributeError(op_type)
        return lambda *inputs, outputs=1, **attributes: self.node(op_type, inputs, outputs, attributes)

    @contextlib.contextmanager
    def scope(self, layer: Any) -> Iterator[None]:
        """Begin the names of what is written inside with that of a layer; one that is called again has its old name."""
        before = self.scopes
        self.scopes = self.homes.setdefault(id(layer), [*before, layer.name])
        try:
            yield
        finally:
            self.scopes = before

    def fresh(self, wish: str) -> str:
        """Give the name, or the first of name_2, name_3 ... that is free."""
        name, count = wish, 1
        while name in self.taken:
            count += 1
            name = f"{wish}_{count}"
        self.taken.add(name)
        return name

    def scoped(self, name: str) -> str:
        return "/".join((*self.scopes, name))

    def node(
        self,
        op_type: str,
        inputs: Sequence[Any],
        outputs: int | Sequence[str] = 1,
        attributes: dict[str, Any] | None = None,
        *,
        domain: str = "",
        version: int = 1,
        name: str | None = None,
    ) -> Any:
        """Write a node and give the name of its output, or the names if several outputs are asked for.

        Args:
            op_type: The operator.
            inputs: Tensors, names, arrays, or None for what is absent.
            outputs: How many outputs there are, or their names.
            attributes: The attributes; None is left out.
            domain: The domain of the operator.
            version: The version of that domain, where it isn't the standard's.
            name: The name of the node; made of scope and operator by default.
        """
        name = name or self.fresh(self.scoped(op_type))
        if isinstance(outputs, int):
            ends = ["output"] if outputs == 1 else [f"output_{i}" for i in range(outputs)]
            outputs = [self.fresh(f"{name}_{end}") for end in ends]
        results = [ir.Value(name=n) for n in outputs]
        self.values.update(zip(outputs, results))
        if domain:
            self.domains[domain] = max(version, self.domains.get(domain, 1))
        given = {k: v for k, v in (attributes or {}).items() if v is not None}
        self.nodes.append(
            ir.Node(
                domain,
                op_type,
                self.present(inputs),
                ir.convenience.convert_attributes(given),
                outputs=results,
                name=name,
            )
        )
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def present(self, inputs: Sequence[Any]) -> list[ir.Value | None]:
        """Give the values of inputs without absent ones at the end: ONNX Runtime stumbles over these."""
        values = [self.value(i) for i in inputs]
        while values and values[-1] is None:
            values.pop()
        return values

    def value(self, given: Any) -> ir.Value | None:
        """Find the value of a tensor, name or array."""
        if given is None:
            return None
        if isinstance(given, (np.ndarray, np.generic)):
            given = self.constant(np.asarray(given), "constant")
        name = given.name if isinstance(given, Tensor) else given
        if name in self.absent:
            raise ExportError(self.absent[name])
        return self.values[name]

    def missing(self, wish: str, why: str) -> str:
        """Give a name for what the graph doesn't have; who asks for it gets the reason as an error."""
        name = self.fresh(wish)
        self.absent[name] = why
        return name

    def take(self, proto: onnx.NodeProto) -> None:
        """Take a finished node, whose names are those of the graph."""
        results = [ir.Value(name=name) for name in proto.output]
        node = ir.Node(
            proto.domain,
            proto.op_type,
            [self.value(name or None) for name in proto.input],
            [ir.serde.deserialize_attribute(attribute) for attribute in proto.attribute],
            overload=proto.overload,
            outputs=results,
            name=proto.name,
            doc_string=proto.doc_string or None,
            metadata_props={entry.key: entry.value for entry in proto.metadata_props},
        )
        self.values.update((name, value) for name, value in zip(proto.output, results) if name)
        self.captured |= read_names(proto)
        self.originals[id(node)] = proto
        self.nodes.append(node)

    def tensor(self, wish: str, tensor: ir.TensorProtocol) -> str:
        """Hold a tensor as initializer; its elements are read when the model is written."""
        name = self.fresh(wish)
        tensor.name = name
        self.values[name] = ir.Value(
            name=name, type=ir.TensorType(tensor.dtype), shape=ir.Shape(tensor.shape.numpy()), const_value=tensor
        )
        self.tensors.append(name)
        return name

    def input(self, name: str, dtype: str, shape: Sequence[int | str | None]) -> str:
        """Add an input of the graph."""
        name = self.fresh(name)
        self.values[name] = ir.Value(name=name, type=ir.TensorType(DTYPES[dtype]), shape=ir.Shape(shape))
        return name

    def constant(self, array: np.ndarray, role: str) -> str:
        """Hold an array as initializer, named after the layer and its role there; an equal one of that name is it."""
        wish = self.scoped(role)
        name, count = wish, 1
        while name in self.taken:
            if name in self.constants and same(self.constants[name], array):
                return name
            count += 1
            name = f"{wish}_{count}"
        self.taken.add(name)
        tensor = ir.tensor(array, name=name)
        self.values[name] = ir.Value(
            name=name, type=ir.TensorType(tensor.dtype), shape=ir.Shape(array.shape), const_value=tensor
        )
        self.constants[name] = array
        return name

    def held(self, array: Any, role: str) -> Tensor:
        """Hold an array as a tensor in Keras' order."""
        array = np.asarray(array)
        return in_keras_order(self.constant(array, role), array.shape, array.dtype.name)

    def model(self, inputs: Sequence[str], outputs: Sequence[tuple[str, Tensor]], name: str) -> ir.Model:
        """Finish: the nodes that were written as a model, its outputs under the names given with them."""
        results = [self.output(n, tensor, set(inputs)) for n, tensor in outputs]
        used = {v.name for node in self.nodes for v in node.inputs if v} | {v.name for v in results} | self.captured
        graph = ir.Graph(
            [self.values[n] for n in inputs],
            results,
            nodes=self.nodes,
            initializers=[self.values[n] for n in (*self.tensors, *self.constants) if n in used],
            opset_imports={"": self.opset, **self.domains},
            name=name,
        )
        return ir.Model(graph, ir_version=ir_version(self.opset), producer_name="onnx_keras")

    def output(self, name: str, tensor: Tensor, inputs: set[str]) -> ir.Value:
        """Make a tensor an output of the graph: its value takes the name if it can, else a copy of it."""
        value = self.value(tensor)
        assert value is not None
        if tensor.name in inputs or value.const_value is not None or value.shape is not None:
            value = self.values[self.node("Identity", [tensor], [self.fresh(name)])]
        elif name != value.name:
            value.name = self.fresh(name)
        value.type = ir.TensorType(DTYPES[tensor.dtype])
        value.shape = ir.Shape(tensor.onnx_shape)
        return value


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def ir_version(opset: int) -> int:
    """Give the oldest version of the file format that has an opset."""
    import onnx

    return int(onnx.helper.find_min_ir_version_for([onnx.helper.make_opsetid("", opset)]))


def check_opset(opset: int) -> None:
    """Refuse an opset that lacks operators.

    Raises:
        ExportError: It is too old for the nodes that are written.
    """
    if opset < OLDEST_OPSET:
        raise ExportError(
            f"The nodes of Keras' layers need opset {OLDEST_OPSET} or newer, not {opset}. Export with opset={OLDEST_OPSET}."
        )
