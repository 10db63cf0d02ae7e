"""Running a model as ONNX runs it: ONNX' axis order and names in and out, no batching."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from onnx_keras.containers import packed, unpacked
from onnx_keras.errors import InputError
from onnx_keras.layers.backend import native
from onnx_keras.layout.storing import from_stored, order_from_config, to_stored
from onnx_keras.model import Model, check_count, check_shapes, in_graph_order, onnx_shapes
from onnx_keras.orders import Inner, Order
from onnx_keras.places import graph_of, places_of
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
    results = function(struct_of(tensors))
    doors = getattr(model, "onnx_outputs", {})
    named = results if isinstance(results, Mapping) else dict.fromkeys(list(doors) or ["output"], results)
    return {n: at_the_door(named[n], doors.get(n, {})) for n in doors or named}


def struct_of(tensors: list[Any]) -> Any:
    """Give tensors as a model is called with them: a single one alone."""
    return tensors if len(tensors) > 1 or isinstance(tensors[0], dict) else tensors[0]


def at_the_door(tensor: Any, door: Mapping[str, Any]) -> Any:
    """Give an output as ONNX has it: an array, a list of them for a sequence, None for an empty optional value."""
    if isinstance(tensor, dict):
        whole = keras.tree.map_structure(lambda t: readable(np.asarray(ops.convert_to_numpy(t))), tensor)
        return unpacked(whole)
    return in_onnx_order(tensor, door.get("order"), door.get("dtype") or "")


def in_onnx_order(tensor: Any, order: Any, dtype: str = "") -> np.ndarray:
    """Give a stored tensor in ONNX' order and type."""
    return read_back(tensor, order_from_config(order), dtype)


def read_back(tensor: Any, order: Order | None, dtype: str) -> np.ndarray:
    array = uncarried(readable(np.asarray(ops.convert_to_numpy(tensor))), dtype)
    return array if order is None or order.rank != array.ndim else from_stored(array, order)


def readable(array: np.ndarray) -> np.ndarray:
    """Give text as Python has it; TensorFlow gives bytes."""
    if array.dtype.kind not in "OS":
        return array
    texts = [t.decode() if isinstance(t, bytes) else t for t in array.ravel()]
    return np.array(texts, object).reshape(array.shape)


def stored_inputs(model: keras.Model, inputs: Inputs) -> list[Any]:
    """Put arrays in ONNX' order into the order in which a model's inputs are stored."""
    doors = doors_of(model)
    arrays = taken(doors, inputs, "in ONNX" if knows_onnx(model) else "here")
    return [stored_input(a, door) for a, door in zip(arrays, doors.values())] or [np.zeros((1,), "float32")]


def knows_onnx(model: keras.Model) -> bool:
    return "inputs" in getattr(model, "info", {})


def doors_of(model: keras.Model) -> dict[str, dict[str, Any]]:
    """Describe the inputs of a model; one that knows no ONNX inputs takes them as they are, by Keras' names."""
    doors: dict[str, dict[str, Any]] = getattr(model, "onnx_inputs", {})
    if knows_onnx(model):
        return doors
    return {t.name: {"shape": list(t.shape), "dtype": None, "order": None} for t in graph_of(model).inputs}


def taken(doors: Mapping[str, Any], inputs: Inputs, where: str = "in ONNX") -> list[Any]:
    """Give what a model is run with in the order of the graph's inputs: arrays of their types, or containers.

    Raises:
        InputError: They are not those of the graph.
    """
    ordered = in_graph_order(inputs, doors)
    check_count(ordered, list(doors))
    arrays = [a if "container" in d else array_of(n, a, d) for a, (n, d) in zip(ordered, doors.items())]
    check_shapes(arrays, onnx_shapes(doors), where)
    return arrays


def array_of(name: str, value: Any, door: Mapping[str, Any]) -> np.ndarray:
    """Give an input as an array of its ONNX type."""
    dtype = door["dtype"]
    try:
        array = np.asarray(value)
        return array.astype(numpy_type(dtype), copy=False) if dtype and dtype != "string" else array
    except (TypeError, ValueError) as error:
        raise InputError(f"'{name}' takes {dtype}, and what was given can't be turned into that: {error}.") from None


def stored_input(value: Any, door: Mapping[str, Any]) -> Any:
    if "container" in door:
        return packed(value, tuple(door["container"]), door["rank"], numpy_type(door["dtype"]))
    order = order_from_config(door["order"])
    array = carried(value)
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
    model = graph_of(model)
    places = places_of(model)
    inner = Model(model.inputs, [place.tensor for place in places.values()])
    given = stored_inputs(model, inputs)
    results = traced(inner)(struct_of(given))
    results = results if isinstance(results, (list, tuple)) else [results]
    sizes = live_sizes(model, inputs)
    return {
        n: read_back(array, with_known(place.order, sizes), place.dtype)
        for (n, place), array in zip(places.items(), results)
    }


def live_sizes(model: Model, inputs: Inputs) -> dict[str, int]:
    """Give the named sizes of the inputs."""
    doors = doors_of(model)
    arrays = in_graph_order(inputs, doors)
    shapes = [door["shape"] or () for door in doors.values()]
    return {s: n for shape, a in zip(shapes, arrays) for s, n in zip(shape, np.shape(a)) if isinstance(s, str)}


def with_known(order: Order | None, sizes: Mapping[str, int]) -> Order | None:
    """Put live sizes in the place of their names in the factors of scrambled axes."""
    if order is None:
        return None
    inner = ((a, Inner(tuple(sizes.get(str(s), s) for s in i.sizes), i.stored)) for a, i in order.inner)
    return Order(order.axes, tuple(inner))
