"""The walk over a functional Keras model: every call of a layer is handed to the function that writes it."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import keras

from onnx_keras.errors import ExportError
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast
from onnx_keras.exporting.table import ACTIVATIONS, Refused, writer_of, writes_family
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.types import FLOATS


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
    writer = writer_of(operation)
    if writer is None:
        raise ExportError(unknown(operation))
    try:
        if isinstance(operation, keras.Layer):
            args, kwargs = as_called(op, operation, args, kwargs)
            check_arguments(writer, kwargs)
        return writer(op, operation, *args, **kwargs)
    except Refused as error:
        raise ExportError(f"{title(operation)} can't be written as ONNX: {error}") from None


def as_called(op: Graph, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Give the arguments as the layer's `call` gets them outside of training: floats in its own type."""
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


def title(operation: Any) -> str:
    return f"{type(operation).__name__} '{operation.name}'"


def unknown(operation: Any) -> str:
    return (
        f"{title(operation)} has no form in ONNX. Build the model of layers and keras.ops that have one, say how with "
        "onnx_keras.exporting.table.writes, or cut the model before it."
    )


@writes_family(keras.Model)
def nested(op: Graph, model: Any, inputs: Any) -> Any:
    """Write a model inside a model."""
    model = functional(model)
    tensors = walk(op, model, in_order(model, inputs))
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
    return traced(op, activation, [x])


def traced(op: Graph, function: Any, tensors: Sequence[Tensor]) -> Any:
    """Write a function by the operations of `keras.ops` that it calls."""
    inputs = [keras.KerasTensor(t.shape, dtype=t.dtype) for t in tensors]
    try:
        outputs = function(*inputs)
    except (
        Exception
    ) as error:  # Whatever a user's function raises on symbolic tensors says that it isn't made for them.
        name = getattr(function, "__name__", type(function).__name__)
        raise Refused(f"{name} isn't made of keras.ops alone ({str(error).splitlines()[0]})") from error
    found = walk(op, keras.Function(inputs, outputs), tensors)
    return keras.tree.pack_sequence_as(outputs, found)
