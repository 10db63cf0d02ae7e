"""Weights that the file has as attributes of nodes, put back where they were."""

from collections.abc import Iterable
from typing import Any

import onnx
from onnx import AttributeProto, numpy_helper

from onnx_keras.errors import ExportError
from onnx_keras.exporting.variables import Held
from onnx_keras.graph.inspection.walking import all_graphs
from onnx_keras.layers.held import is_weight


def put_attributes(proto: onnx.ModelProto, layers: Iterable[Any]) -> None:
    """Put the weights of layers that have changed into the attributes that they were.

    Raises:
        ExportError: The file has no such node outside its functions.
    """
    for layer in layers:
        for name, what in getattr(layer, "held", {}).items():
            weight = Held(layer, name)
            if is_weight(what) and "attribute" in what and weight.has_changed():
                put_attribute(proto, *what["attribute"], weight=weight)


def put_attribute(proto: onnx.ModelProto, output: str, *names: str, weight: Held) -> None:
    """Put a weight into the attribute of a node."""
    nodes = (node for graph in all_graphs(proto) for node in graph.node if output in node.output)
    attribute = next((a for node in nodes for a in node.attribute if a.name in names), None)
    if attribute is None:
        raise ExportError(
            f"'{weight.layer.name}' learned other values for '{names[0]}', which no node of the ONNX file has that gives "
            f"'{output}'. Load the model with trainable= so that it stays."
        )
    if attribute.type == AttributeProto.TENSOR:
        dtype = numpy_helper.to_array(attribute.t).dtype
        attribute.t.CopyFrom(numpy_helper.from_array(weight.array().astype(dtype), attribute.t.name))
    else:
        attribute.floats[:] = weight.array().ravel().tolist()
