"""Layers that came from an ONNX file: what is written is the part of the file that they were made of."""

from collections.abc import Iterable
from typing import Any

import keras

from onnx_keras.errors import ExportError
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import in_onnx_order
from onnx_keras.exporting.operands import spec
from onnx_keras.exporting.own_nodes import own_node
from onnx_keras.exporting.table import Refused, writes_family
from onnx_keras.exporting.taking import File, Scope
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.layers.base import Operator
from onnx_keras.layout.storing import order_from_config
from onnx_keras.orders import Order, onnx_order
from onnx_keras.types import carrier

Read = tuple[Tensor, str, Order]


class Files:
    """The ONNX files that the layers of a model came from, by their keys.

    Args:
        layers: All layers of the model.
        opset: The version of the standard that nodes are brought to.
    """

    def __init__(self, layers: Iterable[Any], opset: int) -> None:
        self.layers, self.opset = list(layers), opset
        self.files: dict[str, File] = {}

    def of(self, layer: Any) -> File:
        """Give the file that a layer came from.

        Raises:
            Refused: It came from none, or from one that wasn't saved with it.
        """
        source = layer.source
        if source is None or not source.content:
            raise Refused("it has no ONNX file from which it came")
        if source.key not in self.files:
            self.files[source.key] = File(source, self.layers, self.opset)
        return self.files[source.key]

    def made(self, name: str) -> bool:
        """Say whether a value of the graph was taken from a file."""
        return any(name in file.made for file in self.files.values())

    def type_of(self, value: str, dtype: str) -> str:
        """Name the type of a value whose elements a tensor of a type may only carry."""
        carried = [info.get("carried", {}) for la in self.layers if (info := getattr(la, "model_info", None))]
        found = next((types[value] for types in carried if value in types), None)
        return found if found is not None and carrier(found) == dtype else dtype

    def value_like(self, op: Graph, value: str, tensor: Tensor) -> str | None:
        """Take a value of the file that a tensor was taken from, where the tensor is that value stored otherwise."""
        for file in self.files.values():
            for scope in file.scopes:
                if tensor.name in scope.bound.values() and tensor.name in file.made and file.has(value):
                    file.take(op, scope, [value], [])
                    return scope.bound[value]
        return None


@writes_family(Operator)
def imported(op: Graph, layer: Any, *args: Tensor, **kwargs: Tensor) -> Any:
    """Write what a layer was made of, on what it is called with."""
    given = [*args, *(kwargs[k] for k in sorted(kwargs))]
    if layer.passes_on:
        return given[0]
    if layer.restores and layer.reads:
        return restored(op, layer, given[0], specs(layer, args, kwargs)[0])
    if layer.source is None:
        return own_node(op, layer, args, kwargs)
    file = op.files.of(layer)
    if len(given) != len(layer.reads):
        raise Refused(f"it is called with {len(given)} tensors, but was made for {len(layer.reads)}")
    read = [(t, v, expected(t, order)) for t, (v, order) in zip(given, layer.reads) if v]
    scope = scope_of(file, layer, read)
    scope.called.add(id(layer))
    scope.givers.update((v, id(layer)) for v, _ in layer.gives)
    for tensor, value, order in read:
        bind(op, file, scope, tensor, value, order)
    names = [v for v, _ in layer.gives]
    file.take(op, scope, [v for v in names if file.has(v)], [v for _, v, _ in read])
    results = [result(op, scope, v, order, s) for (v, order), s in zip(layer.gives, specs(layer, args, kwargs))]
    if layer.compute_dtype != layer.variable_dtype:
        results = [
            r.become(r.name, dtype=layer.variable_dtype) if r.dtype == layer.compute_dtype else r for r in results
        ]
    return results[0] if len(results) == 1 else tuple(results)


