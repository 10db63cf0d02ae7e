"""Which function writes a layer, an operation or an activation: the one place that knows all of them."""

import inspect
from collections.abc import Callable
from typing import Any

Writer = Callable[..., Any]

LAYERS: dict[type, Writer] = {}
FAMILIES: dict[type, Writer] = {}
OPERATIONS: dict[str, Writer] = {}
ACTIVATIONS: dict[Any, Writer] = {}


def writes(*classes: type) -> Callable[[Writer], Writer]:
    """Make a function the writer of layers of exactly these classes.

    The function gets the graph, the layer, and what the layer was called with, tensors as `Tensor`; it gives the
    `Tensor` that comes out, or several in the structure in which Keras has them.

    Example:
        >>> @writes(keras.layers.ReLU)
        ... def relu(op, layer, x):
        ...     return x.become(op.Relu(x))
    """
    return lambda writer: LAYERS.update(dict.fromkeys(classes, writer)) or writer


def writes_family(cls: type) -> Callable[[Writer], Writer]:
    """Make a function the writer of all layers of a class, those of its subclasses too."""
    return lambda writer: FAMILIES.update({cls: writer}) or writer


def writes_operation(*names: str) -> Callable[[Writer], Writer]:
    """Make a function the writer of operations: what `keras.ops` leaves in a functional model, by class name."""
    return lambda writer: OPERATIONS.update(dict.fromkeys(names, writer)) or writer


def writes_activation(function: Any, operation: str | None = None) -> Callable[[Writer], Writer]:
    """Make a function the writer of an activation, and of the operation that `keras.ops` has for it.

    The function gets the graph, the tensor, and the parameters that the activation has, by their names.
    """

    def register(writer: Writer) -> Writer:
        names = list(inspect.signature(writer).parameters)[2:]
        ACTIVATIONS[function] = writer
        if operation:
            OPERATIONS[operation] = lambda op, o, x: writer(op, x, **{n: getattr(o, n) for n in names})
        return writer

    return register


def writer_of(operation: Any) -> Writer | None:
    """Find the writer of a layer or operation: that of its class, else that of its family."""
    cls = type(operation)
    if cls in LAYERS:
        return LAYERS[cls]
    if cls.__module__.startswith("keras.src.ops.") or cls.__module__ == "keras.src.activations.activations":
        return OPERATIONS.get(cls.__name__)
    return next((FAMILIES[c] for c in cls.__mro__ if c in FAMILIES), None)


class Refused(Exception):
    """What a writer raises for an argument that it can't write; the walk names the layer."""
