"""Models in place of graphs: calling them on a list, and what they give."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import ops


def run_body(body: keras.Model, given: Sequence[Any]) -> list[Any]:
    """Call a body on a value for each of its inputs, and list what it gives."""
    tensors = list(given) or [ops.zeros((1,))]
    return listed(body, body(tensors if len(body.inputs) > 1 else tensors[0]))


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
    return [tuple(t.shape) if i >= len(known) or known[i] else None for i, t in enumerate(tensors)]


def input_shapes(body: keras.Model) -> list[Any]:
    return shapes_of(body.inputs, getattr(body, "onnx_inputs", {}))


def specs_of(body: keras.Model) -> list[tuple[Any, str]]:
    """List the shape, None where the rank is unknown, and the type of each result."""
    return [(shape, t.dtype) for shape, t in zip(result_shapes(body), results_of(body))]


def result_shapes(body: keras.Model) -> list[Any]:
    return shapes_of(results_of(body), getattr(body, "onnx_outputs", {}))


def covering(a: Any, b: Any) -> Any:
    """Describe a tensor that is like one of two; Keras needs a rank, so the first one's where they differ."""
    same = len(a.shape) == len(b.shape)
    shape = tuple(x if same and x == b.shape[i] else None for i, x in enumerate(a.shape))
    return keras.KerasTensor(shape, dtype=a.dtype)


def same_types(after: Sequence[Any], before: Sequence[Any]) -> list[Any]:
    """Give carried tensors the types they had: a policy may compute in another one."""
    return [a if a.dtype == b.dtype else ops.cast(a, b.dtype) for a, b in zip(after, before)]
