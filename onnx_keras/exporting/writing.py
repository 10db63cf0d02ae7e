"""From a functional Keras model to an ONNX model."""

from collections.abc import Mapping
from typing import Any

import onnx_ir as ir

from onnx_keras.exporting import keras_layers, operations
from onnx_keras.exporting.graph import Graph, check_opset
from onnx_keras.exporting.moving import in_keras_axes
from onnx_keras.exporting.tensor import Tensor, in_keras_order
from onnx_keras.exporting.walking import functional, walk

DEFAULT_OPSET = 21

__all__ = ["keras_layers", "operations", "write_model"]


def write_model(model: Any, *, opset: int = DEFAULT_OPSET) -> ir.Model:
    """Write a model of Keras' own layers; its inputs and outputs have the shapes that they have in Keras.

    Args:
        model: A functional or Sequential model.
        opset: The version of the standard's operators.

    Raises:
        ExportError: A layer has no form in ONNX, or not with its arguments.
    """
    check_opset(opset)
    op = Graph(opset)
    graph = functional(model)
    inputs = [model_input(op, t) for t in graph.inputs]
    outputs = [in_keras_axes(op, x) for x in walk(op, graph, inputs)]
    return op.model([x.name for x in inputs], list(zip(output_names(graph), outputs)), model.name)


def model_input(op: Graph, tensor: Any) -> Tensor:
    """Make an input of a model one of the graph; the first axis is the batch where its size is unknown."""
    shape = tuple(tensor.shape)
    name = op.input(
        tensor.name, tensor.dtype, [dim_name(tensor.name, i) if s is None else s for i, s in enumerate(shape)]
    )
    return in_keras_order(name, shape, tensor.dtype)


def dim_name(name: str, axis: int) -> str:
    return "batch" if axis == 0 else f"{name}_dim_{axis}"


def output_names(model: Any) -> list[str]:
    """Name the outputs: by their keys in a dict, else after the layers that they come from."""
    struct = model.output
    return list(map(str, sorted(struct))) if isinstance(struct, Mapping) else list(model.output_names)
