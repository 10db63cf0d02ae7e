"""Attention."""

from functools import reduce
from typing import Any

import keras
import numpy as np

from onnx_keras.exporting.arrays import array_of
from onnx_keras.exporting.attending import both, large_negative, seen
from onnx_keras.exporting.einsum import einsum
from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.joining import with_unit
from onnx_keras.exporting.keras_layers.activations import softmax
from onnx_keras.exporting.keras_layers.dense import einsum_dense
from onnx_keras.exporting.moving import cast
from onnx_keras.exporting.operands import elementwise, where
from onnx_keras.exporting.reducing import reduced
from onnx_keras.exporting.reshaping import reshaped
from onnx_keras.exporting.table import Refused, writes
from onnx_keras.exporting.tensor import Tensor, in_keras_order

layers = keras.layers


@writes(layers.MultiHeadAttention)
def multi_head_attention(
    op: Graph,
    layer: Any,
    query: Tensor,
    value: Tensor,
    key: Tensor | None = None,
    value_mask: Tensor | None = None,
    key_mask: Tensor | None = None,
    attention_mask: Tensor | None = None,
    return_attention_scores: bool = False,
    use_causal_mask: bool = False,
) -> Any:
    """Write attention of several heads; Keras takes no query_mask but the one attached to the query."""
    key = value if key is None else key
    if (use_causal_mask or layer._sliding_window) and query.rank != 3:
        raise Refused("steps can be hidden where there is one axis of them, not in more")
    mask = seen(op, query, value, use_causal_mask, layer._sliding_window)
    mask = reduce(lambda a, b: both(op, a, b), [attention_mask, *of_steps(op, None, value_mask, key_mask)], mask)
    gate = projected(op, layer._gate_dense, query) if layer._use_gate else None
    q, k, v = (
        projected(op, dense, x)
        for dense, x in ((layer.query_dense, query), (layer.key_dense, key), (layer.value_dense, value))
    )
    q = elementwise(op, "Mul", [q, layer._inverse_sqrt_key_dim])
    scores = einsum(op, layer._dot_product_equation, [k, q])
    count = len(layer.attention_axes)
    # Where Keras computes the scores itself, a step that sees nothing gets zeros, else a mean of all.
    by_hand = layer.dropout > 0 or return_attention_scores or q.rank != 4
    weights = attended(op, scores, mask, list(range(scores.rank - count, scores.rank)), 2 * count, by_hand)
    result = einsum(op, layer._combine_equation, [weights, v])
    result = result if gate is None else elementwise(op, "Mul", [result, gate])
    output = projected(op, layer.output_dense, result)
    return (output, weights) if return_attention_scores else output


def projected(op: Graph, dense: Any, x: Tensor) -> Tensor:
    with op.scope(dense):
        return einsum_dense(op, dense, x)


def of_steps(
    op: Graph, query_mask: Tensor | None, value_mask: Tensor | None, key_mask: Tensor | None = None
) -> list[Tensor]:
    """Give masks of steps as masks of pairs: a row for each step of the query, a column for each of the others."""
    rows = [with_unit(op, m, 2) for m in (query_mask,) if m is not None]
    return rows + [with_unit(op, m, 1) for m in (value_mask, key_mask) if m is not None]


def attended(op: Graph, scores: Tensor, mask: Tensor | None, axes: list[int], last: int, zeroed: bool) -> Tensor:
    """Turn scores into weights.

    Args:
        op: The graph.
        scores: The scores.
        mask: Which of them are seen; units are put before its `last` axes until it has their rank.
        axes: The axes that sum to one.
        last: How many axes of a mask are those of steps.
        zeroed: Whether all weights are zero where nothing is seen.
    """
    axis = axes if len(axes) > 1 else axes[0]
    if mask is None:
        return softmax(op, scores, axis)
    while mask.rank < scores.rank:
        mask = with_unit(op, mask, max(mask.rank - last, 0))
    weights = softmax(op, where(op, mask, scores, -1e9 if zeroed else large_negative(scores)), axis)
    return where(op, mask, weights, 0.0) if zeroed else weights


@writes(layers.GroupQueryAttention)
def group_query_attention(
    op: Graph,
    layer: Any,
    query: Tensor,
    value: Tensor,
    key: Tensor | None = None,
    query_mask: Tensor | None = None,
    value_mask: Tensor | None = None,
    key_mask: Tensor | None = None,
    attention_mask: Tensor | None = None,
    return_attention_scores: bool = False,
    use_causal_mask: bool = False,
) -> Any:
    """Write the heads of the query as groups, one for each head of key and value."""
    key = value if key is None else key
    if (use_causal_mask or layer.sliding_window) and query.rank != 3:
        raise Refused("steps can be hidden where there is one axis of them, not in more")
    mask = seen(op, query, value, use_causal_mask, layer.sliding_window)
    mask = reduce(lambda a, b: both(op, a, b), [attention_mask, *of_steps(op, query_mask, value_mask, key_mask)], mask)
    if mask is not None and mask.rank == 4 and mask.shape[1] != 1:
        raise Refused("attention_mask with an axis of heads isn't supported")
    gate = projected(op, layer._gate_dense, query) if layer.use_gate else None
    q, k, v = (
        projected(op, dense, x)
        for dense, x in ((layer._query_dense, query), (layer._key_dense, key), (layer._value_dense, value))
    )
    groups = (*q.shape[:2], layer.num_key_value_heads, layer.num_repeats, layer.head_dim)
    q = regrouped(op, elementwise(op, "Mul", [q, layer._inverse_sqrt_head_dim]), groups)
    scores = einsum(op, "bqvrh,bkvh->bvrqk", [q, k])
    by_hand = layer.dropout > 0 or return_attention_scores
    weights = attended(op, scores, mask, [4], 2, by_hand)
    result = einsum(op, "bvrqk,bkvh->bqvrh", [weights, v])
    result = regrouped(op, result, (*result.shape[:2], layer.num_query_heads, layer.head_dim))
    result = result if gate is None else elementwise(op, "Mul", [result, gate])
    output = projected(op, layer._output_dense, result)
    if not return_attention_scores:
        return output
    return output, of_all_heads(op, weights, layer.num_query_heads)


