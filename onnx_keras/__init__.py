"""Any ONNX file as a Keras 3 model."""

from onnx_keras import layers, running
from onnx_keras.errors import (
    ExportError,
    InputError,
    InvalidModelError,
    LayoutError,
    OnnxKerasError,
    UnsupportedModelError,
    VerificationError,
)
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
    "UnsupportedModelError",
    "VerificationError",
    "get_layer",
    "layers",
    "load",
    "operator",
    "parameters",
    "run",
    "running",
    "values",
    "verify",
]
