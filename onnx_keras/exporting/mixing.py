"""Models that are a part of an ONNX file, or parts of files and Keras' own layers together."""

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import onnx
import onnx_ir as ir

from onnx_keras.exporting import keras_layers, operations
from onnx_keras.exporting.doors import entries, exits
from onnx_keras.exporting.drafting import Draft
from onnx_keras.exporting.files import SMALL
from onnx_keras.exporting.graph import DEFAULT_OPSET, OLDEST_OPSET, Graph, ir_version
from onnx_keras.exporting.imported import Files
from onnx_keras.exporting.own_nodes import least_opset
from onnx_keras.exporting.taking import File, Scope
from onnx_keras.exporting.walking import calls, functional, walk
from onnx_keras.exporting.whole import frame_of
from onnx_keras.graph.external import byte_count
from onnx_keras.graph.inspection.walking import opsets, tensors
from onnx_keras.graph.origin import put_aside
from onnx_keras.layers.base import Operator

__all__ = ["keras_layers", "mixed", "operations"]


def mixed(model: Any, opset: int | None = None) -> Draft:
    """Write any functional or Sequential model.

    Args:
        model: The model.
        opset: The version of the standard to write in; by default that of the model's ONNX file, or the oldest newer
            one that has what Keras' own layers need.

    Raises:
        ExportError: A layer has no form in ONNX, or not on what it is called with.
    """
    graph = functional(model)
    layers = list(model._flatten_layers(include_self=False))
    op = Graph(opset or chosen_opset(graph, layers))
    op.files = Files(layers, op.opset)
    inputs = entries(op, graph_of(model, graph))
    results = exits(op, graph_of(model, graph), walk(op, graph, inputs))
    draft = draft_of(op.model([x.name for x in inputs], results, model.name), op.originals)
    for file in op.files.files.values():
        complete(draft.proto, file)
    return draft


def graph_of(model: Any, graph: Any) -> Any:
    """Give the one of a model and its graph that knows the names of inputs and outputs."""
    return model if hasattr(model, "onnx_outputs") else graph


def chosen_opset(graph: Any, layers: list[Any]) -> int:
    """Choose an opset: that of the files, and one that Keras' own layers can be written in."""
    sources = {
        la.source.key: la.source for la in layers if isinstance(la, Operator) and la.source and la.source.content
    }
    own = [opsets(frame_of(s).opset_import).get("", 1) for s in sources.values()]
    called = list(operations_of(graph))
    made = [least_opset(o) for o in called if isinstance(o, Operator) and o.source is None and not o.domain]
    if not own:
        return max([DEFAULT_OPSET, *made])
    return max([*own, *made, *(OLDEST_OPSET for o in called if not isinstance(o, Operator))])


def operations_of(graph: Any) -> Iterator[Any]:
    """Give what is called in a model and in the models inside it."""
    for node in calls(graph):
        if isinstance(node.operation, keras.Model):
            yield from operations_of(functional(node.operation))
        else:
            yield node.operation


def draft_of(model: ir.Model, originals: Mapping[int, onnx.NodeProto]) -> Draft:
    """Turn a finished model to a draft; the elements of large tensors are read when it is written.

    Args:
        model: The model.
        originals: What nodes of it are in a file, by the ids of the nodes.
    """
    kept = [originals.get(id(node)) for node in model.graph]
    held = put_aside(model)
    draft = Draft(ir.to_proto(model))
    for node, original in zip(draft.proto.graph.node, kept, strict=True):
        if original is not None:
            original.output[:] = node.output
            original.input[:] = node.input
            node.CopyFrom(original)
    for tensor, _ in tensors(draft.proto):
        if not tensor.external_data:
            continue
        source = held[int(tensor.external_data[0].value)]
        tensor.ClearField("external_data")
        tensor.ClearField("data_location")
        if byte_count(tensor) <= SMALL:
            tensor.raw_data = source.tobytes()
        else:
            draft.pending.append((tensor, source.tobytes))
    return draft


def complete(proto: onnx.ModelProto, file: File) -> None:
    """Add what a file says of the whole: its functions, and what it tells of itself and its values."""
    used = {(node.domain, node.op_type) for node in proto.graph.node}
    if any((function.domain, function.name) in used for function in file.proto.functions):
        holder = onnx.ModelProto(functions=file.proto.functions)
        file.fill(holder, file.scopes[0])
        proto.functions.extend(holder.functions)
        known = opsets(proto.opset_import)
        proto.opset_import.extend(e for e in file.proto.opset_import if e.domain not in known and e.domain != "ai.onnx")
    proto.ir_version = max(proto.ir_version, file.proto.ir_version, ir_version(opsets(proto.opset_import)[""]))
    known_props = {entry.key for entry in proto.metadata_props}
    proto.metadata_props.extend(entry for entry in file.proto.metadata_props if entry.key not in known_props)
    for scope in file.scopes:
        describe(proto.graph, file, scope)


def describe(graph: onnx.GraphProto, file: File, scope: Scope) -> None:
    """Say of the values that were computed from the file's own inputs what the file says of them."""
    outputs = {info.name: info for info in graph.output}
    doors = {info.name for info in (*graph.input, *graph.initializer)}
    for value, name in scope.bound.items():
        if value not in file.infos or name not in file.made or name in doors or scope.roots.get(value):
            continue
        info = outputs[name] if name in outputs else graph.value_info.add()
        info.CopyFrom(file.infos[value])
        info.name = name
