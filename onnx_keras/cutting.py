"""`cut`: a part of a model, from any ONNX values to any others, as a model of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from onnx_keras.arguments import names_in
from onnx_keras.arranging import arranged
from onnx_keras.errors import InputError
from onnx_keras.layers.internal import Move, Result
from onnx_keras.layout.storing import order_config, order_from_config
from onnx_keras.model import Model
from onnx_keras.naming import Names
from onnx_keras.orders import Order, image_order, onnx_order
from onnx_keras.places import Place, graph_of, info_of, nodes_of, output_places, place_of, places_of
from onnx_keras.rewiring import Rewiring, images_of

Wanted = str | Sequence[str] | None


def cut(model: keras.Model, outputs: Wanted = None, inputs: Wanted = None, *, name: str | None = None) -> Model:
    """Take the part of a model between some values and others.

    The part shares its layers with the model, as Keras' own `keras.Model(model.input, layer.output)` does: what trains
    one trains the other. Images are given and taken in the data format's order, all other values in ONNX' order;
    `onnx_inputs` and `onnx_outputs` of the part say which it is.

    Args:
        model: A model from `load`, or one that holds its layers.
        outputs: The ONNX names of the values to give; by default the outputs of the model.
        inputs: The ONNX names of the values to begin at; by default those inputs of the model that are needed.
        name: The name of the part; that of the model by default.

    Returns:
        A functional model, with one output or a dict of them by name.

    Raises:
        UnknownNameError: The model computes no value of such a name; the message lists the closest ones.
        InputError: The outputs need more than the inputs named, no outputs or no inputs are named, or the model has no
            graph of layers.
        LayoutError: A value is stored in another order than ONNX', and its sizes are not enough to put it back.

    Example:
        >>> body = onnx_keras.cut(model, outputs="/avgpool/GlobalAveragePool_output_0")
        >>> head = onnx_keras.cut(model, inputs="/layer4/layer4.1/relu/Relu_output_0")
    """
    model = graph_of(model)
    source = Source(model)
    given = output_places(model)
    ends = {n: given.get(n) or source.place(n) for n in listed("outputs", outputs, list(given))}
    entries, known = entrances(source, listed("inputs", inputs, ()))
    rewiring = Rewiring(model, known, [place.tensor for place in ends.values()])
    if inputs is None:
        entries = rewiring.needed_inputs()
    elif missing := rewiring.missing_inputs():
        raise InputError(
            f"{', '.join(map(repr, ends))} can't be computed from {', '.join(map(repr, entries))} alone, only with "
            f"{', '.join(map(repr, missing))}. Add that to inputs, or values between it and the outputs."
        )
    tensors = rewiring.run(next(iter(entries.values())))
    orders = {n: p.order if n in given else source.door_order(n, p) for n, p in ends.items()}
    sizes = source.sizes(entries)
    results = {n: arranged(t, ends[n].order, orders[n], n, source.names, sizes) for n, t in zip(ends, tensors)}
    return assembled(source, entries, results, orders, name)


def listed(what: str, names: Wanted, default: Sequence[str]) -> list[str]:
    return list(default) if names is None else names_in(names, f"{what} is a name of a value or several", least=1)


@dataclass
class Source:
    """A model that another one is made from.

    Attributes:
        model: The model.
        info: What it knows of its ONNX file.
        names: The names that layers have.
        orders: The orders in which new inputs come.
    """

    model: keras.Model
    info: dict[str, Any] = field(init=False)
    names: Names = field(init=False)
    orders: dict[str, Order | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.info, self.names = info_of(self.model), Names()
        self.names.taken |= {layer.name.lower() for layer in self.model.layers}
        self.places, self.images = places_of(self.model), images_of(self.model)

    def place(self, name: str) -> Place:
        return place_of(self.model, self.places, name)

    def sizes(self, inputs: Mapping[str, Any]) -> dict[str, tuple[Any, int]]:
        """Find the sizes that the file names in inputs of the model."""
        found: dict[str, tuple[Any, int]] = {}
        for name, door in self.info.get("inputs", {}).items():
            order = order_from_config(door["order"])
            if name in inputs and order is not None:
                named = ((size, (inputs[name], i)) for i, size in enumerate(order.stored(door["shape"])))
                found.update({size: place for size, place in named if isinstance(size, str)})
        return found

    def dtype(self, name: str) -> str:
        """Name the type of a value whose elements a tensor only carries."""
        return self.places[name].dtype if name in self.places else ""

    def door_order(self, name: str, place: Place) -> Order | None:
        """Choose the order in which a value comes or goes: images in the data format's, others in ONNX' own."""
        if place.order is None:
            return None
        is_image = id(place.tensor) in self.images and name not in self.info.get("views", {})
        data_format = self.info.get("data_format", "channels_first")
        return image_order(place.order.rank, data_format) if is_image else onnx_order(place.order.rank)


def entrances(source: Source, names: Sequence[str]) -> tuple[dict[str, Any], dict[int, Any]]:
    """Make the inputs that stand for values; give them by name, and what each tensor becomes, by its id."""
    entries: dict[str, Any] = {}
    known: dict[int, Any] = {}
    for name in names:
        place = source.place(name)
        if place.tensor in source.model.inputs:
            entries[name] = known[id(place.tensor)] = place.tensor
            continue
        order = source.orders[name] = source.door_order(name, place)
        entries[name] = entrance(source, name, place, order)
        known[id(place.tensor)] = arranged(entries[name], order, place.order, name, source.names)
    return entries, known


def entrance(source: Source, name: str, place: Place, order: Order | None) -> Any:
    shape = place.tensor.shape
    if place.order is not None and order is not None:
        shape = order.stored(onnx_shape(place.tensor, place.order))
    return keras.Input(batch_shape=shape, dtype=place.tensor.dtype, name=source.names.safe(name))


def onnx_shape(tensor: Any, order: Order | None) -> tuple[int | None, ...]:
    """Give the shape of a stored tensor in ONNX' order."""
    if order is None:
        return tuple(tensor.shape)
    return tuple(tensor.shape[order.position(axis)] for axis in range(order.rank))


