"""ONNX models compared node for node: everything is equal but how elements of tensors are encoded."""

import onnx
import onnx_ir as ir

from onnx_keras.exporting.drafting import draft
from onnx_keras.graph.inspection.walking import tensors
from onnx_keras.graph.origin import framed


def exported(model):
    """Give what the export of a model writes."""
    return draft(model).complete()


def difference(got, want):
    """Say what differs between two models, in a word; nothing if they are the same."""
    if framed(got) != framed(want):
        return first_difference(onnx.printer.to_text(framed(want)), onnx.printer.to_text(framed(got)))
    pairs = zip(tensors(got), tensors(want), strict=True)
    return "; ".join(f"{words} has other elements" for (a, words), (b, _) in pairs if elements(a) != elements(b))


def elements(tensor):
    return list(tensor.string_data) if tensor.data_type == onnx.TensorProto.STRING else ir.from_proto(tensor).tobytes()


def first_difference(want, got):
    pairs = zip(want.splitlines(), got.splitlines())
    return next((f"'{b.strip()}' for '{a.strip()}'" for a, b in pairs if a != b), "something that isn't printed")


def valid(model):
    """Say whether a model passes onnx's checker and its strict inference of shapes."""
    try:
        onnx.checker.check_model(model)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError):
        return False
    return True
