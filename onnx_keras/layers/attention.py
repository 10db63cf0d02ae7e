"""Attention: an average of values, weighted by how well queries and keys agree."""

import math
from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.softmax import in_wide
from onnx_keras.types import type_name


@operator(since_version=25)
class Attention(Operator):
    """Weigh values by the scaled products of queries and keys.

    Inputs:
        q: Queries of shape (batch, heads, queries, head_size), or (batch, queries, heads * head_size).
        k: Keys, alike; a head may serve several of the queries' heads.
        v: Values, alike.
        attn_mask: True where a key may be seen, or numbers to add to the products; what it lacks of the last axis is
            never seen.
        past_key: Keys of shape (batch, heads, past, head_size) to put before `k`.
        past_value: Values to put before `v`.
        nonpad_kv_seqlen: How many of the keys there are in each batch.

    Attributes:
        is_causal: Whether a query sees only keys up to its own place.
        kv_num_heads: The heads of keys and values, where they come in one axis with their sizes.
        left_window_size: How many places before its own a query sees; -1 for all.
        q_num_heads: The heads of queries, where they come in one axis with their sizes.
        qk_matmul_output_mode: What the fourth result is: 0 products, 1 after `softcap`, 2 after the mask, 3 weights.
        right_window_size: How many places after its own a query sees; -1 for all.
        scale: The factor of the products; one over the root of the head's size by default.
        softcap: The bound to which products are squashed; 0 for none.
        softmax_precision: The number of the type in which weights are computed; that of the queries by default.

    Returns:
        The averages, of the queries' shape; the keys and the values with their past; products or weights.

    Specification: https://onnx.ai/onnx/operators/onnx__Attention.html
    """

    is_causal: int = 0
    kv_num_heads: int | None = None
    left_window_size: int = -1
    q_num_heads: int | None = None
    qk_matmul_output_mode: int = 0
    right_window_size: int = -1
    scale: float | None = None
    softcap: float = 0.0
    softmax_precision: int | None = None

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        mode = attributes.get("qk_matmul_output_mode", 0)
        if mode not in (0, 1, 2, 3):
            yield f"qk_matmul_output_mode={mode}"

    def compute(
        self,
        q: Any,
        k: Any,
        v: Any,
        attn_mask: Any = None,
        past_key: Any = None,
        past_value: Any = None,
        nonpad_kv_seqlen: Any = None,
    ) -> tuple[Any, ...]:
        is_flat = len(q.shape) == 3
        if is_flat:
            q, k, v = (
                with_heads(q, self.q_num_heads),
                with_heads(k, self.kv_num_heads),
                with_heads(v, self.kv_num_heads),
            )
        before = 0 if past_key is None else ops.shape(past_key)[2]
        k = k if past_key is None else ops.concatenate([past_key, k], axis=2)
        v = v if past_value is None else ops.concatenate([past_value, v], axis=2)
        raw = self.products(q, k)
        capped = self.softcap * ops.tanh(raw / self.softcap) if self.softcap else raw
        bias = self.bias(capped, attn_mask, before, nonpad_kv_seqlen)
        weights = self.shares(capped, bias)
        y = grouped_product(weights, v)
        if is_flat:
            y = without_heads(y)
        more = (raw, capped, None, weights)[self.qk_matmul_output_mode]
        if self.qk_matmul_output_mode == 2:
            more = capped if bias is None else capped + bias
        return y, k, v, more

    def products(self, q: Any, k: Any) -> Any:
        """Multiply queries and keys, each scaled by the root of the factor."""
        size = ops.shape(q)[3]
        if self.scale is not None or isinstance(size, int):
            factor = math.sqrt(1 / math.sqrt(size) if self.scale is None else self.scale)
        else:
            factor = ops.rsqrt(ops.sqrt(ops.cast(size, q.dtype)))
        factor = ops.convert_to_tensor(factor, q.dtype)  # PyTorch rounds no number to the type of a tensor
        return grouped_product(q * factor, ops.transpose(k * factor, (0, 1, 3, 2)))

    def bias(self, products: Any, mask: Any, before: Any, lengths: Any) -> Any:
        """Give what is added to the products: minus infinity where a key isn't seen; None if all are."""
        queries, keys = ops.shape(products)[2:]
        if lengths is not None:
            before = ops.reshape(ops.cast(lengths, "int32"), (-1, 1, 1, 1)) - queries
        seen = self.seen(queries, keys, before)
        if lengths is not None:
            real = ops.arange(keys, dtype="int32") < before + queries
            seen = real if seen is None else ops.logical_and(seen, real)
        if mask is None:
            return None if seen is None else as_bias(seen, products.dtype)
        bias = widened(as_bias(mask, products.dtype), keys)
        return bias if seen is None else ops.where(seen, bias, minus_infinity(products.dtype))

    def seen(self, queries: Any, keys: Any, before: Any) -> Any:
        """Say which keys a query sees from its place; None if all."""
        right = 0 if self.is_causal else self.right_window_size
        distance = ops.arange(keys, dtype="int32") - ops.expand_dims(ops.arange(queries, dtype="int32"), 1) - before
        limits = [distance >= -self.left_window_size] if self.left_window_size >= 0 else []
        limits += [distance <= right] if right >= 0 else []
        return ops.logical_and(*limits) if len(limits) == 2 else limits[0] if limits else None

    def shares(self, products: Any, bias: Any) -> Any:
        """Turn products to weights; a query that sees nothing has none."""
        if bias is None:
            return self.softmax(products)
        blind = ops.max(bias, axis=-1, keepdims=True) == minus_infinity(bias.dtype)
        products = ops.where(blind, ops.zeros_like(products), products + ops.where(blind, ops.zeros_like(bias), bias))
        weights = self.softmax(products)
        return ops.where(blind, ops.zeros_like(weights), weights)

    def softmax(self, products: Any) -> Any:
        """Compute weights in the type that is asked for; what only a policy computes in sixteen bits, in float32."""
        dtype = products.dtype if self.softmax_precision is None else type_name(self.softmax_precision)
        function = rounded_softmax if self.compute_dtype == "float32" else in_float32
        return ops.cast(function(ops.cast(products, dtype)), products.dtype)