def of_all_heads(op: Graph, weights: Tensor, heads: int) -> Tensor:
    """Merge groups and the heads in them, whatever the sizes are that follow."""
    batch, steps = op.Shape(weights, start=0, end=1), op.Shape(weights, start=3, end=5)
    sizes = op.Concat(batch, np.array([heads]), steps, axis=0)
    shape = (weights.shape[0], heads, *weights.shape[3:])
    return in_keras_order(op.Reshape(weights, sizes), shape, weights.dtype)


def regrouped(op: Graph, x: Tensor, shape: tuple[int | None, ...]) -> Tensor:
    """Give the axes after batch and steps other sizes."""
    return reshaped(op, x, [0, 0, *shape[2:]], shape)


@writes(layers.Attention)
def attention(
    op: Graph,
    layer: Any,
    inputs: list[Tensor],
    mask: list[Tensor | None] | None = None,
    return_attention_scores: bool = False,
    use_causal_mask: bool = False,
) -> Any:
    query, value, key = of_three(op, layer, inputs)
    if layer.score_mode == "dot":
        scores = einsum(op, "btd,bsd->bts", [query, key])
        scale = None if layer.scale is None else array_of(layer.scale)
        scores = scores if scale is None else elementwise(op, "Mul", [scores, scale])
    else:
        scores = pairwise(op, query, key, None if layer.scale is None else array_of(layer.scale))
        scores = reduced(op, "ReduceSum", scores, -1)
        scores = elementwise(op, "Mul", [scores, array_of(layer.concat_score_weight)])
    pairs = seen(op, query, key, use_causal_mask)
    return averaged(op, scores, value, pairs, mask or [None, None], return_attention_scores)


@writes(layers.AdditiveAttention)
def additive_attention(
    op: Graph,
    layer: Any,
    inputs: list[Tensor],
    mask: list[Tensor | None] | None = None,
    return_attention_scores: bool = False,
    use_causal_mask: bool = False,
) -> Any:
    query, value, key = of_three(op, layer, inputs)
    scores = pairwise(op, query, key, None)
    if layer.use_scale:
        scores = elementwise(op, "Mul", [scores, op.held(array_of(layer.scale), "scale")])
    scores = reduced(op, "ReduceSum", scores, -1)
    pairs = seen(op, query, key, use_causal_mask)
    return averaged(op, scores, value, pairs, mask or [None, None], return_attention_scores)


def of_three(op: Graph, layer: Any, inputs: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Give query, value and key, which is the value where it is absent."""
    if any(x.rank != 3 for x in inputs):
        raise Refused("only inputs of batch, steps and features are supported")
    query, value, *rest = (cast(op, x, layer.variable_dtype) for x in inputs)
    return query, value, rest[0] if rest else value


def pairwise(op: Graph, query: Tensor, key: Tensor, scale: np.ndarray | None) -> Tensor:
    """Write tanh(query + key) for each pair of steps."""
    pairs = elementwise(op, "Add", [with_unit(op, query, 2), with_unit(op, key, 1)])
    pairs = pairs if scale is None else elementwise(op, "Mul", [pairs, scale])
    return pairs.become(op.Tanh(pairs))


def averaged(
    op: Graph, scores: Tensor, value: Tensor, pairs: Tensor | None, masks: list[Tensor | None], with_weights: bool
) -> Any:
    """Give the mean of the values by scores, and the weights if they are wanted.

    Args:
        op: The graph.
        scores: The scores of each pair of steps.
        value: The values.
        pairs: Which pairs count, None for all.
        masks: Which steps of the query and of the value count, None for all.
        with_weights: Whether the weights are wanted.
    """
    query_mask, value_mask = masks[:2]
    counts = reduce(lambda a, b: both(op, a, b), of_steps(op, None, value_mask), pairs)
    if counts is not None:
        unseen = elementwise(op, "Sub", [scores, 65504.0 if scores.dtype == "float16" else 1e9])
        scores = where(op, counts, scores, unseen)
    weights = softmax(op, scores, -1)
    output = einsum(op, "bts,bsd->btd", [weights, value])
    output = output if query_mask is None else where(op, with_unit(op, query_mask, 2), output, 0.0)
    return (output, weights) if with_weights else output
