"""`replace_head`: new layers in the place of the last learned one."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from onnx_keras.arranging import arranged
from onnx_keras.cutting import Source, assembled
from onnx_keras.errors import InputError, UnknownNameError
from onnx_keras.layers.internal import Weight
from onnx_keras.model import Model
from onnx_keras.orders import Order
from onnx_keras.places import Place, close_to, graph_of, is_own, nodes_of, output_places
from onnx_keras.rewiring import Rewiring

Head = Callable[[Any], Any] | Sequence[Callable[[Any], Any]]


def replace_head(model: keras.Model, layers: Head, *, at: str | None = None, name: str | None = None) -> Model:
    """Put new layers in the place of the end of a model.

    The new model shares all other layers with the model. Where it ended in several outputs, those that don't follow
    from what is replaced stay.

    Args:
        model: A model from `load`, or one that holds its layers.
        layers: A Keras layer, a list of them, or a function of a symbolic tensor.
        at: The ONNX name of a node, which the layers replace, or of a value, which they are put upon. By default the
            last node that multiplies by a learned kernel (Gemm, MatMul, Conv ...) is replaced, with all that follows.
        name: The name of the new model; that of the model by default.

    Returns:
        A functional model. Its new output is named as the last of the layers.

    Raises:
        UnknownNameError: No node or value has the name `at`, or nothing is learned in the model.
        InputError: `layers` are none, or the model has no graph of layers.

    Example:
        >>> model = onnx_keras.load("resnet18.onnx")
        >>> model = onnx_keras.replace_head(model, keras.layers.Dense(10, name="classes"))
        >>> model.output_shape
        (None, 10)
    """
    model = graph_of(model)
    new = [layers] if callable(layers) else layers
    if not isinstance(new, Sequence) or not new or not all(map(callable, new)):
        raise InputError(f"layers is a layer, a list of them or a function, not {layers!r}.")
    source = Source(model)
    value, place, replaced = junction(source, at)
    order = source.door_order(value, place)
    sizes = source.sizes(Rewiring(model, {}, [place.tensor]).needed_inputs())
    tensor = arranged(place.tensor, place.order, order, value, source.names, sizes)
    for layer in new:
        tensor = layer(tensor)
    after = followers(model, replaced)
    outputs, orders = with_head(output_places(model), after, tensor)
    inputs = Rewiring(model, {}, [place.tensor, *(outputs[n] for n in orders)]).needed_inputs()
    return assembled(source, inputs, outputs, orders, name)


def with_head(places: dict[str, Place], after: set[int], tensor: Any) -> tuple[dict[str, Any], dict[str, Order | None]]:
    """Put a tensor in the place of the first output that follows from what is replaced, and drop the others."""
    outputs: dict[str, Any] = {}
    orders: dict[str, Order | None] = {}
    head = tensor._keras_history.operation.name
    for name, place in places.items():
        if id(place.tensor) in after:
            outputs.setdefault(head, tensor)
        else:
            outputs[name], orders[name] = place.tensor, place.order
    return outputs, orders


def junction(source: Source, at: str | None) -> tuple[str, Place, list[Any]]:
    """Find the value that a head is put upon, and the tensors that it replaces."""
    if at in source.places:
        place = source.places[at]
        return at, place, [place.tensor]
    nodes = list(nodes_of(source.model))
    found = last_learned(nodes) if at is None else [n for n in nodes if is_named(n.operation, at)]
    if not found:
        raise UnknownNameError(no_head(source, at))
    node = found[-1]
    value, place = read_value(source, nodes, node)
    return value, place, node.output_tensors


def is_named(layer: Any, name: str) -> bool:
    return not is_own(layer) and name in (getattr(layer, "onnx_name", ""), layer.name)


def no_head(source: Source, at: str | None) -> str:
    if at is None:
        return f"'{source.model.name}' has no layer with a learned kernel. Say with `at` where the new layers begin."
    names = [n for layer in source.model.layers if (n := getattr(layer, "onnx_name", ""))]
    return f"'{source.model.name}' has no node and no value '{at}'. {close_to(at, [*names, *source.places])}"


def last_learned(nodes: Sequence[Any]) -> list[Any]:
    return [n for n in nodes if has_kernel(n)][-1:]


def has_kernel(node: Any) -> bool:
    """Say whether a layer multiplies by a learned kernel, its own or one that several layers read."""
    layer = node.operation
    if is_own(layer) or "kernel" not in getattr(layer, "weight_names", {"": "kernel"}).values():
        return False
    shared = [w for t in node.input_tensors if isinstance(t._keras_history.operation, Weight) for w in weights_of(t)]
    return any(w.name == "kernel" for w in layer.weights) or any(len(w.shape) > 1 for w in shared)


def weights_of(tensor: Any) -> list[Any]:
    return list(tensor._keras_history.operation.weights)


def read_value(source: Source, nodes: Sequence[Any], node: Any) -> tuple[str, Place]:
    """Name the value that a layer computes with, before what the layout put between."""
    held = {id(place.tensor): (name, place) for name, place in reversed(source.places.items())}
    producers = {id(t): n for n in nodes for t in n.output_tensors}
    tensor = next(t for t in node.input_tensors if not isinstance(t._keras_history.operation, Weight))
    while id(tensor) not in held:
        tensor = producers[id(tensor)].input_tensors[0]
    return held[id(tensor)]


def followers(model: keras.Model, tensors: Sequence[Any]) -> set[int]:
    """Find all tensors that are computed from some, by their ids."""
    found = {id(t) for t in tensors}
    for node in nodes_of(model):
        if any(id(t) in found for t in node.input_tensors):
            found |= {id(t) for t in node.output_tensors}
    return found
