"""Any ONNX file as a Keras 3 model."""

from onnx_keras import layers, running
from onnx_keras.cutting import cut
from onnx_keras.errors import (
    ExportError,
    InputError,
    InvalidModelError,
    LayoutError,
    OnnxKerasError,
    UnknownNameError,
    UnsupportedModelError,
    VerificationError,
)
from onnx_keras.exporting import export
from onnx_keras.freezing import freeze, unfreeze
from onnx_keras.heads import replace_head
from onnx_keras.inspecting import get_layer, parameters
from onnx_keras.loading import load
from onnx_keras.model import Model
from onnx_keras.registry import operator
from onnx_keras.running import run, values
from onnx_keras.verifying import verify

__all__ = [
    "ExportError",
    "InputError",
    "InvalidModelError",
    "LayoutError",
    "Model",
    "OnnxKerasError",
    "UnknownNameError",
    "UnsupportedModelError",
    "VerificationError",
    "cut",
    "export",
    "freeze",
    "get_layer",
    "layers",
    "load",
    "operator",
    "parameters",
    "replace_head",
    "run",
    "running",
    "unfreeze",
    "values",
    "verify",
]
