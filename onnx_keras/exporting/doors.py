"""What goes into a model and comes out of it, by the names and in the axis order of its ONNX file where it has one."""

from collections.abc import Iterator, Mapping
from typing import Any

import keras

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.imported import in_onnx_order
from onnx_keras.exporting.moving import in_keras_axes
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.layers.base import Operator
from onnx_keras.layout.storing import order_from_config
from onnx_keras.orders import Order, image_order, onnx_order
from onnx_keras.places import info_of

Door = tuple[str, Order, tuple[Any, ...] | None]


def entries(op: Graph, model: Any) -> list[Tensor]:
    """Make the inputs of a model those of the graph."""
    doors = known_doors(model)
    return [entry(op, t, doors[i] if doors else door_of(model, t)) for i, t in enumerate(model.inputs)]


def known_doors(model: Any) -> list[Door]:
    """Give the inputs as a model that came from a file knows them."""
    doors: dict[str, Any] = info_of(model).get("inputs", {})
    if [d.get("tensor", n.replace("/", "_")) for n, d in doors.items()] != [t.name for t in model.inputs]:
        return []
    ranks = [len(t.shape) for t in model.inputs]
    return [
        (n, order_from_config(d["order"]) or onnx_order(r), d["shape"] and tuple(d["shape"]))
        for r, (n, d) in zip(ranks, doors.items())
    ]


def door_of(model: Any, tensor: Any) -> Door:
    """Give an input as the layer knows it that reads it; one that only Keras' own layers read is as Keras has it."""
    name, order = next(readings(model, tensor), (tensor.name, None))
    return name, order or onnx_order(len(tensor.shape)), None


def readings(model: Any, tensor: Any) -> Iterator[tuple[str, Order | None]]:
    """Say as which values of a file a tensor is read, in inner models too."""
    for node in (n for nodes in model._nodes_by_depth.values() for n in nodes if not n.is_input):
        layer, given = node.operation, node.arguments
        if isinstance(layer, Operator):
            tensors = [*given.args, *(given.kwargs[k] for k in sorted(given.kwargs))]
            yield from ((n, order_from_config(o)) for t, (n, o) in zip(tensors, layer.reads) if t is tensor and n)
        elif isinstance(layer, keras.Model) and hasattr(
            inner := getattr(layer, "_functional", layer), "_nodes_by_depth"
        ):
            places = [i for i, t in enumerate(node.input_tensors) if t is tensor]
            doors = known_doors(inner)
            yield from (
                (doors[i][0], doors[i][1]) if doors else r for i in places for r in readings(inner, inner.inputs[i])
            )


def entry(op: Graph, tensor: Any, door: Door) -> Tensor:
    """Make one input; the first axis is the batch where its size is unknown."""
    name, order, names = door
    dtype, shape = op.files.type_of(name, keras.backend.standardize_dtype(tensor.dtype)), tuple(tensor.shape)
    inside = Tensor(name, order, shape, dtype)
    sizes = [
        names[i] if s is None and names else dim_name(name, i) if s is None else s
        for i, s in enumerate(inside.onnx_shape)
    ]
    return inside.become(op.input(name, dtype, sizes))


def dim_name(name: str, axis: int) -> str:
    return "batch" if axis == 0 else f"{name}_dim_{axis}"


def exits(op: Graph, model: Any, tensors: list[Tensor]) -> list[tuple[str, Tensor]]:
    """Name the outputs of a model and give them.

    Values of ONNX files are given as they are there, and so are images that Keras' own layers make of them; all other
    tensors are given as Keras has them.
    """
    found = dict(zip(map(id, model.outputs), tensors))
    doors: dict[str, Any] = info_of(model).get("outputs", {}) if hasattr(model, "onnx_outputs") else {}
    named = named_outputs(model, doors)
    return [exit_of(op, n, found[id(t)], doors.get(n)) for n, t in named]


def named_outputs(model: Any, doors: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Pair outputs with their names, which may be the same for outputs of one layer."""
    struct = model._outputs_struct
    if isinstance(struct, Mapping):
        return [(str(n), struct[n]) for n in (doors if set(doors) == set(struct) else sorted(struct))]
    names = list(doors) if len(doors) == len(model.outputs) else model.output_names
    return list(zip(names, model.outputs))


def exit_of(op: Graph, name: str, x: Tensor, door: Mapping[str, Any] | None) -> tuple[str, Tensor]:
    """Give one output: by the name that a model from a file has for it, by that of the value, or by Keras' name."""
    if door is not None:
        order = order_from_config(door["order"]) or onnx_order(x.rank)
        value = op.files.value_like(op, name, x) or in_onnx_order(op, x, order)
        return name, x.become(value, order=order)
    if op.files.made(x.name):
        return x.name, x
    is_image = op.files.files and x.rank > 2 and x.order == image_order(x.rank, "channels_last")
    return name, x if is_image else in_keras_axes(op, x)
