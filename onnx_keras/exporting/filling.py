"""The weights of a model put back into the tensors of its file."""

from collections.abc import Mapping

import numpy as np
import onnx
import onnx_ir as ir
from onnx import TensorProto

from onnx_keras.errors import ExportError
from onnx_keras.exporting.computed import put_value
from onnx_keras.exporting.drafting import Draft
from onnx_keras.exporting.parting import parted
from onnx_keras.exporting.recomputing import outdated
from onnx_keras.exporting.sparse import put_sparse, sparse_by_number
from onnx_keras.exporting.variables import Held, as_bytes, the_one
from onnx_keras.graph.inspection.walking import graphs_below, opsets, tensors
from onnx_keras.graph.origin import has_elements


def fill(proto: onnx.ModelProto, held: Mapping[int | str, list[Held]]) -> Draft:
    """Put weights where they were in the file.

    Args:
        proto: The file without the tensors that became variables.
        held: The weights by the tensors that they were.

    Raises:
        ExportError: The model lacks a tensor of the file, or has it with several values.
    """
    draft = Draft(proto)
    sparse = sparse_by_number(proto)
    listed = list(tensors(proto))
    held = parted(proto.graph, held)
    for number, (tensor, words) in enumerate(listed):
        if number in held:
            if number in sparse:
                put_sparse(*sparse[number], the_one(held[number]).array())
            else:
                put(draft, tensor, the_one(held[number]))
        elif not has_elements(tensor) and 0 not in tensor.dims:
            raise ExportError(
                f"No layer of the model holds {words}, which its ONNX file has. Export the model that was loaded, or "
                "cut it between layers."
            )
    numbers = {id(tensor): number for number, (tensor, _) in enumerate(listed)}
    own_opsets = opsets(proto.opset_import)
    for name in outdated(graphs_below(proto.graph), held, lambda tensor: numbers.get(id(tensor), -1), own_opsets):
        put_value(graphs_below(proto.graph), name, the_one(held[name]))
    return draft


def put(draft: Draft, tensor: TensorProto, weight: Held) -> None:
    """Put a weight into a tensor, later; what the file has stays where it is the same, however exactly."""
    if has_elements(tensor):
        now, was = weight.array(), ir.serde.deserialize_tensor(tensor).numpy()
        if np.array_equal(now, was.astype(now.dtype), equal_nan=now.dtype.kind == "f"):
            return
        tensor.raw_data = as_bytes(now, tensor.data_type)
        return
    draft.pending.append((tensor, lambda: as_bytes(weight.array(), tensor.data_type)))
