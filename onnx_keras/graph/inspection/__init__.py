"""What is wrong with a model file, before anything is made of it."""

import onnx

from onnx_keras.graph.external import Folder
from onnx_keras.graph.inspection.functions import check_functions
from onnx_keras.graph.inspection.headers import check_header
from onnx_keras.graph.inspection.names import check_names
from onnx_keras.graph.inspection.nodes import check_nodes
from onnx_keras.graph.inspection.tensors import check_tensors
from onnx_keras.graph.inspection.value_types import check_types


def inspect(model: onnx.ModelProto, folder: Folder | None) -> bool:
    """Refuse a model that contradicts the specification.

    Each check relies on those before it.

    Args:
        model: A model whose strings are checked, weights in other files not loaded.
        folder: Where those files may be, None if unknown.

    Returns:
        Whether its nodes are in an order in which they can run.

    Raises:
        InvalidModelError: All problems of one kind.
        UnsupportedModelError: It needs a newer onnx, or holds types that have no place in Keras.
    """
    check_header(model)
    check_types(model)
    check_nodes(model)
    check_functions(model)
    check_tensors(model, folder)
    return check_names(model)
