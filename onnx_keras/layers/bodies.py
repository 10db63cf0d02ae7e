"""Models in place of graphs: calling them on a list, and what they give."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import ops


def run_body(body: keras.Model, given: Sequence[Any]) -> list[Any]:
    """Call a body on a value for each of its inputs, and list what it gives."""
    tensors = [ops.convert_to_tensor(t) if isinstance(t, keras.Variable) else t for t in given] or [ops.zeros((1,))]
    alone = isinstance(body._inputs_struct, keras.KerasTensor)
    return listed(body, body(tensors[0] if alone else tensors))


def inputs_of(body: keras.Model) -> list[Any]:
    """List the symbolic tensors that a body takes."""
    struct = body._inputs_struct
    return list(struct) if isinstance(struct, (list, tuple)) else [struct]


def results_of(body: keras.Model) -> list[Any]:
    """List the symbolic tensors that a body gives."""
    return listed(body, body._outputs_struct)


def listed(body: keras.Model, results: Any) -> list[Any]:
    """Put what a body gave in the order of the graph's outputs."""
    names = list(getattr(body, "onnx_outputs", ()))
    if isinstance(results, Mapping):
        return [results[n] for n in names or results]
    return list(results) if isinstance(results, (list, tuple)) else [results]


def shapes_of(tensors: Sequence[Any], doors: Mapping[str, Any]) -> list[Any]:
    """List what is known of the shapes of symbolic tensors: nothing where ONNX doesn't know the rank."""
    known = [door["shape"] is not None for door in doors.values()]
    return [shape_of(t, i >= len(known) or known[i]) for i, t in enumerate(tensors)]


def shape_of(tensor: Any, known: bool = True) -> Any:
    if isinstance(tensor, dict):
        return {n: shape_of(part) for n, part in tensor.items()}
    return tuple(tensor.shape) if known else None


def input_shapes(body: keras.Model) -> list[Any]:
    return shapes_of(inputs_of(body), getattr(body, "onnx_inputs", {}))


def specs_of(body: keras.Model) -> list[tuple[Any, str]]:
    """List the shape, None where the rank is unknown, and the type of each result that is a tensor."""
    return [(shape, getattr(t, "dtype", "")) for shape, t in zip(result_shapes(body), results_of(body))]


def result_shapes(body: keras.Model) -> list[Any]:
    return shapes_of(results_of(body), getattr(body, "onnx_outputs", {}))


def is_optional(value: Any) -> bool:
    return isinstance(value, dict) and "has_element" in value


def wrapped(value: Any, like: Any) -> Any:
    """Make an optional value of what is carried on in the place of one."""
    if is_optional(value) or not is_optional(like):
        return value
    return {"has_element": ops.convert_to_tensor(True), "value": value}


def unwrapped(value: Any, like: Any) -> Any:
    """Undo that where the body gives no optional value."""
    return value["value"] if is_optional(value) and not is_optional(like) else value


def covering(a: Any, b: Any) -> Any:
    """Describe a tensor that is like one of two; Keras needs a rank, so the first one's where they differ."""
    a = unwrapped(a, b)
    if isinstance(a, dict):
        return {n: covering(a[n], b[n]) for n in a}
    same = len(a.shape) == len(b.shape)
    shape = tuple(x if same and x == b.shape[i] else None for i, x in enumerate(a.shape))
    return keras.KerasTensor(shape, dtype=a.dtype)


def same_types(after: Sequence[Any], before: Sequence[Any]) -> list[Any]:
    """Give carried tensors the types they had: a policy may compute in another one."""
    return [same_type(wrapped(a, b), b) for a, b in zip(after, before)]


def same_type(after: Any, before: Any) -> Any:
    if isinstance(after, dict):
        return {n: same_type(after[n], before[n]) for n in after}
    return after if after.dtype == before.dtype else ops.cast(after, before.dtype)
