"""What an operation was called with, and what Keras says comes out."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import array_of
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import cast, together
from onnx_keras.exporting.tensor import Sizes, Tensor
from onnx_keras.types import carrier, numpy_type


def spec(operation: Any, *args: Any, **kwargs: Any) -> Any:
    """Ask Keras for the shape and type of what an operation gives for these tensors."""
    args, kwargs = keras.tree.map_structure(symbolic, (args, kwargs))
    return operation.compute_output_spec(*args, **kwargs)


def symbolic(x: Any) -> Any:
    return keras.KerasTensor(x.shape, dtype=carrier(x.dtype)) if isinstance(x, Tensor) else x


def type_of(operand: Any) -> Any:
    """Give what Keras' promotion of types goes by: an element type, or the class of a Python number."""
    return getattr(operand, "dtype", type(operand))


def promoted(operands: Sequence[Any]) -> str:
    """Give the type in which Keras computes with these operands."""
    kinds = [k if isinstance(k, type) else keras.backend.standardize_dtype(k) for k in map(type_of, operands)]
    return str(keras.backend.result_type(*kinds))


def tensor_of(op: Graph, operand: Any, dtype: str) -> Tensor:
    """Give an operand, a tensor, variable, array or number, as a tensor of a type."""
    if isinstance(operand, Tensor):
        return cast(op, operand, dtype)
    array = array_of(operand) if hasattr(operand, "shape") else np.array(operand)
    return op.held(array.astype(numpy_type(dtype)), "constant")


def elementwise(op: Graph, op_type: str, operands: Sequence[Any], dtype: str | None = None, leading: int = 0) -> Tensor:
    """Write an operator that broadcasts.

    Args:
        op: The graph.
        op_type: The operator.
        operands: Tensors, arrays or numbers.
        dtype: The type in which it computes; by default as Keras promotes types.
        leading: How many axes come before the units that operands of lower rank get.
    """
    dtype = dtype or promoted(operands)
    return combined(op, op_type, [tensor_of(op, x, dtype) for x in operands], dtype, leading)


def combined(op: Graph, op_type: str, tensors: Sequence[Tensor], dtype: str, leading: int = 0) -> Tensor:
    """Write an operator that broadcasts tensors and gives elements of a type."""
    aligned, order = together(op, tensors, leading)
    return Tensor(op.node(op_type, aligned), order, broadcast([t.shape for t in aligned]), dtype)


def broadcast(shapes: Sequence[Sizes]) -> Sizes:
    """Give the shape that shapes of one rank broadcast to."""
    return tuple(
        None if None in sizes and set(sizes) <= {None, 1} else max(s or 0 for s in sizes) for sizes in zip(*shapes)
    )


def where(op: Graph, condition: Any, x1: Any, x2: Any) -> Tensor:
    """Write a choice between two operands."""
    dtype = promoted([x1, x2])
    operands = [tensor_of(op, condition, "bool"), tensor_of(op, x1, dtype), tensor_of(op, x2, dtype)]
    return combined(op, "Where", operands, dtype)
