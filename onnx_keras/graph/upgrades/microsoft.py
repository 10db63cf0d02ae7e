"""Operators of ONNX Runtime that fuse others: rewritten to the standard ones, which train and are laid out as such.

Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

import numpy as np

from onnx_keras.graph.upgrades.builder import rank_of
from onnx_keras.graph.upgrades.registry import CannotUpgrade, upgrade

DOMAIN = "com.microsoft"


@upgrade("Gelu", since_version=1, domain=DOMAIN)
def gelu(node, op):
    """Gelu is that of ONNX."""
    return op.Gelu(node.inputs[0])


@upgrade("BiasGelu", since_version=1, domain=DOMAIN)
def gelu_of_a_sum(node, op):
    """BiasGelu adds a bias before."""
    return op.Gelu(op.Add(*node.inputs))


@upgrade("FastGelu", since_version=1, domain=DOMAIN)
def gelu_by_tanh(node, op):
    """FastGelu is the approximation by tanh, of a sum if there is a bias."""
    x = op.Add(*node.inputs) if len(node.inputs) > 1 and node.inputs[1] is not None else node.inputs[0]
    return op.Gelu(x, approximate="tanh")


@upgrade("QuickGelu", since_version=1, domain=DOMAIN)
def gelu_by_sigmoid(node, op):
    """QuickGelu is x * sigmoid(alpha * x)."""
    return op.Swish(node.inputs[0], alpha=node.attributes.get_float("alpha", 1.702))


@upgrade("FusedMatMul", "TransposeMatMul", since_version=1, domain=DOMAIN)
def product_of_transposed(node, op):
    """FusedMatMul scales a product whose factors may be transposed."""
    a, b = node.inputs
    product = op.MatMul(_transposed(node, op, a, "A"), _transposed(node, op, b, "B"))
    alpha = node.attributes.get_float("alpha", 1.0)
    return product if alpha == 1 else op.Mul(product, op.constant_like(alpha, a))


def _transposed(node, op, value, letter):
    """Transpose a factor: its first axis behind the batch axes, then its last two axes."""
    batch = node.attributes.get_int(f"transBatch{letter}", 0)
    last = node.attributes.get_int(f"trans{letter}", 0)
    rank = rank_of(value)
    if not batch and not last:
        return value
    if rank is None:
        raise CannotUpgrade(f"the rank of its input {value.name!r}, which it transposes, is not known")
    perm = [*range(1, rank - 1), 0, rank - 1] if batch else list(range(rank))
    if last and rank > 1:
        perm[-1], perm[-2] = perm[-2], perm[-1]
    return op.Transpose(value, perm=perm) if perm != list(range(rank)) else value


@upgrade("FusedConv", since_version=1, domain=DOMAIN)
def convolution_with_activation(node, op):
    """FusedConv is a convolution, a sum if there is a fourth input, and an activation."""
    x, w, b, z = (*node.inputs, None, None)[:4]
    names = ("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides")
    result = op.Conv(x, w, b, **{n: node.attributes[n].value for n in names if n in node.attributes})
    result = result if z is None else op.Add(result, z)
    params = node.attributes.get_floats("activation_params", ())
    return _activated(op, result, node.attributes.get_string("activation"), params)


@upgrade("FusedGemm", since_version=1, domain=DOMAIN)
def gemm_with_activation(node, op):
    """FusedGemm is a Gemm and an activation."""
    names = ("alpha", "beta", "transA", "transB")
    result = op.Gemm(*node.inputs, **{n: node.attributes[n].value for n in names if n in node.attributes})
    words = ("activation_alpha", "activation_beta", "activation_gamma")
    params = [node.attributes.get_float(n) for n in words if n in node.attributes]
    return _activated(op, result, node.attributes.get_string("activation"), params)


PARAMETERS = {"LeakyRelu": ("alpha",), "HardSigmoid": ("alpha", "beta"), "Elu": ("alpha",)}


def _activated(op, x, activation, params):
    if not activation:
        return x
    if activation == "Clip":
        return op.Clip(x, *(op.constant_like(p, x) for p in params))
    if activation not in ("Relu", "Sigmoid", "Tanh", "Softplus", *PARAMETERS):
        raise CannotUpgrade(f"its activation {activation!r} is not known")
    return getattr(op, activation)(x, **dict(zip(PARAMETERS.get(activation, ()), params)))


@upgrade("BiasSoftmax", since_version=1, domain=DOMAIN)
def softmax_of_a_sum(node, op):
    """BiasSoftmax adds a bias before, and sums to one over all axes from `axis` on."""
    data, bias = node.inputs
    axis, rank = node.attributes.get_int("axis", 1), rank_of(data)
    total = op.Add(data, bias)
    if rank is not None and axis in (-1, rank - 1):
        return op.Softmax(total, axis=-1)
    return op.Reshape(op.Softmax(op.Flatten(total, axis=axis), axis=-1), op.Shape(total))


@upgrade("GridSample", since_version=1, domain=DOMAIN)
def grid_sample(node, op):
    """GridSample has other names of its modes."""
    mode = node.attributes.get_string("mode", "bilinear")
    return op.GridSample(
        *node.inputs,
        mode={"bilinear": "linear", "bicubic": "cubic"}.get(mode, mode),
        padding_mode=node.attributes.get_string("padding_mode"),
        align_corners=node.attributes.get_int("align_corners"),
    )


@upgrade("NhwcMaxPool", since_version=1, domain=DOMAIN)
def pooling_channels_last(node, op):
    """NhwcMaxPool has its channels last; the Transposes that are written only relabel axes."""
    names = ("auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides")
    given = {n: node.attributes[n].value for n in names if n in node.attributes}
    rank = len(given["kernel_shape"]) + 2
    image = op.Transpose(node.inputs[0], perm=[0, rank - 1, *range(1, rank - 1)])
    return op.Transpose(op.MaxPool(image, **given), perm=[0, *range(2, rank), 1])


@upgrade("SkipLayerNormalization", since_version=1, domain=DOMAIN)
def normalized_sum(node, op):
    """SkipLayerNormalization normalizes a sum."""
    x, skip, gamma, beta, bias = (*node.inputs, None, None)[:5]
    total = _sum(op, x, skip, bias)
    epsilon = node.attributes.get_float("epsilon", 1e-12)
    if beta is None:
        beta = op.constant_like(np.zeros(1), x)
    y, mean, deviation = op.LayerNormalization(total, gamma, beta, axis=-1, epsilon=epsilon, outputs=3)
    return y, mean, deviation, total


@upgrade("SkipSimplifiedLayerNormalization", since_version=1, domain=DOMAIN)
def rms_normalized_sum(node, op):
    """SkipSimplifiedLayerNormalization is RMSNormalization of a sum; nobody uses its second and third results."""
    x, skip, gamma, bias = (*node.inputs, None)[:4]
    total = _sum(op, x, skip, bias)
    y = op.RMSNormalization(total, gamma, axis=-1, epsilon=node.attributes.get_float("epsilon", 1e-12))
    return _without_statistics(node, y, total)


def _without_statistics(node, y, total):
    used = [o for o in node.outputs[1:3] if o.uses() or o.is_graph_output()]
    if used:
        raise CannotUpgrade(f"its output {used[0].name!r} is used, which only ONNX Runtime's training gives")
    return (y, y, y, total) if len(node.outputs) > 3 else y


@upgrade("EmbedLayerNormalization", since_version=1, domain=DOMAIN)
def normalized_embeddings(node, op):
    """EmbedLayerNormalization adds up to three embeddings of tokens and normalizes the sum."""
    given = (*node.inputs, *[None] * 9)[:9]
    ids, segments, words, places, kinds, gamma, beta, mask, positions = given
    length = op.Shape(ids, start=1, end=2)
    if positions is None:
        positions = op.Range(op.constant(0), op.Squeeze(length), op.constant(1))
    total = op.Add(op.Gather(words, ids), op.Gather(places, positions))
    if segments is not None and kinds is not None:
        total = op.Add(total, op.Gather(kinds, segments))
    y = op.LayerNormalization(total, gamma, beta, axis=-1, epsilon=node.attributes.get_float("epsilon", 1e-12))
    batch = op.Shape(ids, start=0, end=1)
    # How many tokens count in each sequence; zero where no mask says it.
    counted = op.Cast(op.constant(0), to=6) if mask is None else op.ReduceSum(mask, op.constant([1]), keepdims=0)
    return y, op.Expand(counted, batch), total


def _sum(op, *values):
    given = [v for v in values if v is not None]
    total = given[0]
    for value in given[1:]:
        total = op.Add(total, value)
    return total
