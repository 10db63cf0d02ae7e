"""Maps: scikit-learn's ZipMap at the end of a model gives its matrix; no other map can be a tensor."""

from collections.abc import Iterator

import onnx
from onnx import TensorProto

from onnx_keras.errors import UnsupportedModelError
from onnx_keras.graph.inspection.findings import named, quoted, refuse
from onnx_keras.graph.inspection.names import read_names
from onnx_keras.graph.inspection.walking import all_graphs, opsets, types

Keys = tuple[int, ...] | tuple[str, ...]


def replace_zipmaps(model: onnx.ModelProto) -> dict[str, Keys]:
    """Turn each ZipMap of the main graph into an Identity on its matrix of probabilities, in place.

    Returns:
        The keys of the map that each graph output was.

    Raises:
        UnsupportedModelError: Another value is a map.
    """
    graph, keys = model.graph, {}
    read = {name for node in graph.node for name in read_names(node)}
    outputs = {info.name for info in graph.output}
    for node in graph.node:
        if (node.domain, node.op_type) == ("ai.onnx.ml", "ZipMap") and read.isdisjoint(node.output):
            labels = _labels(node)
            _declare_matrix(graph, node, len(labels))
            keys |= {name: labels for name in node.output if name in outputs}
            _become_identity(node)
    if keys and "" not in opsets(model.opset_import):
        model.opset_import.add(domain="", version=onnx.defs.onnx_opset_version())
    refuse(_maps(model), "A map can't be a tensor: cut the model before it.", UnsupportedModelError)
    return keys


def _labels(node: onnx.NodeProto) -> Keys:
    ints = tuple(label for attribute in node.attribute for label in attribute.ints)
    strings = tuple(label.decode() for attribute in node.attribute for label in attribute.strings)
    if bool(ints) == bool(strings):
        refuse([f"{named(node)} needs either classlabels_int64s or classlabels_strings."], "Export the model again.")
    return ints or strings


def _declare_matrix(graph: onnx.GraphProto, node: onnx.NodeProto, columns: int) -> None:
    """Declare the output as what the input is: a matrix with a column for each key, or one row of it."""
    declared = {info.name: info.type for info in (*graph.value_info, *graph.output, *graph.input)}
    source = declared.get(node.input[0], onnx.TypeProto())
    rows = len(source.tensor_type.shape.dim) != 1
    for info in (*graph.output, *graph.value_info):
        if info.name == node.output[0]:
            info.type.Clear()
            info.type.tensor_type.elem_type = source.tensor_type.elem_type or TensorProto.FLOAT
            if rows:
                info.type.tensor_type.shape.dim.add()
            info.type.tensor_type.shape.dim.add(dim_value=columns)


def _become_identity(node: onnx.NodeProto) -> None:
    node.domain, node.op_type = "", "Identity"
    del node.attribute[:]


def _maps(model: onnx.ModelProto) -> Iterator[str]:
    declared = {info.name for graph in all_graphs(model) for info in (*graph.input, *graph.output, *graph.value_info)}
    for kind, words in types(model):
        if _holds_map(kind):
            yield f"{words} is a map."
    for graph in all_graphs(model):
        for node in graph.node:
            if node.domain == "ai.onnx.ml" and node.op_type in ("ZipMap", "CastMap", "DictVectorizer"):
                name = node.output[0] if node.op_type == "ZipMap" else node.input[0]
                if name not in declared:
                    yield f"value {quoted(name)} of {named(node)} is a map."


def _holds_map(declared: onnx.TypeProto) -> bool:
    kind = declared.WhichOneof("value")
    if kind in ("sequence_type", "optional_type"):
        return _holds_map(getattr(declared, kind).elem_type)
    return kind == "map_type"
