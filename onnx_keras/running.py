"""Running a model as ONNX runs it: ONNX' axis order and names in and out, no batching."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layout.storing import from_stored, order_from_config, to_stored
from onnx_keras.model import Model, in_graph_order
from onnx_keras.types import carried, numpy_type, uncarried

Inputs = Mapping[str, Any] | Sequence[Any] | Any


def run(model: keras.Model, inputs: Inputs, *, trace: bool = True) -> Any:
    """Run a model on tensors in ONNX' axis order, whatever order it stores them in.

    Nothing is split into batches, so models whose axis 0 is not a batch run too.

    Args:
        model: A model from `load`.
        inputs: Arrays by ONNX name, or a list of them in the order of the graph's inputs.
        trace: Whether the model is compiled first: `tf.function` on TensorFlow, `jit` on JAX. What was compiled is kept.

    Returns:
        An array, or a dict of them by ONNX name where the graph has several outputs.

    Raises:
        InputError: The inputs are not those of the graph.
    """
    results = outputs_of(model, stored_inputs(model, inputs), trace)
    return next(iter(results.values())) if len(results) == 1 else results


def outputs_of(model: keras.Model, tensors: list[Any], trace: bool) -> dict[str, np.ndarray]:
    """Run a model on stored tensors and give every output in ONNX' order by its name."""
    function = traced(model) if trace else model
    struct = tensors if len(tensors) > 1 else tensors[0]
    results = function(struct)
    doors = getattr(model, "onnx_outputs", {})
    named = results if isinstance(results, Mapping) else dict.fromkeys(list(doors) or ["output"], results)
    return {n: at_the_door(named[n], doors.get(n, {})) for n in doors or named}


def at_the_door(tensor: Any, door: Mapping[str, Any]) -> np.ndarray:
    return in_onnx_order(tensor, door.get("order"), door.get("dtype") or "")


def in_onnx_order(tensor: Any, order: Any, dtype: str = "") -> np.ndarray:
    """Give a stored tensor in ONNX' order and type."""
    array = uncarried(readable(np.asarray(ops.convert_to_numpy(tensor))), dtype)
    known = order_from_config(order)
    return array if known is None or known.rank != array.ndim else from_stored(array, known)


def readable(array: np.ndarray) -> np.ndarray:
    """Give text as Python has it; TensorFlow gives bytes."""
    if array.dtype.kind not in "OS":
        return array
    texts = [t.decode() if isinstance(t, bytes) else t for t in array.ravel()]
    return np.array(texts, object).reshape(array.shape)


def stored_inputs(model: keras.Model, inputs: Inputs) -> list[Any]:
    """Put arrays in ONNX' order into the order in which a model's inputs are stored."""
    doors = getattr(model, "onnx_inputs", {})
    ordered = in_graph_order(inputs, doors)
    if not doors:
        return [np.zeros((1,), "float32")]
    return [stored_input(a, door) for a, door in zip(ordered, doors.values(), strict=True)]


def stored_input(value: Any, door: Mapping[str, Any]) -> Any:
    array = np.asarray(value)
    order = order_from_config(door["order"])
    if door["dtype"] and door["dtype"] != "string":
        array = carried(array.astype(numpy_type(door["dtype"]), copy=False))
    return array if order is None or order.rank != array.ndim else np.asarray(to_stored(array, order), order="C")


def traced(model: keras.Model) -> Callable[[Any], Any]:
    """Give a compiled form of a model, made once."""
    found: Callable[[Any], Any] | None = vars(model).get("_onnx_keras_traced")
    if found is None:
        found = native.compiled(model)
        model.__dict__["_onnx_keras_traced"] = found
    return found


def values(model: Model, inputs: Inputs) -> dict[str, np.ndarray]:
    """Give every value between the inputs and the outputs, by its ONNX name and in ONNX' axis order.

    Args:
        model: A model from `load`.
        inputs: What `run` takes.

    Returns:
        An array for each value, in the order in which they are computed. Values that were folded into constants or
        that only hold sizes are not computed, and not here.
    """
    tensors, orders = all_tensors(model)
    inner = Model(model.inputs, list(tensors.values()))
    given = stored_inputs(model, inputs)
    results = traced(inner)(given if len(given) > 1 else given[0])
    results = results if isinstance(results, (list, tuple)) else [results]
    arrays = dict(zip(tensors, results))
    types = model.info.get("carried", {})
    found = {n: in_onnx_order(arrays[n], orders[n], types.get(n, "")) for n in arrays}
    views = {
        n: in_onnx_order(arrays[t], order, types.get(t, ""))
        for n, (t, order) in model.info.get("views", {}).items()
        if t in arrays
    }
    return {**found, **views}


def all_tensors(model: Model) -> tuple[dict[str, Any], dict[str, Any]]:
    """Name all symbolic tensors of a model and the orders in which they are stored."""
    tensors: dict[str, Any] = {}
    orders: dict[str, Any] = {}
    for (name, door), tensor in zip(model.onnx_inputs.items(), model.inputs):
        tensors[name], orders[name] = tensor, door["order"]
    for layer in model.layers:
        names = getattr(layer, "onnx_outputs", ())
        own = getattr(layer, "orders", ())[-len(names) or None :]
        for i, name in enumerate(names):
            if layer.domain != "onnx_keras":
                tensors[name] = layer._inbound_nodes[0].output_tensors[i]
                orders[name] = own[i] if own else None
    return tensors, orders
