"""Tensors: as much data as their sizes and type ask for."""

import math
from collections.abc import Iterator

import onnx
import onnx_ir as ir
from onnx import TensorProto

from onnx_keras.graph.external import Folder, byte_count, external_problems
from onnx_keras.graph.inspection.findings import refuse
from onnx_keras.graph.inspection.walking import tensors

# numpy's limits.
MOST_AXES = 64
MOST_BYTES = 2**63 - 1

_FIELDS = ("float_data", "int32_data", "string_data", "int64_data", "double_data", "uint64_data")
_OWN_FIELD = {
    TensorProto.FLOAT: "float_data",
    TensorProto.COMPLEX64: "float_data",
    TensorProto.DOUBLE: "double_data",
    TensorProto.COMPLEX128: "double_data",
    TensorProto.INT64: "int64_data",
    TensorProto.UINT32: "uint64_data",
    TensorProto.UINT64: "uint64_data",
    TensorProto.STRING: "string_data",
}


def check_tensors(model: onnx.ModelProto, folder: Folder | None) -> None:
    """Refuse tensors whose data is not there or not of the announced size.

    Args:
        model: The model, weights in other files not loaded.
        folder: Where those files may be, None if unknown.
    """
    problems = (problem for tensor, words in tensors(model) for problem in _tensor_problems(tensor, words, folder))
    refuse(problems, "The file is damaged or incomplete: get it or export it again.")


def _tensor_problems(tensor: TensorProto, words: str, folder: Folder | None) -> Iterator[str]:
    problem = _header_problem(tensor)
    if problem:
        yield f"{words} {problem}"
    elif tensor.data_location == TensorProto.EXTERNAL:
        yield from external_problems(tensor, words, folder)
    else:
        yield from _inline_problems(tensor, words)


def _header_problem(tensor: TensorProto) -> str | None:
    """What is wrong with the sizes or the type, apart from the data."""
    if tensor.data_type not in TensorProto.DataType.values() or tensor.data_type == TensorProto.UNDEFINED:
        return f"has the unknown element type {tensor.data_type}."
    if any(size < 0 for size in tensor.dims):
        return f"has the negative size {min(tensor.dims)}."
    if len(tensor.dims) > MOST_AXES:
        return f"has {len(tensor.dims)} axes; {MOST_AXES} are possible."
    # Also of tensors with a zero size: numpy multiplies the others.
    if math.prod(filter(None, tensor.dims)) * 16 > MOST_BYTES:
        return f"has sizes {list(tensor.dims)}, more than any memory holds."
    if tensor.HasField("segment"):
        return "is stored in segments, which no version of ONNX supports."
    return None


def _inline_problems(tensor: TensorProto, words: str) -> Iterator[str]:
    filled = [field for field in _FIELDS if len(getattr(tensor, field))]
    own = _OWN_FIELD.get(tensor.data_type, "int32_data")
    name = TensorProto.DataType.Name(tensor.data_type)
    if tensor.HasField("raw_data"):
        filled.append("raw_data")
        if tensor.data_type == TensorProto.STRING:
            yield f"{words} stores strings in raw_data; string_data is their place."
            return
    if len(filled) > 1:
        yield f"{words} stores its data twice, in {' and '.join(filled)}."
    elif filled == ["raw_data"]:
        yield from _count_problem(words, tensor, "bytes", len(tensor.raw_data), byte_count(tensor))
    elif filled and filled != [own]:
        yield f"{words} is of type {name} and stores its data in {filled[0]}; {own} is its place."
    else:
        yield from _count_problem(words, tensor, "entries", len(getattr(tensor, own)), _entry_count(tensor))


def _entry_count(tensor: TensorProto) -> int:
    """How many entries of its typed field a tensor takes: complex two each, packed types less than one."""
    if tensor.data_type in (TensorProto.COMPLEX64, TensorProto.COMPLEX128):
        return 2 * math.prod(tensor.dims)
    if tensor.data_type != TensorProto.STRING and ir.DataType(tensor.data_type).bitwidth in (2, 4):
        return byte_count(tensor)
    return math.prod(tensor.dims)


def _count_problem(words: str, tensor: TensorProto, unit: str, found: int, needed: int) -> Iterator[str]:
    if found != needed:
        name = TensorProto.DataType.Name(tensor.data_type)
        yield f"{words} has {found} {unit} of data, but sizes {list(tensor.dims)} of type {name} need {needed}."
