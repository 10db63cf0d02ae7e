"""Declared types: known element types, no impossible sizes."""

from collections.abc import Iterator

import onnx
from onnx import TensorProto

from onnx_keras.errors import UnsupportedModelError
from onnx_keras.graph.inspection.findings import quoted, refuse
from onnx_keras.graph.inspection.walking import types


def check_types(model: onnx.ModelProto) -> None:
    """Refuse declared types that contradict the specification, and inputs without a type."""
    problems = (problem for declared, words in types(model) for problem in _type_problems(declared, words))
    refuse([*_untyped_inputs(model.graph), *problems], "Export the model again, or repair the declared types.")
    opaque = (f"{words} is of an opaque type." for declared, words in types(model) if declared.HasField("opaque_type"))
    refuse(opaque, "Cut the model before it.", UnsupportedModelError)


def _untyped_inputs(graph: onnx.GraphProto) -> Iterator[str]:
    for info in graph.input:
        if not _says_something(info.type):
            yield f"input {quoted(info.name)} has no element type."


def _type_problems(declared: onnx.TypeProto, words: str) -> Iterator[str]:
    kind = declared.WhichOneof("value")
    if kind in ("tensor_type", "sparse_tensor_type"):
        yield from _tensor_type_problems(getattr(declared, kind), words)
    if kind in ("sequence_type", "optional_type"):
        inner = getattr(declared, kind).elem_type
        if not _says_something(inner):
            yield f"{words} is a {kind.removesuffix('_type')} that does not say of what."
        yield from _type_problems(inner, words)


def _says_something(declared: onnx.TypeProto) -> bool:
    kind = declared.WhichOneof("value")
    return kind is not None and (kind != "tensor_type" or declared.tensor_type.elem_type != TensorProto.UNDEFINED)


def _tensor_type_problems(declared, words: str) -> Iterator[str]:
    if declared.elem_type not in TensorProto.DataType.values():
        yield f"{words} has the unknown element type {declared.elem_type}."
    for position, size in enumerate(declared.shape.dim):
        # Exporters write -1 for an unknown size.
        if size.dim_value < -1:
            yield f"{words} has size {size.dim_value} at axis {position}."
