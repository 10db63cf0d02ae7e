"""Where the values of an ONNX graph lie in a Keras model: which tensor holds each, and in which order."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import keras

from onnx_keras.errors import InputError, UnknownNameError
from onnx_keras.layers.internal import Result
from onnx_keras.layout.storing import order_from_config
from onnx_keras.orders import Order

OWN = "onnx_keras"
"""The domain of layers that ONNX doesn't have."""


@dataclass(frozen=True)
class Place:
    """Where a value is found.

    Attributes:
        tensor: The symbolic tensor that holds it.
        order: The order in which it is stored; None where that is ONNX' own, or the rank is unknown.
        dtype: The type of its elements where the tensor only carries them; empty where it has that type itself.
    """

    tensor: Any
    order: Order | None
    dtype: str = ""


@dataclass(frozen=True)
class Member:
    """A layer and the models that hold it, from the outside to the inside."""

    layer: Any
    holders: tuple[Any, ...]


def members(holder: Any, holders: tuple[Any, ...] = ()) -> Iterator[Member]:
    """List the layers of a model, those of inner models too.

    Raises:
        InputError: It is no model.
    """
    if not isinstance(holder, keras.Layer):
        raise InputError(f"{holder!r} is no Keras model.")
    for layer in holder._layers:
        yield Member(layer, (*holders, holder))
        yield from members(layer, (*holders, holder))


def info_of(model: keras.Model) -> dict[str, Any]:
    """Give what a model knows of its ONNX file; the layer nearest to the outputs knows it best."""
    known = getattr(model, "info", None) or [i for la in model.layers if (i := getattr(la, "model_info", None))]
    found: dict[str, Any] = known if isinstance(known, dict) else known[-1] if known else {}
    return found


def graph_of(model: Any) -> Any:
    """Give a model as a functional one; a Sequential one holds such.

    Raises:
        InputError: It has no graph of layers: it is a class of its own, was never built, or is no model.
    """
    graph = getattr(model, "_functional", None) or model
    if not hasattr(graph, "_nodes_by_depth"):
        raise InputError(
            f"{quoted(model)} has no graph of layers. Give a functional or Sequential model, and a Sequential one with a "
            "known input shape."
        )
    return graph


def quoted(model: Any) -> str:
    """Call a model as messages do."""
    return f"{type(model).__name__} '{model.name}'" if isinstance(model, keras.Model) else repr(model)


def nodes_of(model: keras.Model) -> Iterator[Any]:
    """Give the calls of layers that make a model, in an order in which they run."""
    for depth in sorted(model._nodes_by_depth, reverse=True):
        yield from model._nodes_by_depth[depth]


def places_of(model: keras.Model) -> dict[str, Place]:
    """Find the values of a model by their ONNX names, those of Keras' own layers by the names of the layers."""
    info = info_of(model)
    doors: dict[str, Any] = info.get("inputs") or {t.name: {"order": None} for t in model.inputs if not info}
    found = {n: Place(t, order_from_config(door["order"])) for (n, door), t in zip(doors.items(), model.inputs)}
    moved: dict[str, Place] = {}
    for node in nodes_of(model):
        if not node.is_input:
            (moved if is_own(node.operation) else found).update(made_by(node))
    types = info.get("carried", {})
    found = {n: replace(place, dtype=types.get(n, "")) for n, place in found.items()}
    for name, (tensor, order) in info.get("views", {}).items():
        if place := moved.get(tensor) or found.get(tensor):
            found.setdefault(name, Place(place.tensor, order_from_config(order), types.get(tensor, "")))
    return found


def output_places(model: keras.Model) -> dict[str, Place]:
    """Find the outputs of a model by their ONNX names, as they are given."""
    doors: dict[str, Any] = info_of(model).get("outputs", {}) if hasattr(model, "onnx_outputs") else {}
    struct = model._outputs_struct
    if not isinstance(struct, dict):
        names = list(doors) if len(doors) == len(model.outputs) else model.output_names
        struct = dict(zip(names, model.outputs))
    orders = {n: door["order"] for n, door in doors.items()}
    return {n: Place(given_to_result(t), order_from_config(orders.get(n))) for n, t in struct.items()}


def given_to_result(tensor: Any) -> Any:
    """Look through the layer that only keeps what a model knows."""
    layer, node, _ = tensor._keras_history
    return layer._inbound_nodes[node].input_tensors[0] if isinstance(layer, Result) else tensor


def is_own(layer: Any) -> bool:
    return getattr(layer, "domain", None) == OWN


def made_by(node: Any) -> Iterator[tuple[str, Place]]:
    """Name what a call of a layer gives."""
    layer, tensors = node.operation, node.output_tensors
    names = getattr(layer, "onnx_outputs", None)
    if names is None:
        names = (layer.name,) if len(tensors) == 1 else ()
    orders = getattr(layer, "orders", ())[-len(names) or None :] or (None,) * len(names)
    for name, tensor, order in zip(names, tensors, orders):
        yield name, Place(tensor, order_from_config(order))


def place_of(model: keras.Model, places: dict[str, Place], name: str) -> Place:
    """Find a value.

    Raises:
        UnknownNameError: The model doesn't compute it.
    """
    if name in places:
        return places[name]
    raise UnknownNameError(
        f"'{model.name}' computes no value '{name}'. {close_to(name, places)}"
        "Constants and sizes are no values, nor is what was folded into constants."
    )


def close_to(name: str, names: Iterable[str]) -> str:
    """List names like one that is not among them."""
    close = difflib.get_close_matches(str(name), names, 3, 0.3)
    return f"Close are {', '.join(map(repr, close))}. " if close else ""
