"""Models that still are the graph that they were loaded from: these come back node for node."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import keras
import onnx

from onnx_keras.containers import leaves
from onnx_keras.exporting.attributes import put_attributes
from onnx_keras.exporting.drafting import Draft
from onnx_keras.exporting.filling import fill
from onnx_keras.exporting.variables import held_by
from onnx_keras.layers.base import Operator
from onnx_keras.layers.configuring import frozen, is_onnx
from onnx_keras.source import Source, known


def whole(model: Any) -> Draft | None:
    """Give the file that a model was loaded from, with the weights of now; None if it is no longer that graph."""
    source, info = source_of(model), info_of(model)
    if source is None or not source.content or not is_whole(model, source, info):
        return None
    frame = frame_of(source)
    if not has_doors(frame.graph, info["inputs"], info["outputs"]):
        return None
    layers = list(model._flatten_layers(include_self=False))
    put_attributes(frame, layers)
    return fill(frame, held_by(layers))


def has_doors(graph: onnx.GraphProto, inputs: Iterable[str], outputs: Iterable[str]) -> bool:
    """Say whether the inputs and outputs of a graph are these; initializers that may be replaced are no inputs."""
    own = {tensor.name for tensor in graph.initializer}
    return [i.name for i in graph.input if i.name not in own] == list(inputs) and [
        o.name for o in graph.output
    ] == list(outputs)


def frame_of(source: Source) -> onnx.ModelProto:
    """Read the file of a source; tensors that became variables have no elements."""
    return onnx.ModelProto.FromString(zlib.decompress(source.content))


def info_of(model: Any) -> dict[str, Any]:
    """Find what a model knows of its file."""
    found = (getattr(layer, "model_info", None) for layer in model.layers)
    return getattr(model, "info", None) or next((info for info in found if info), {})


def source_of(model: Any) -> Source | None:
    """Find the source that all layers of a model share."""
    keys = {layer.source.key for layer in model.layers if isinstance(layer, Operator) and layer.source is not None}
    keys |= {key} if (key := info_of(model).get("source")) else set()
    return known(keys.pop()) if len(keys) == 1 else None


def is_whole(model: Any, source: Source, info: dict[str, Any]) -> bool:
    """Say whether a model computes the outputs of the graph from its inputs by the layers that were made of it."""
    inputs, outputs = info["inputs"], info["outputs"]
    doors = [model._inputs_struct] if len(inputs) < 2 else list(model._inputs_struct)
    firsts = [keras.tree.flatten(t)[0].name for t in doors]
    safe = [n.replace("/", "_") for n in inputs]
    if len(safe) not in (0, len(firsts)) or any(f != n and not f.startswith(f"{n}.") for f, n in zip(firsts, safe)):
        return False
    orders = [None if is_onnx(door["order"]) else frozen(door["order"]) for door in inputs.values()]
    held: dict[tuple[int, ...], Any] = dict(zip(map(key_of, doors), zip(inputs, orders)))
    for node in calls(model):
        layer = node.operation
        if getattr(layer, "passes_on", False):
            held[key_of(node.outputs)] = held.get(key_of(node.input_tensors))
            continue
        if not isinstance(layer, Operator) or layer.source is not source or not reads_right(layer, node, held):
            return False
        held.update(zip(map(key_of, results_of(layer, node)), layer.gives))
    given = {n: held.get(key_of(t)) for n, t in named_outputs(model, outputs).items()}
    return given == {n: frozen(door.get("holds")) for n, door in outputs.items()}


def key_of(value: Any) -> tuple[int, ...]:
    """Tell a tensor from others, or the tensors that make up a sequence or an optional value."""
    return tuple(map(id, keras.tree.flatten(value)))


def results_of(layer: Any, node: Any) -> list[list[Any]]:
    """Sort the tensors that come out of a layer by the values that they make up."""
    counts = (
        [1] * len(layer.gives) if len(layer.gives) == len(node.outputs) else [len(leaves(p)) for p in layer._spec[1]]
    )
    tensors = iter(node.outputs)
    return [[next(tensors) for _ in range(n)] for n in counts] if len(counts) > 1 else [list(tensors)]


def named_outputs(model: Any, names: Iterable[str]) -> dict[str, Any]:
    """Give the symbolic outputs of a model by name: their own in a dict, else those given, in order."""
    return dict(model.output) if isinstance(model.output, Mapping) else dict(zip(names, model.outputs, strict=False))


def calls(model: Any) -> Iterator[Any]:
    """List the calls of layers in a model in an order in which they can run."""
    for depth in sorted(model._nodes_by_depth, reverse=True):
        yield from (node for node in model._nodes_by_depth[depth] if not node.is_input)


def reads_right(layer: Any, node: Any, held: dict[tuple[int, ...], Any]) -> bool:
    """Say whether a layer is called with the values that it was made for, stored as it expects them."""
    named = sorted((k, t) for k, t in node.arguments.kwargs.items() if k != "training" and t is not None)
    given = [*((None, t) for t in node.arguments.args), *named]
    return len(given) == len(layer.reads) and all(
        name == "anchor" or held.get(key_of(t)) == value for (name, t), value in zip(given, layer.reads)
    )
