"""ONNX Runtime's attention whose projections are quantised."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from keras import ops

from onnx_keras.layers.attention import with_heads, without_heads
from onnx_keras.layers.base import Operator, operator
from onnx_keras.layers.integer_products import exact_product, one
from onnx_keras.layers.quantizing import distance
from onnx_keras.registry import MICROSOFT


@operator(domain=MICROSOFT, since_version=1)
class QAttention(Operator):
    """Project a quantised sequence to queries, keys and values and weigh the values.

    Inputs:
        input: Sequence of integers of shape (batch, sequence, features).
        weight: The kernels of queries, keys and values, integers of shape (features, 3 * hidden).
        bias: Vector of shape (3 * hidden,).
        input_scale: The scale of `input`.
        weight_scale: The scale of `weight`: one number, or one for each column.
        mask_index: Which keys are seen: where they end, of shape (batch,); where they end and then where they begin,
            of shape (2 * batch,); or larger than zero where they are, of shape (batch, keys), (batch, sequence, keys)
            or (batch, 1, longest, longest).
        input_zero_point: What stands for zero in `input`.
        weight_zero_point: What stands for zero in `weight`, of the shape of its scale.
        past: Keys and values to put before, of shape (2, batch, heads, past, head_size).

    Attributes:
        do_rotary: Whether queries and keys are rotated.
        mask_filter_value: What is added to the products with keys that aren't seen.
        num_heads: The number of heads.
        past_present_share_buffer: Whether `past` has room for what comes.
        scale: The factor of the products; one over the root of the head's size by default.
        unidirectional: Whether a query sees only keys up to its own place.

    Returns:
        The averages, of shape (batch, sequence, hidden); the keys and values with their past.

    Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QAttention
    """

    do_rotary: int = 0
    mask_filter_value: float = -10000.0
    num_heads: int
    past_present_share_buffer: int = 0
    scale: float | None = None
    unidirectional: int = 0

    weight_names = {"weight": "kernel", "bias": "bias"}

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        yield from (f"{n}={attributes[n]}" for n in ("do_rotary", "past_present_share_buffer") if attributes[n])

    def compute(
        self,
        input: Any,
        weight: Any,
        bias: Any,
        input_scale: Any,
        weight_scale: Any,
        mask_index: Any = None,
        input_zero_point: Any = None,
        weight_zero_point: Any = None,
        past: Any = None,
    ) -> tuple[Any, Any]:
        sums = exact_product(
            distance(input, one(input_zero_point), ops.dtype(input)),
            distance(weight, one(weight_zero_point), ops.dtype(weight)),
        )
        joined = ops.cast(sums, bias.dtype) * (one(input_scale) * one(weight_scale)) + bias
        q, k, v = (with_heads(part, self.num_heads) for part in ops.split(joined, 3, axis=-1))
        before = 0 if past is None else ops.shape(past)[3]
        k = k if past is None else ops.concatenate([past[0], k], axis=2)
        v = v if past is None else ops.concatenate([past[1], v], axis=2)
        products = q @ ops.transpose(k, (0, 1, 3, 2)) * self.factor(q)
        products = self.masked(products, mask_index, before)
        return without_heads(ops.softmax(products) @ v), ops.stack([k, v])

    def factor(self, q: Any) -> Any:
        return self.scale or 1 / math.sqrt(q.shape[-1])

    def masked(self, products: Any, mask: Any, before: Any) -> Any:
        """Add a number to the products with keys that aren't seen; keys after a query's own place are out of question."""
        queries, keys = ops.shape(products)[2:]
        if mask is not None:
            seen = seen_keys(mask, products.shape[0], queries, keys, before)
            products = products + ops.where(seen, 0.0, ops.cast(self.mask_filter_value, products.dtype))
        if not self.unidirectional:
            return products
        places = ops.expand_dims(ops.arange(queries, dtype="int32"), 1) + before
        later = ops.arange(keys, dtype="int32") > places
        return ops.where(later, float(np.finfo(np.float32).min), products)


def seen_keys(mask: Any, batch: int | None, queries: Any, keys: Any, before: Any) -> Any:
    """Say which keys are seen, in a shape that broadcasts to (batch, heads, queries, keys)."""
    rank = len(mask.shape)
    if rank == 1:
        place = ops.arange(keys, dtype="int32")
        is_pair = batch is not None and mask.shape[0] == 2 * batch
        ends, *starts = ops.split(mask, 2) if is_pair else (mask,)
        seen = place < ops.reshape(ends, (-1, 1, 1, 1))
        return ops.logical_and(seen, place >= ops.reshape(starts[0], (-1, 1, 1, 1))) if starts else seen
    if rank == 2:
        return ops.expand_dims(mask > 0, (1, 2))
    if rank == 3:
        return ops.expand_dims(mask > 0, 1)
    return mask[:, :, before : before + queries, :keys] > 0