def restored(op: Graph, layer: Any, x: Tensor, spec: Any) -> Tensor:
    """Store a value in another order: in ONNX nothing happens, unless it is called another value of the file then.

    Between two of several such layers a tensor is no value; what it will be again is remembered by its name.
    """
    (read, have), (given, want) = layer.reads[0], layer.gives[0]
    if not read and x.name not in op.between:
        raise Refused("it is called on something else than what it was made for")
    value, name = (read, in_onnx_order(op, x, expected(x, have))) if read else op.between[x.name]
    shape = tuple(spec.shape)
    if not given:
        between = op.missing(name, f"'{layer.name}' only leads to another order of '{name}': use what comes after it.")
        op.between[between] = value, name
        return Tensor(between, onnx_order(len(shape)), shape, x.dtype)
    if given != value:
        return viewed(op, layer, x.become(name, order=onnx_order(x.rank)), value, spec)
    return Tensor(name, order_from_config(want) or onnx_order(len(shape)), shape, x.dtype)


def viewed(op: Graph, layer: Any, x: Tensor, value: str, spec: Any) -> Tensor:
    """Give another value of the file that is a value stored otherwise: what the file makes of the one."""
    file, read = op.files.of(layer), (x, value, x.order)
    scope = scope_of(file, layer, [read])
    scope.called.add(id(layer))
    bind(op, file, scope, *read)
    (given, want), names = layer.gives[0], [v for v, _ in layer.gives if file.has(v)]
    file.take(op, scope, names, [value])
    return result(op, scope, given, want, spec)


def expected(tensor: Tensor, order: Any) -> Order:
    """Give the order in which a layer expects what it reads."""
    return order_from_config(order) or onnx_order(tensor.rank)


def scope_of(file: File, layer: Any, read: list[Read]) -> Scope:
    """Find where a layer is called on what it was made for, or at least on nothing else; else begin anew."""
    for scope in file.scopes:
        is_new = not read or id(layer) not in scope.called
        is_own = layer.restores or all(scope.givers.get(v, id(layer)) == id(layer) for v, _ in layer.gives)
        if is_new and is_own and all(fits(scope, *r) for r in read):
            return scope
    file.scopes.append(Scope())
    return file.scopes[-1]


def fits(scope: Scope, tensor: Tensor, value: str, order: Order) -> bool:
    """Say whether a tensor may be a value of a file: it is that, or nothing is yet."""
    if value in scope.pending:
        return tensor.name == scope.pending[value]
    return value not in scope.bound or (tensor.name == scope.bound[value] and tensor.order == order)


def bind(op: Graph, file: File, scope: Scope, tensor: Tensor, value: str, order: Order) -> None:
    """Let a tensor be a value of a file.

    Raises:
        Refused: The file has no such value.
    """
    if value in scope.bound or value in scope.pending:
        return
    if not file.has(value):
        raise Refused(f"it reads '{value}', which the ONNX file doesn't have by itself: cut the model at another value")
    scope.bound[value] = in_onnx_order(op, tensor, order)
    is_input = value not in file.producers
    scope.roots[value] = frozenset() if is_input else frozenset({value})


def result(op: Graph, scope: Scope, value: str, order: Any, tensor: Any) -> Tensor:
    """Say what a tensor that a layer gives is in the graph."""
    shape = tuple(tensor.shape)
    known = order_from_config(order) or onnx_order(len(shape))
    if value not in scope.bound and value not in scope.pending:
        scope.pending[value] = op.missing(
            value, f"The ONNX file doesn't have '{value}' by itself: let the model give or use another value."
        )
    name = scope.bound.get(value) or scope.pending[value]
    if known.rank != len(shape):
        raise ExportError(f"'{value}' has {len(shape)} axes here, but {known.rank} in its ONNX file.")
    return Tensor(name, known, shape, op.files.type_of(value, keras.backend.standardize_dtype(tensor.dtype)))


def specs(layer: Any, args: Any, kwargs: Any) -> list[Any]:
    found: list[Any] = keras.tree.flatten(spec(layer, *args, **kwargs))
    return found
