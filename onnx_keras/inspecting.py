"""Looking into a model by ONNX' names: what each initializer became, which layer a node is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras

from onnx_keras.errors import UnknownNameError
from onnx_keras.layers.held import is_constant, is_weight
from onnx_keras.places import close_to, members


@dataclass(frozen=True)
class ParameterInfo:
    """What an initializer became.

    Attributes:
        initializer: Its name in the ONNX file.
        layer: The name of the layer that holds it.
        variable: The name of the variable in that layer; empty for a small constant in the layer's configuration.
        onnx_shape: Its shape in the file.
        shape: Its shape here.
        trainable: Whether gradients change it.
        reason: Why not, if not.
    """

    initializer: str
    layer: str
    variable: str
    onnx_shape: tuple[int, ...]
    shape: tuple[int, ...]
    trainable: bool
    reason: str


class Parameters(list[ParameterInfo]):
    """The parameters of a model, printed as a table."""

    def __str__(self) -> str:
        head = ("initializer", "layer / variable", "ONNX", "here", "trainable")
        rows = [head, *map(row, self)]
        widths = [max(len(r[i]) for r in rows) for i in range(len(head))]
        return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(r, widths)).rstrip() for r in rows)


def row(info: ParameterInfo) -> tuple[str, ...]:
    place = f"{info.layer}/{info.variable}" if info.variable else info.layer
    sizes = ["x".join(map(str, s)) or "scalar" for s in (info.onnx_shape, info.shape)]
    return (info.initializer, place, *sizes, "yes" if info.trainable else f"no: {info.reason}")


def parameters(model: keras.Model) -> Parameters:
    """Say what each initializer of the ONNX file became.

    Args:
        model: A model from `load`, or one that holds its layers.

    Returns:
        A list with an entry for each weight and each constant, in the order of the layers; `str` makes it a table.

    Example:
        >>> print(onnx_keras.parameters(model))
    """
    return Parameters(info for member in members(model) for info in parameters_of(member.layer))


def parameters_of(layer: keras.Layer) -> Iterator[ParameterInfo]:
    held: dict[str, Any] = getattr(layer, "held", {})
    for name, what in held.items():
        if is_weight(what):
            variable = layer._values[name]
            yield ParameterInfo(
                what.get("initializer", ""),
                layer.name,
                variable.name,
                tuple(what.get("onnx_shape", what["shape"])),
                tuple(what["shape"]),
                bool(layer.trainable and variable.trainable),
                reason(layer, what, variable),
            )
        elif is_constant(what) and what.get("initializer"):
            shape = tuple(what["shape"])
            yield ParameterInfo(what["initializer"], layer.name, "", shape, shape, False, what.get("reason", ""))


def reason(layer: keras.Layer, what: dict[str, Any], variable: Any) -> str:
    if what["trainable"] and layer.trainable and variable.trainable:
        return ""
    return what.get("reason") or ("it is frozen" if layer.trainable else "its layer is frozen")


def get_layer(model: keras.Model, onnx_name: str) -> keras.Layer:
    """Find the layer that an ONNX node became.

    Args:
        model: A model from `load`.
        onnx_name: The name of the node, or of a value that it computes.

    Raises:
        UnknownNameError: No layer has that name; the message lists the closest ones.
    """
    layers = [member.layer for member in members(model)]
    for layer in layers:
        if onnx_name == getattr(layer, "onnx_name", None) or onnx_name in getattr(layer, "onnx_outputs", ()):
            return layer
    names = [layer.onnx_name for layer in layers if getattr(layer, "onnx_name", "")]
    raise UnknownNameError(
        f"No layer of '{model.name}' comes from '{onnx_name}'. {close_to(onnx_name, names)}"
        "Constants, Identity, Transposes that only relabel axes and arithmetic on sizes have no layer."
    )
