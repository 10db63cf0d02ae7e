"""What the nodes of a file compute of constants, now that its tensors hold other elements."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import onnx_ir as ir

from onnx_keras.exporting.variables import Held, as_bytes, differ
from onnx_keras.graph.evaluation import evaluate
from onnx_keras.graph.inspection.names import read_names
from onnx_keras.types import numpy_type

Number = Callable[[onnx.TensorProto], int]
Weights = Mapping[int | str, list[Held]]


def outdated(graphs: Iterable[onnx.GraphProto], held: Weights, number: Number, opsets: dict[str, int]) -> list[str]:
    """Name the values that layers hold and that the file computes otherwise from what is written now.

    Args:
        graphs: The graphs of the file.
        held: The weights by the tensors and values that they were.
        number: Tells the number of a tensor.
        opsets: The operator sets of the file.
    """
    graphs = list(graphs)
    producers = {o: node for graph in reversed(graphs) for node in graph.node for o in node.output if o}
    initializers = {tensor.name: tensor for graph in reversed(graphs) for tensor in graph.initializer}
    file = Recomputation(producers, initializers, held, number, opsets)
    return [name for name in held if isinstance(name, str) and file.is_outdated(name)]


@dataclass(frozen=True)
class Recomputation:
    """Computes values of a file from what its constants are now.

    Attributes:
        producers: The nodes by the values that they give.
        initializers: The initializers by their names.
        held: The weights by the tensors and values that they were.
        number: Tells the number of a tensor.
        opsets: The operator sets of the file.
        computed: What nodes gave already, by their identity.
    """

    producers: Mapping[str, onnx.NodeProto]
    initializers: Mapping[str, onnx.TensorProto]
    held: Weights
    number: Number
    opsets: dict[str, int]
    computed: dict[int, dict[str, np.ndarray]] = field(default_factory=dict)

    def is_outdated(self, name: str) -> bool:
        """Say whether a value is no longer what the file computes; what can't be computed here is taken to be so."""
        weights = self.held[name]
        if not self.follows_from_weights(name):
            return any(weight.has_changed() for weight in weights)
        results = self.results(self.producers[name])
        return not all(is_same(results.get(name), weight) for weight in weights)

    def follows_from_weights(self, name: str) -> bool:
        """Say whether a value is computed of constants alone, and weights of layers are among them."""
        waiting, seen, found = [name], set(), False
        while waiting:
            value = waiting.pop()
            if value in seen:
                continue
            seen.add(value)
            if (value in self.held and value != name) or value in self.initializers:
                found |= value in self.held or self.is_held(self.initializers[value])
            elif value in self.producers:
                node = self.producers[value]
                found |= any(map(self.is_held, tensors_in(node)))
                waiting += read_names(node)
            else:
                return False
        return found

    def is_held(self, tensor: onnx.TensorProto) -> bool:
        return self.number(tensor) in self.held

    def results(self, node: onnx.NodeProto) -> dict[str, np.ndarray]:
        """Give what a node computes; nothing where that isn't possible."""
        if id(node) not in self.computed:
            self.computed[id(node)] = self.run(node)
        return self.computed[id(node)]

    def run(self, node: onnx.NodeProto) -> dict[str, np.ndarray]:
        given = {name: self.array(name) for name in node.input if name}
        own = [self.elements(tensor) for tensor in tensors_in(node)]
        known = {name: array for name, array in given.items() if array is not None}
        if len(known) < len(given) or any(array is None for array in own):
            return {}
        values = {name: ir.Value(name=name, const_value=ir.tensor(array, name=name)) for name, array in known.items()}
        made = ir.Node(
            node.domain,
            node.op_type,
            [values.get(name) for name in node.input],
            [ir.serde.deserialize_attribute(attribute) for attribute in filled(node, own).attribute],
            outputs=[ir.Value(name=name) for name in node.output],
        )
        return {str(tensor.name): tensor.numpy() for tensor in evaluate(made, self.opsets) or ()}

    def array(self, name: str) -> np.ndarray | None:
        """Give the elements of a value; None where they aren't known."""
        if name in self.held:
            return elements_of(self.held[name])
        if name in self.initializers:
            return self.elements(self.initializers[name])
        return self.results(self.producers[name]).get(name)

    def elements(self, tensor: onnx.TensorProto) -> np.ndarray | None:
        """Give the elements of a tensor of the file; None where layers hold several."""
        if self.is_held(tensor):
            return elements_of(self.held[self.number(tensor)])
        return ir.serde.deserialize_tensor(tensor).numpy()


def filled(node: onnx.NodeProto, arrays: Iterable[Any]) -> onnx.NodeProto:
    """Copy a node with elements for the tensors that are its attributes."""
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    for tensor, array in zip(tensors_in(copy), arrays):
        kind = tensor.data_type
        tensor.CopyFrom(onnx.TensorProto(dims=tensor.dims, data_type=kind, raw_data=as_bytes(array, kind)))
    return copy


def tensors_in(node: onnx.NodeProto) -> list[onnx.TensorProto]:
    return [attribute.t for attribute in node.attribute if attribute.HasField("t")]


def elements_of(weights: list[Held]) -> np.ndarray | None:
    """Read what weights hold in common, of the element type of the file; None if they differ."""
    first, *others = weights
    if any(differ(first, other) for other in others):
        return None
    return first.array().astype(numpy_type(first.what["dtype"]))


def is_same(array: np.ndarray | None, weight: Held) -> bool:
    """Say whether elements are those of a weight."""
    now = weight.array()
    return array is not None and np.array_equal(array.astype(now.dtype), now, equal_nan=now.dtype.kind == "f")
