"""From a plan to a Keras model: layers, weights put in stored order, functional wiring. Nothing is decided here."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import numpy as np

from onnx_keras.containers import leaves, parts_of
from onnx_keras.layers.base import Operator
from onnx_keras.layers.held import SMALL, constant, describe, digest, is_constant, is_weight
from onnx_keras.layers.internal import InFullPrecision
from onnx_keras.layout.learning import moves
from onnx_keras.layout.plan import Parameter, Plan, Step
from onnx_keras.layout.storing import order_config, stored_array
from onnx_keras.model import Model
from onnx_keras.naming import Names
from onnx_keras.orders import Order
from onnx_keras.program import Value
from onnx_keras.registry import OPERATORS
from onnx_keras.source import Source, kept
from onnx_keras.supporting import blamed_on
from onnx_keras.types import CARRIERS, carrier

Progress = Callable[[int, int], None]


def build(
    plan: Plan,
    name: str | None = None,
    progress: Progress | None = None,
    dtype_policy: Any = None,
    outside: Mapping[str, Any] | None = None,
) -> Model:
    """Make the model that a plan describes.

    Args:
        plan: The plan.
        name: The model's name; that of the graph by default.
        progress: Called after each layer with its number, from 0, and the bytes of its weights.
        dtype_policy: The policy of the layers; Keras' global one by default.
        outside: The tensors around a body.
    """
    policy = keras.dtype_policies.get(dtype_policy or keras.config.dtype_policy())
    names = Names()
    tensors = {n: make_input(plan, n, names, outside or {}) for n in plan.inputs}
    inputs = list(tensors.values()) or [keras.Input(shape=(), name="no_inputs")]
    tensors.setdefault("", keras.tree.flatten(inputs)[0])
    layers = []
    for number, step in enumerate(plan.steps):
        unranked = [n for n in (*step.inputs, *step.keywords.values()) if n and n not in plan.shapes]
        with blamed_on(step.name, step.operator[1], unranked):
            layer = make_layer(plan, step, names, policy, tensors)
            keep(tensors, step, connected(layer, step, tensors))
        layers.append(layer)
        if progress:
            progress(number, sum(p.constant.nbytes for p in step.parameters.values()))
    outputs = {n: as_promised(plan, n, tensors[place.tensor], policy, names) for n, place in plan.outputs.items()}
    source = keep_source(plan, layers)
    info = information(plan)
    if layers:
        vars(layers[0])["model_info"] = info
    return Model(
        inputs if len(inputs) > 1 or isinstance(inputs[0], dict) else inputs[0],
        outputs if len(outputs) > 1 or any(isinstance(t, dict) for t in outputs.values()) else outputs.popitem()[1],
        name=Names().safe(name or plan.name or "model"),
        info=None if layers else {**info, "source": source.key} if source else info,
    )


def keep_source(plan: Plan, layers: list[Any]) -> Source | None:
    """Leave the file with the layers, without the tensors whose elements their variables hold."""
    if plan.origin is None:
        return None
    every = [inner for layer in layers for inner in layer._flatten_layers() if isinstance(inner, Operator)]
    held = {what["source"] for layer in every for what in weights(layer) if isinstance(what.get("source"), int)}
    source = kept(plan.origin(held - inexact(every)))
    for layer in every:
        layer.__dict__["source"] = source
    return source


def weights(layer: Any) -> Iterator[dict[str, Any]]:
    """Give the descriptions of a layer's weights."""
    return (what for what in layer.held.values() if is_weight(what))


def inexact(layers: list[Any]) -> set[Any]:
    """Name the tensors whose element type the backend's variables don't have."""
    return {
        what.get("source")
        for layer in layers
        for name, what in layer.held.items()
        if is_weight(what) and keras.backend.standardize_dtype(layer._values[name].dtype) != what["dtype"]
    }


def connected(layer: Any, step: Step, tensors: dict[str, Any]) -> Any:
    """Call a layer on what it reads."""
    return layer(*[tensors[n] for n in step.inputs], **{k: tensors[n] for k, n in step.keywords.items()})


def keep(tensors: dict[str, Any], step: Step, results: Any) -> None:
    """Note the tensors that a layer gave."""
    values = results if isinstance(results, (list, tuple)) else (results,)
    tensors.update(zip(step.outputs, values))


def make_input(plan: Plan, name: str, names: Names, outside: Mapping[str, Any]) -> Any:
    if name in plan.containers:
        return make_parts(container_parts(plan, name), name.replace("/", "_"), names)
    shape = plan.shapes.get(name)
    if shape is None:  # Keras knows no tensors without a rank
        shape = (None,) * len(outside[plan.outside[name]].shape)
    names.taken.add(name.replace("/", "_").lower())
    return keras.Input(batch_shape=shape, dtype=carrier(plan.dtypes[name]) or "float32", name=name.replace("/", "_"))


def container_parts(plan: Plan, name: str) -> Any:
    value = plan.containers[name]
    element = value.element or value
    return parts_of(value.container, element.shape, carrier(element.dtype or "float32"))


def make_parts(parts: Any, name: str, names: Names) -> Any:
    """Make the inputs that a sequence or an optional value is made of."""
    if isinstance(parts, dict):
        return {n: make_parts(p, f"{name}.{n}", names) for n, p in parts.items()}
    names.taken.add(name.lower())
    return keras.Input(batch_shape=parts[0], dtype=parts[1], name=name)


