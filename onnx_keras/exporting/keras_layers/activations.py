"""Activation functions, and the layers that are one."""

from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import array_of, like
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import together
from onnx_keras.exporting.operands import where
from onnx_keras.exporting.table import Refused, writes, writes_activation, writes_operation
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.exporting.walking import activated

activations = keras.activations

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


@writes_activation(activations.linear)
def linear(op: Graph, x: Tensor) -> Tensor:
    return x


@writes_operation("ReLU")
def relu_operation(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return relu(op, x, operation.negative_slope, operation.max_value, operation.threshold)


@writes_operation("Relu")
def plain_relu(op: Graph, operation: Any, x: Tensor) -> Tensor:
    return relu(op, x)


@writes_activation(activations.relu)
def relu(
    op: Graph, x: Tensor, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Tensor:
    if negative_slope and max_value is None and not threshold:
        return leaky_relu(op, x, negative_slope)
    positive = op.ThresholdedRelu(x, alpha=float(threshold)) if threshold else op.Relu(x)
    if max_value is not None:
        positive = op.Clip(positive, like(x, 0), like(x, max_value))
    if not negative_slope:
        return x.become(positive)
    negative = op.Relu(op.Sub(like(x, threshold), x))
    return x.become(op.Sub(positive, op.Mul(negative, like(x, negative_slope))))


@writes_activation(activations.leaky_relu, "LeakyRelu")
def leaky_relu(op: Graph, x: Tensor, negative_slope: float = 0.2) -> Tensor:
    return x.become(op.LeakyRelu(x, alpha=float(negative_slope)))


@writes_activation(activations.relu6, "Relu6")
def relu6(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Clip(x, like(x, 0), like(x, 6)))


@writes_activation(activations.softmax, "Softmax")
def softmax(op: Graph, x: Tensor, axis: Any = -1) -> Tensor:
    if isinstance(axis, int):
        return x.become(op.Softmax(x, axis=x.axis(axis)))
    axes = np.array(x.axes(axis), np.int64)
    exponentials = op.Exp(op.Sub(x, op.ReduceMax(x, axes, keepdims=1)))
    return x.become(op.Div(exponentials, op.ReduceSum(exponentials, axes, keepdims=1)))


@writes_activation(activations.log_softmax, "LogSoftmax")
def log_softmax(op: Graph, x: Tensor, axis: int = -1) -> Tensor:
    return x.become(op.LogSoftmax(x, axis=x.axis(axis)))


@writes_activation(activations.elu, "Elu")
def elu(op: Graph, x: Tensor, alpha: float = 1.0) -> Tensor:
    return x.become(op.Elu(x, alpha=float(alpha)))


@writes_activation(activations.selu, "Selu")
def selu(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Selu(x, alpha=SELU_ALPHA, gamma=SELU_SCALE))


@writes_activation(activations.celu, "Celu")
def celu(op: Graph, x: Tensor, alpha: float = 1.0) -> Tensor:
    return x.become(op.Celu(x, alpha=float(alpha)))


@writes_activation(activations.softplus, "Softplus")
def softplus(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Softplus(x))


@writes_activation(activations.softsign, "Softsign")
def softsign(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Softsign(x))


@writes_activation(activations.soft_shrink, "SoftShrink")
def soft_shrink(op: Graph, x: Tensor, threshold: float = 0.5) -> Tensor:
    return x.become(op.Shrink(x, bias=float(threshold), lambd=float(threshold)))


@writes_activation(activations.hard_shrink, "HardShrink")
def hard_shrink(op: Graph, x: Tensor, threshold: float = 0.5) -> Tensor:
    return x.become(op.Shrink(x, lambd=float(threshold)))


@writes_activation(activations.threshold, "Threshold")
def threshold(op: Graph, x: Tensor, threshold: float, default_value: float) -> Tensor:
    return x.become(op.Where(op.Greater(x, like(x, threshold)), x, like(x, default_value)))


@writes_activation(activations.sparse_plus, "SparsePlus")
def sparse_plus(op: Graph, x: Tensor) -> Tensor:
    root = op.Clip(op.Add(x, like(x, 1)), like(x, 0), like(x, 2))
    parabola = op.Mul(op.Mul(root, root), like(x, 0.25))
    return x.become(op.Where(op.Greater(x, like(x, 1)), x, parabola))


@writes_activation(activations.sparse_sigmoid, "SparseSigmoid")
def sparse_sigmoid(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.HardSigmoid(x, alpha=0.5, beta=0.5))


@writes_activation(activations.silu, "Silu")
def silu(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Mul(x, op.Sigmoid(x)))


@writes_activation(activations.squareplus, "Squareplus")
def squareplus(op: Graph, x: Tensor, b: float = 4) -> Tensor:
    root = op.Sqrt(op.Add(op.Mul(x, x), like(x, b)))
    return x.become(op.Mul(op.Add(x, root), like(x, 0.5)))


@writes_activation(activations.gelu, "Gelu")
def gelu(op: Graph, x: Tensor, approximate: bool = False) -> Tensor:
    return x.become(op.Gelu(x, approximate="tanh" if approximate else "none"))


@writes_activation(activations.glu, "Glu")
def glu(op: Graph, x: Tensor, axis: int = -1) -> Tensor:
    if x.order.inner:
        raise Refused("glu can't halve an axis that a Flatten scrambled")
    whole = x.shape[axis]
    if whole is None:
        raise Refused(f"glu halves axis {axis}, whose size is unknown")
    values, gates = op.Split(x, outputs=2, axis=x.axis(axis), num_outputs=2)
    shape = list(x.shape)
    shape[axis] = whole // 2
    return x.become(op.Mul(values, op.Sigmoid(gates)), shape=tuple(shape))


@writes_activation(activations.tanh)
def tanh(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Tanh(x))


@writes_activation(activations.tanh_shrink, "TanhShrink")
def tanh_shrink(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Sub(x, op.Tanh(x)))


@writes_activation(activations.hard_tanh, "HardTanh")
def hard_tanh(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Clip(x, like(x, -1), like(x, 1)))


@writes_activation(activations.sigmoid, "Sigmoid")
def sigmoid(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Sigmoid(x))


@writes_activation(activations.exponential)
def exponential(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Exp(x))


@writes_activation(activations.hard_sigmoid, "HardSigmoid")
def hard_sigmoid(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.HardSigmoid(x, alpha=1 / 6, beta=0.5))


@writes_activation(activations.hard_silu, "HardSilu")
def hard_silu(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.HardSwish(x))


@writes_activation(activations.log_sigmoid, "LogSigmoid")
def log_sigmoid(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Neg(op.Softplus(op.Neg(x))))


@writes_activation(activations.mish, "Mish")
def mish(op: Graph, x: Tensor) -> Tensor:
    return x.become(op.Mish(x))


@writes_activation(activations.sparsemax, "Sparsemax")
def sparsemax(op: Graph, x: Tensor, axis: int = -1) -> Tensor:
    """Write what Keras computes: https://arxiv.org/abs/1602.02068, algorithm 1, but for the threshold.

    The paper has the sum of the supporting elements there, Keras the sum of their cumulative sums.
    """
    size, onnx_axis = x.shape[axis], x.axis(axis)
    if size is None:
        raise Refused(f"sparsemax sorts axis {axis}, whose size is unknown")
    ranks = like(x, np.arange(1, size + 1)).reshape([-1 if a == onnx_axis else 1 for a in range(x.rank)])
    axes = np.array([onnx_axis], np.int64)
    largest, _ = op.TopK(x, np.array([size], np.int64), outputs=2, axis=onnx_axis)
    sums = op.CumSum(largest, np.array(onnx_axis, np.int64))
    supports = op.Greater(op.Add(op.Mul(largest, ranks), like(x, 1)), sums)
    counts = op.ReduceSum(op.Where(supports, like(x, 1), like(x, 0)), axes, keepdims=1)
    total = op.ReduceSum(op.Where(supports, sums, like(x, 0)), axes, keepdims=1)
    threshold = op.Div(op.Sub(total, like(x, 1)), counts)
    return x.become(op.Relu(op.Sub(x, threshold)))


@writes(keras.layers.Activation)
def activation_layer(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return activated(op, inputs, layer.activation)


@writes(keras.layers.ReLU)
def relu_layer(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return relu(op, inputs, layer.negative_slope, layer.max_value, layer.threshold)


@writes(keras.layers.LeakyReLU)
def leaky_relu_layer(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return leaky_relu(op, inputs, layer.negative_slope)


@writes(keras.layers.ELU)
def elu_layer(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    return elu(op, inputs, layer.alpha)


@writes(keras.layers.PReLU)
def prelu(op: Graph, layer: Any, inputs: Tensor) -> Tensor:
    tensors, _ = together(op, [inputs, op.held(array_of(layer.alpha), "alpha")])
    return tensors[0].become(op.PRelu(*tensors))


@writes(keras.layers.Softmax)
def softmax_layer(op: Graph, layer: Any, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
    axes = list(layer.axis) if isinstance(layer.axis, (list, tuple)) else [layer.axis]
    axis = axes if len(axes) > 1 else axes[0]
    if mask is None:
        return softmax(op, inputs, axis)
    kept = mask if mask.dtype == "bool" else truth(op, mask)
    return where(op, kept, softmax(op, where(op, kept, inputs, large_negative(inputs)), axis), 0.0)


def truth(op: Graph, mask: Tensor) -> Tensor:
    return mask.become(op.Greater(mask, like(mask, 0.5)), dtype="bool")


def large_negative(x: Tensor) -> float:
    """Give what Keras puts in the place of masked scores."""
    return -3e4 if x.dtype == "float16" else -1e9
