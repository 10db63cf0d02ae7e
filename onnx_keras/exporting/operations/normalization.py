"""Operations that normalize."""

from typing import Any

import keras

from onnx_keras.exporting.arrays import array_of
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.keras_layers.normalization import (
    batch_normalized,
    by_deviation,
    by_mean_and_deviation,
    by_root_mean_square,
    counted,
    scaled,
)
from onnx_keras.exporting.operands import elementwise
from onnx_keras.exporting.table import Refused, writes_operation
from onnx_keras.exporting.tensor import Tensor


def epsilon_of(operation: Any) -> float:
    return keras.config.epsilon() if operation.epsilon is None else float(operation.epsilon)


def known(*operands: Any) -> list[Any]:
    """Read operands that must be constants."""
    if any(isinstance(o, Tensor) for o in operands):
        raise Refused("a scale or offset that is computed isn't supported; multiply and add")
    return [None if o is None else array_of(o) for o in operands]


@writes_operation("LayerNorm")
def layer_norm(op: Graph, operation: Any, x: Tensor, gamma: Any = None, beta: Any = None) -> Tensor:
    axes, (scale, bias) = counted(operation.axis, x.rank), known(gamma, beta)
    if operation.rms_scaling:
        return scaled(op, by_deviation(op, x, axes, epsilon_of(operation)), axes, scale, None)
    return by_mean_and_deviation(op, x, axes, epsilon_of(operation), scale, bias)


@writes_operation("RMSNorm")
def rms_norm(op: Graph, operation: Any, x: Tensor, scale: Any = None) -> Tensor:
    normal = by_root_mean_square(op, x, counted(operation.axis, x.rank), epsilon_of(operation))
    return normal if scale is None else elementwise(op, "Mul", [normal, scale])


@writes_operation("BatchNorm")
def batch_norm(
    op: Graph, operation: Any, x: Tensor, mean: Any, variance: Any, offset: Any = None, scale: Any = None
) -> Tensor:
    return batch_normalized(op, x, operation.axis, epsilon_of(operation), *known(mean, variance, offset, scale))
