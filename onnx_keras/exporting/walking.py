"""The walk over a functional Keras model: every call of a layer is handed to the function that writes it."""

import functools
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import keras

from onnx_keras.errors import ExportError
from onnx_keras.exporting.graph import Graph, check_opset
from onnx_keras.exporting.moving import cast
from onnx_keras.exporting.table import ACTIVATIONS, Refused, writer_of, writes_family
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.layers.base import Operator
from onnx_keras.types import CARRIERS, FLOATS, SMALL_INTS, carrier

ADVICE = (
    "Build the model of layers and keras.ops that have a form, say how with onnx_keras.exporting.table.writes, or cut "
    "the model before it."
)


def walk(op: Graph, model: Any, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Write a functional model.

    Args:
        op: The graph that takes the nodes.
        model: The model.
        inputs: What its inputs are, in the order of `model.inputs`.

    Returns:
        What its outputs are, in the order of `model.outputs`.
    """
    known = {id(t): x for t, x in zip(model.inputs, inputs)}
    for node in calls(model):
        args, kwargs = node.arguments.fill_in(known)
        with op.scope(node.operation):
            results = written(op, node.operation, args, kwargs)
        known.update(zip(map(id, node.outputs), keras.tree.flatten(results)))
    return [known[id(t)] for t in model.outputs]


def calls(model: Any) -> Iterator[Any]:
    """List the calls of layers and operations in an order in which they can run."""
    for depth in sorted(model._nodes_by_depth, reverse=True):
        yield from (node for node in model._nodes_by_depth[depth] if not node.is_input)


def written(op: Graph, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Write one call.

    Raises:
        ExportError: Nothing writes the layer, or not with these arguments.
    """
    is_layer = isinstance(operation, keras.Layer)
    writer = writer_of(operation) or (by_its_operations if is_layer else None)
    if writer is None:
        raise ExportError(f"{title(operation)} has no form in ONNX. {ADVICE}")
    try:
        if not isinstance(operation, (Operator, keras.Model)):
            check_opset(op.opset)
            args, kwargs = keras.tree.map_structure(lambda x: as_keras_has_it(op, x), (args, kwargs))
        if is_layer:
            args, kwargs = as_called(op, operation, args, kwargs)
            check_masks(operation, args, kwargs)
            check_arguments(writer, kwargs)
        return with_masks(operation, args, writer(op, operation, *args, **kwargs))
    except Refused as error:
        raise ExportError(f"{title(operation)} can't be written as ONNX: {error}.") from None


def as_keras_has_it(op: Graph, x: Any) -> Any:
    """Give a tensor in a type that Keras has: small integers as the wider ones that carry them.

    Raises:
        Refused: It holds small floats, which Keras carries as their bits.
    """
    if not isinstance(x, Tensor) or x.dtype not in CARRIERS:
        return x
    if x.dtype not in SMALL_INTS:
        raise Refused(f"it is called with {x.dtype}, which Keras has only as bits: put a layer of ONNX' Cast before it")
    return cast(op, x, carrier(x.dtype))


def as_called(op: Graph, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Give the arguments as the layer's `call` gets them outside of training: floats in its own type."""
    if layer.quantization_mode:
        raise Refused(f"it is quantized to {layer.quantization_mode}")
    given = {k: v for k, v in kwargs.items() if k != "training" and any(x is not None for x in keras.tree.flatten(v))}
    if not layer.autocast:
        return args, given

    def converted(x: Any) -> Any:
        return cast(op, x, layer.variable_dtype) if isinstance(x, Tensor) and x.dtype in FLOATS else x

    return keras.tree.map_structure(converted, (args, given))


def check_arguments(writer: Any, kwargs: dict[str, Any]) -> None:
    """Refuse arguments of a call that the writer doesn't have."""
    parameters = inspect.signature(writer).parameters
    takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    unknown = [k for k in kwargs if k not in parameters and not takes_all]
    if unknown:
        raise Refused(f"it is called with {', '.join(unknown)}, which isn't supported")


def check_masks(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refuse a layer that Keras gives a mask when the model runs, if the mask isn't part of the graph."""
    if isinstance(layer, keras.Model) or not any_masked(args):
        return
    parameters = list(inspect.signature(layer.call).parameters)
    masks = [p for p in parameters if p == "mask" or (p.endswith("_mask") and p[:-5] in parameters)]
    if not all(m in kwargs for m in masks):
        raise Refused(f"masks reach it that aren't part of the graph; call it with {' and '.join(masks)}")


def with_masks(operation: Any, args: tuple[Any, ...], results: Any) -> Any:
    """Note on what comes out whether Keras attaches masks to it; operations drop them."""
    if isinstance(operation, keras.Model):
        return results
    carries = isinstance(operation, keras.Layer) and (
        makes_masks(operation) or (operation.supports_masking and any_masked(args))
    )
    return keras.tree.map_structure(lambda t: replace(t, is_masked=carries), results)


def any_masked(args: Any) -> bool:
    return any(isinstance(t, Tensor) and t.is_masked for t in keras.tree.flatten(args))


def makes_masks(layer: Any) -> bool:
    """Say whether a layer attaches a mask to what it gives: an Embedding, Masking, or a layer of the user's own."""
    own = type(layer).compute_mask is not keras.Layer.compute_mask
    is_of_keras = type(layer).__module__.startswith("keras.")
    return getattr(layer, "mask_zero", False) or isinstance(layer, keras.layers.Masking) or (own and not is_of_keras)


def title(operation: Any) -> str:
    return f"{type(operation).__name__} '{operation.name}'"


def by_its_operations(op: Graph, layer: Any, *args: Any, **kwargs: Any) -> Any:
    """Write a layer that has no writer by the operations and layers that its `call` is made of."""
    training = {"training": False} if "training" in inspect.signature(layer.call).parameters else {}
    try:
        return traced(op, functools.partial(layer.call, **training), args, kwargs)
    except Refused as error:
        raise Refused(f"{error}. {ADVICE[:-1]}") from None


@writes_family(keras.Model)
def nested(op: Graph, model: Any, inputs: Any, mask: Any = None) -> Any:
    """Write a model inside a model; a mask that it is called with is attached to its inputs."""
    model = functional(model)
    given = in_order(model, inputs)
    masks = [None] * len(given) if mask is None else in_order(model, mask)
    tensors = walk(op, model, [x if m is None else replace(x, is_masked=True) for x, m in zip(given, masks)])
    return keras.tree.pack_sequence_as(model.output, tensors)


def in_order(model: Any, inputs: Any) -> list[Tensor]:
    """List what a model was called with in the order of its inputs."""
    if isinstance(inputs, dict) and not isinstance(model.input, dict):
        return [inputs[t.name] for t in model.inputs]
    return keras.tree.flatten(inputs)


def functional(model: Any) -> Any:
    """Give the graph of a model.

    Raises:
        ExportError: It has none: it is a class of its own, or was never built.
    """
    graph = getattr(model, "_functional", model)
    if not hasattr(graph, "_nodes_by_depth"):
        raise ExportError(
            f"{title(model)} has no graph of layers that could be written. Build it as a functional or Sequential "
            "model, and a Sequential one with a known input shape."
        )
    return graph


def activated(op: Graph, x: Tensor, activation: Any) -> Tensor:
    """Write the activation of a layer: a function of Keras, a layer, or any function made of `keras.ops`."""
    if activation is None:
        return x
    if isinstance(activation, keras.Layer):
        with op.scope(activation):
            return written(op, activation, (x,), {})
    if activation in ACTIVATIONS:
        return ACTIVATIONS[activation](op, x)
    return traced(op, activation, (x,), {})


def traced(op: Graph, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Write a function by the operations and layers that it calls."""
    symbols: dict[int, Tensor] = {}

    def symbol(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return x
        found = keras.KerasTensor(x.shape, dtype=x.dtype)
        symbols[id(found)] = x
        inputs.append(found)
        return found

    inputs: list[Any] = []
    given, named = keras.tree.map_structure(symbol, (args, kwargs))
    try:
        outputs = function(*given, **named)
        graph = keras.Function(inputs, outputs)
    except Exception as error:  # Whatever a function raises on symbolic tensors says that it isn't made for them.
        raise Refused(f"{name_of(function)} isn't made of keras.ops alone ({first_line(error)})") from error
    try:
        return keras.tree.pack_sequence_as(outputs, walk(op, graph, [symbols[id(t)] for t in inputs]))
    finally:
        for node in calls(graph):
            node.operation._inbound_nodes.remove(node)


def name_of(function: Any) -> str:
    function = getattr(function, "func", function)
    return getattr(function, "__name__", type(function).__name__)


def first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