def assembled(
    source: Source,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    orders: Mapping[str, Order | None],
    name: str | None,
) -> Model:
    """Make a model that knows its ONNX names from symbolic tensors."""
    first, *others = outputs
    doors = source.info.get("inputs", {})
    knows_inputs = not source.info or bool(doors)
    info = {
        **source.info,
        "data_format": source.info.get("data_format", keras.config.image_data_format()),
        "inputs": {
            n: doors.get(n) or {**door(t, source.orders.get(n), source.dtype(n)), "tensor": t.name}
            for n, t in inputs.items()
            if knows_inputs
        },
        "outputs": {
            n: source.info.get("outputs", {}).get(n) or door(t, orders.get(n), source.dtype(n))
            for n, t in outputs.items()
        },
    }
    result = Result(model_info=info, name=source.names.safe("result"), dtype="float32")
    results = {first: result(outputs[first]), **{n: outputs[n] for n in others}}
    model = Model(
        list(inputs.values()) if len(inputs) > 1 else next(iter(inputs.values())),
        results if others else results[first],
        name=name or source.model.name,
        info=info,
    )
    info["moves"] = sum(isinstance(node.operation, Move) for node in nodes_of(model))
    return model


def door(tensor: Any, order: Order | None, dtype: str) -> dict[str, Any]:
    """Describe an input or output as `load` does; sizes that have no name are None."""
    shape = list(onnx_shape(tensor, order))
    dtype = dtype or keras.backend.standardize_dtype(tensor.dtype)
    return {"shape": shape, "dtype": dtype, "order": order_config(order), "map_keys": []}
