"""A file whose nodes are brought to a newer version of the standard, so that newer nodes can stand beside them."""

import onnx
import onnx_ir as ir

from onnx_keras.errors import ExportError
from onnx_keras.graph.upgrades import upgrade_model


def raised(proto: onnx.ModelProto, opset: int) -> onnx.ModelProto:
    """Give a model in an opset that is newer than its own.

    Raises:
        ExportError: A node means something else there that can't be written.
    """
    try:
        model = ir.from_proto(proto)
    except ir.serde.SerdeError as error:
        raise ExportError(f"The ONNX file can't be brought to opset {opset}: {error}") from None
    problems = upgrade_model(model, {"": opset})
    if problems:
        listed = "; ".join(f"{p.op_type} '{p.node}': {p.reason}" for p in problems)
        raise ExportError(f"The ONNX file can't be brought to opset {opset}, which Keras' layers need: {listed}.")
    return ir.to_proto(model)
