"""Arrays for the graph: what variables hold, numbers of a tensor's type, vectors along an axis."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.tensor import Tensor
from onnx_keras.layout.storing import from_stored
from onnx_keras.orders import Order
from onnx_keras.types import numpy_type


def array_of(variable: Any) -> np.ndarray:
    """Read what a variable or tensor holds."""
    return np.array(keras.ops.convert_to_numpy(variable))


def like(x: Tensor, number: Any) -> np.ndarray:
    """Give a number as an array of a tensor's type."""
    return np.array(number, numpy_type(x.dtype))


def along(x: Tensor, position: int, vector: Any) -> np.ndarray:
    """Put a vector over a stored axis in the order of the ONNX axis, which may be scrambled."""
    inner = x.order.inside(x.axis(position))
    array = np.asarray(vector)
    return array if inner is None else from_stored(array, Order(tuple(range(array.ndim)), ((0, inner),)))
