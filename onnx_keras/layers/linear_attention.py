"""LinearAttention: a matrix that remembers pairs of keys and values, asked by queries."""

import math
from collections.abc import Iterator
from typing import Any

from keras import ops

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator

RULES = ("linear", "gated", "delta", "gated_delta")


@operator(since_version=27)
class LinearAttention(Operator):
    """Walk along a sequence: forget some of the memory, write a value under a key, read by a query.

    Inputs:
        query: Tensor of shape (batch, time, q_num_heads * key_size).
        key: Tensor of shape (batch, time, kv_num_heads * key_size).
        value: Tensor of shape (batch, time, kv_num_heads * value_size).
        past_state: The memory at the start, of shape (batch, kv_num_heads, key_size, value_size); zeros by default.
        decay: Logarithms of how much of the memory stays, of shape (batch, time, kv_num_heads * key_size) or
            (batch, time, kv_num_heads).
        beta: How much of a value is written, of shape (batch, time, kv_num_heads) or (batch, time, 1).

    Attributes:
        chunk_size: How many steps an implementation may take at once; nothing of it shows in the result.
        kv_num_heads: The heads of keys and values.
        q_num_heads: The heads of queries, a multiple of `kv_num_heads`; neighbours share a head of keys.
        scale: The factor of the result, by default one over the root of the key's size.
        update_rule: "gated" to forget by `decay`, "delta" to write only the part of a value by which it differs from
            what its key reads, "gated_delta" for both, "linear" for none.

    Returns:
        What the queries read, of shape (batch, time, q_num_heads * value_size), and the memory at the end.

    Specification: https://onnx.ai/onnx/operators/onnx__LinearAttention.html
    """

    chunk_size: int = 64
    kv_num_heads: int
    q_num_heads: int
    scale: float = 0.0
    update_rule: str = "gated_delta"

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        rule = attributes.get("update_rule", "gated_delta")
        if rule not in RULES:
            yield f"update_rule={rule!r}"

    def compute(
        self, query: Any, key: Any, value: Any, past_state: Any = None, decay: Any = None, beta: Any = None
    ) -> tuple[Any, Any]:
        heads, (batch, time) = self.kv_num_heads, ops.shape(query)[:2]
        given = [by_time(x, heads) for x in (query, key, value, decay) if x is not None]
        if beta is not None:
            rates = by_time(beta, beta.shape[-1])
            given.append(ops.broadcast_to(rates, (time, batch, heads, 1)))
        sizes = [x.shape[-1] for x in given]
        size = sizes[1]
        if past_state is None:
            state = ops.zeros((batch, heads, size, sizes[2]), "float32")
        else:
            state = ops.cast(past_state, "float32")
        nothing = ops.zeros((batch, heads, sizes[0] // size, sizes[2]), "float32")
        scale = self.scale or 1 / math.sqrt(size)

        def step(x: Any, states: tuple[Any, ...]) -> tuple[Any, Any]:
            return self.step(x, sizes, states[1], scale)

        (read,), (_, state) = native.scan(step, ops.concatenate(given, -1), (nothing, state), False, 1)
        output = ops.reshape(ops.transpose(read, (1, 0, 2, 3, 4)), (batch, time, self.q_num_heads * sizes[2]))
        return ops.cast(output, query.dtype), ops.cast(state, query.dtype if past_state is None else past_state.dtype)

    def step(self, x: Any, sizes: list[int], state: Any, scale: float) -> tuple[Any, Any]:
        """Forget, write and read once; give what was read, and the memory."""
        query, key, value, *rates = parted(x, sizes)
        if self.update_rule in ("gated", "gated_delta"):
            state = ops.expand_dims(ops.exp(rates.pop(0)), -1) * state
        if self.update_rule in ("delta", "gated_delta"):
            value = rates.pop(0) * (value - ops.squeeze(ops.expand_dims(key, -2) @ state, -2))
        state = state + ops.expand_dims(key, -1) * ops.expand_dims(value, -2)
        batch, heads, _ = ops.shape(query)
        queries = ops.reshape(query, (batch, heads, sizes[0] // sizes[1], sizes[1]))
        return scale * (queries @ state), state


def by_time(x: Any, heads: int) -> Any:
    """Split the last axis by heads, and put time first."""
    batch, time = ops.shape(x)[:2]
    split = ops.reshape(x, (batch, time, heads, x.shape[-1] // heads))
    return ops.cast(ops.transpose(split, (1, 0, 2, 3)), "float32")


def parted(x: Any, sizes: list[int]) -> list[Any]:
    """Part the last axis."""
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
    return [x[..., end - size : end] for size, end in zip(sizes, ends)]