def with_heads(x: Any, heads: int | None) -> Any:
    """Split the last axis by heads, and put these before the sequence."""
    batch, length, size = ops.shape(x)
    return ops.transpose(ops.reshape(x, (batch, length, heads, size // heads)), (0, 2, 1, 3))


def without_heads(x: Any) -> Any:
    batch, heads, length, size = ops.shape(x)
    return ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (batch, length, heads * size))


def grouped_product(a: Any, b: Any) -> Any:
    """Multiply stacks of matrices; a head of the right one serves as many neighbours of the left as needed."""
    batch, heads, rows, inner = ops.shape(a)
    groups, columns = ops.shape(b)[1], ops.shape(b)[3]
    if isinstance(heads, int) and heads == groups:
        return a @ b
    stacked = ops.reshape(a, (batch, groups, heads // groups * rows, inner)) @ b
    return ops.reshape(stacked, (batch, heads, rows, columns))


def in_float32(x: Any) -> Any:
    return in_wide(ops.softmax, x, -1)


def rounded_softmax(x: Any) -> Any:
    """Compute a softmax whose steps are rounded to the type; sixteen bits are too few to add terms up in."""
    if keras.backend.standardize_dtype(x.dtype) not in ("float16", "bfloat16"):
        return ops.softmax(x, -1)
    powers = ops.exp(x - ops.stop_gradient(ops.max(x, -1, keepdims=True)))
    return powers / ops.cast(ops.sum(ops.cast(powers, "float32"), -1, keepdims=True), x.dtype)


def minus_infinity(dtype: Any) -> Any:
    return ops.cast(-math.inf, dtype)


def as_bias(mask: Any, dtype: Any) -> Any:
    """Turn a mask to numbers that are added."""
    if "bool" not in str(mask.dtype):
        return ops.cast(mask, dtype)
    return ops.where(mask, ops.cast(0, dtype), minus_infinity(dtype))


def widened(bias: Any, keys: Any) -> Any:
    """Lengthen a bias to all keys: those that it lacks aren't seen."""
    known = ops.shape(bias)[-1]
    if isinstance(known, int) and isinstance(keys, int) and known >= keys:
        return bias
    return native.padded(bias, [(0, 0)] * (len(bias.shape) - 1) + [(0, keys - known)], -math.inf)
