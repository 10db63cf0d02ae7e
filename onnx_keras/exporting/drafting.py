"""A model to be written: its graph, and where the elements of its large tensors come from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import onnx
from onnx import TensorProto

from onnx_keras.graph.external import byte_count


@dataclass
class Draft:
    """A model file before its weights are in it.

    Attributes:
        proto: The model.
        pending: Tensors of it without elements, and what gives their bytes.
    """

    proto: onnx.ModelProto
    pending: list[tuple[TensorProto, Callable[[], bytes]]] = field(default_factory=list)

    @property
    def nbytes(self) -> int:
        """How many bytes the elements take that are still to come."""
        return sum(byte_count(tensor) for tensor, _ in self.pending)

    def complete(self) -> onnx.ModelProto:
        """Put all elements into the model and give it."""
        for tensor, elements in self.pending:
            tensor.raw_data = elements()
        self.pending.clear()
        return self.proto


def draft(model: Any, opset: int | None = None) -> Draft:
    """Make the draft of any model.

    Args:
        model: The model.
        opset: The version of the standard that the file has to import; by default that of the model's ONNX file.

    Raises:
        ExportError: The model, or a part of it, can't be written as ONNX, or not in that version.
    """
    from onnx_keras.exporting.mixing import mixed
    from onnx_keras.exporting.opsets import at_opset
    from onnx_keras.exporting.whole import whole

    made = whole(model)
    if made is None:
        return mixed(model, opset)
    at_opset(made.proto, opset)
    return made