def as_promised(plan: Plan, name: str, tensor: Any, policy: Any, names: Names) -> Any:
    """Give an output in full precision, as Keras' guide to mixed precision asks for it."""
    is_float32 = plan.dtypes[plan.outputs[name].tensor] == "float32"
    if not is_float32 or policy.compute_dtype == policy.variable_dtype:
        return tensor
    return InFullPrecision(name=names.safe(f"{name} in float32"), dtype="float32")(tensor)


def make_layer(plan: Plan, step: Step, names: Names, policy: Any, tensors: Mapping[str, Any]) -> Any:
    """Make the layer of a step."""
    cls = OPERATORS[step.operator]
    arrays = {n: stored_array(p) for n, p in step.parameters.items()}
    name = names.safe(step.name)
    plans = {n: v for n, v in step.attributes.items() if isinstance(v, Plan)}
    bodies = {n: build(v, f"{name}_{n}", dtype_policy=policy, outside=tensors) for n, v in plans.items()}
    layer = cls(
        name=name,
        dtype=policy,
        held={n: held(v, arrays.get(n), moves(cls, n)) for n, v in step.held.items()},
        returns=step.returns,
        spec=spec(plan, step),
        orders=[order_config(o) for o in step.orders],
        onnx_name=step.name,
        carries=step.carries,
        trainable=bool(bodies) or not arrays or not all(p.is_frozen for p in step.parameters.values()),
        onnx_outputs=step.outputs,
        reads=reads(plan, step),
        gives=[value_of(plan, n) for n in step.outputs] if step.operator[0] == "onnx_keras" else (),
        **{**step.attributes, **bodies},
    )
    layer.fill({n: a for n, a in arrays.items() if not is_constant(layer.held[n])})
    return layer


def reads(plan: Plan, step: Step) -> list[Any]:
    """Say which ONNX values the tensors are that a layer is called with; an anchor is none."""
    named = ("" if k == "anchor" else n for k, n in sorted(step.keywords.items()))
    return [value_of(plan, n) for n in (*step.inputs, *named)]


def value_of(plan: Plan, tensor: str) -> list[Any]:
    """Say which ONNX value a tensor is, none between two moves, and how it is stored unless that is ONNX' order."""
    value, order = plan.held.get(tensor, ("", None))
    return [value, None if order is None or order.is_onnx else order_config(order)]


def held(value: Any, array: np.ndarray | None, is_moved: bool) -> Any:
    """Turn a parameter into what the layer holds: a weight, or a small constant, which stays as it is."""
    if array is None:
        return value
    if not (value.trainable or is_moved) and array.size <= SMALL and (array.size <= 1 or array.dtype.kind != "f"):
        return constant(array)
    return describe(
        array,
        value.trainable,
        initializer=value.name,
        onnx_shape=value.constant.shape if value.constant.onnx_shape is None else value.constant.onnx_shape,
        order=order_config(value.order),
        **source_of(value, array),
        reason=value.reason,
        **({"copies": value.copies} if value.copies else {}),
        **({"frozen": True} if value.trainable and value.is_frozen else {}),
    )


def source_of(parameter: Parameter, array: np.ndarray) -> dict[str, Any]:
    """Say which tensor or attribute of the file a weight is; unless it is a tensor, how to tell whether it has changed."""
    source, attribute = parameter.constant.source, parameter.constant.attribute
    if array.dtype.kind == "O":
        return {}  # text stays in the file: it never changes
    if attribute:
        return {"attribute": list(attribute), "digest": digest(array)} if parameter.trainable else {}
    return {"source": source, "digest": digest(array)} if isinstance(source, str) else {"source": source}


def spec(plan: Plan, step: Step) -> Any:
    """State what goes in and what comes out, if all of it is known."""
    given = [*step.inputs, *(step.keywords[k] for k in sorted(step.keywords))]
    stated = {n: stated_parts(plan, n) for n in (*given, *step.outputs) if n}
    if None in stated.values():
        return None
    return (("float32", *(p for n in given if n for p in leaves(stated[n]))), tuple(stated[n] for n in step.outputs))


def stated_parts(plan: Plan, name: str) -> Any:
    """State shape and type of a tensor, or of the parts of a container; None where they aren't known."""
    if name in plan.containers:
        return container_parts(plan, name)
    return (plan.shapes[name], carrier(plan.dtypes[name])) if name in plan.shapes and plan.dtypes.get(name) else None


def information(plan: Plan) -> dict[str, Any]:
    """Say what the model keeps of its ONNX file."""
    return {
        "data_format": plan.data_format,
        "inputs": {n: door(plan, n, n, o) for n, o in plan.inputs.items()},
        "outputs": {
            n: door(plan, n, p.tensor, p.order) | {"holds": value_of(plan, p.tensor)} for n, p in plan.outputs.items()
        },
        "moves": len(plan.moves),
        "carried": {n: t for n, t in plan.dtypes.items() if t in CARRIERS},
        "views": {n: [p.tensor, order_config(p.order)] for n, p in plan.stored.items() if p.tensor != n},
    }


def door(plan: Plan, name: str, tensor: str, order: Order | None) -> dict[str, Any]:
    shape = plan.onnx_shapes[name]
    return {
        "shape": None if shape is None else [s if isinstance(s, int) else str(s) for s in shape],
        "dtype": plan.dtypes.get(tensor) or None,
        "order": order_config(order),
        "map_keys": list(plan.map_keys.get(name, ())),
        **(container_door(plan.containers[name]) if name in plan.containers else {}),
    }


def container_door(value: Value) -> dict[str, Any]:
    """Say what a sequence or optional value holds."""
    element = value.element or value
    rank = None if element.shape is None else len(element.shape)
    return {"container": list(value.container), "dtype": element.dtype or "float32", "rank": rank}
