"""Operations that contract axes."""

from typing import Any

import numpy as np

from onnx_keras.exporting.arrays import array_of, like
from onnx_keras.exporting.attending import large_negative, seen
from onnx_keras.exporting.einsum import einsum as written_einsum
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.keras_layers.activations import softmax
from onnx_keras.exporting.keras_layers.dense import multiplied
from onnx_keras.exporting.moving import cast, in_keras_axes
from onnx_keras.exporting.operands import elementwise, promoted, spec, tensor_of, where
from onnx_keras.exporting.table import Refused, writes_operation
from onnx_keras.exporting.tensor import Tensor, in_keras_order
from onnx_keras.types import FLOATS


@writes_operation("Matmul")
def matmul(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
    return product(op, operation, x1, x2)


@writes_operation("Dot")
def dot(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
    if min(len(x1.shape), len(x2.shape)) == 0 or len(x2.shape) > 2:
        raise Refused("dot is supported for a vector or matrix on the right; use matmul or einsum")
    return product(op, operation, x1, x2)


def product(op: Graph, operation: Any, x1: Any, x2: Any) -> Tensor:
    """Write a product of matrices; one with a matrix that is known as a Dense writes it."""
    dtype = promoted([x1, x2])
    if dtype not in FLOATS:
        raise Refused(f"a product of {dtype} isn't supported; cast to float32 before it")
    if isinstance(x1, Tensor) and x1.rank > 1 and not isinstance(x2, Tensor) and len(x2.shape) == 2:
        return multiplied(op, cast(op, x1, dtype), array_of(x2).astype(dtype), None)
    a, b = (in_keras_axes(op, tensor_of(op, x, dtype)) for x in (x1, x2))
    return in_keras_order(op.MatMul(a, b), tuple(spec(operation, a, b).shape), dtype)


@writes_operation("Einsum")
def einsum(op: Graph, operation: Any, *operands: Any) -> Tensor:
    dtype = promoted(operands)
    return written_einsum(op, operation.subscripts, [tensor_of(op, x, dtype) for x in operands])


@writes_operation("DotProductAttention")
def dot_product_attention(
    op: Graph,
    operation: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Any = None,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    if operation.attn_logits_soft_cap is not None:
        raise Refused("attn_logits_soft_cap isn't supported")
    if query.shape[2] != key.shape[2]:
        raise Refused("query and key need the same number of heads; repeat the key's before it")
    if scale is None:
        size = query.shape[3]
        if size is None:
            raise Refused("the size of a head is unknown; give scale")
        scale = 1 / np.sqrt(size)
    scores = written_einsum(op, "btnh,bsnh->bnts", [query, key])
    scores = elementwise(op, "Mul", [scores, like(scores, scale)])
    scores = scores if bias is None else elementwise(op, "Add", [scores, bias])
    causal = seen(op, query, key, operation.is_causal)
    for hidden in (mask, causal):
        scores = scores if hidden is None else where(op, hidden, scores, large_negative(scores))
    return written_einsum(op, "bnts,bsnh->btnh", [softmax(op, scores, -1), value])
