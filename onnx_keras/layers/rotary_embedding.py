"""RotaryEmbedding: where a token stands, as an angle by which its features are turned."""

from typing import Any

from keras import ops

from onnx_keras.layers.base import Operator, operator


@operator(since_version=23)
class RotaryEmbedding(Operator):
    """Turn pairs of features by angles that depend on the place in the sequence.

    Inputs:
        x: Tensor of shape (batch, heads, time, head_size), or (batch, time, heads * head_size).
        cos_cache: Cosines of shape (places, head_size / 2), or (batch, time, head_size / 2) without `position_ids`.
        sin_cache: Sines, alike.
        position_ids: The place of each element, of shape (batch, time).

    Attributes:
        interleaved: Whether pairs are neighbours; else the first half is paired with the second.
        num_heads: The heads, where they come in one axis with their size.
        rotary_embedding_dim: How many features of a head are turned; 0 for all.

    Specification: https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html
    """

    interleaved: int = 0
    num_heads: int | None = None
    rotary_embedding_dim: int = 0

    not_learned = ("cos_cache", "sin_cache")

    def compute(self, x: Any, cos_cache: Any, sin_cache: Any, position_ids: Any = None) -> Any:
        sizes = ops.shape(x)
        is_flat = len(sizes) == 3
        if is_flat:
            x = ops.reshape(x, (sizes[0], sizes[1], self.num_heads, sizes[2] // self.num_heads))
        cos, sin = (at_places(c, position_ids, 2 if is_flat else 1) for c in (cos_cache, sin_cache))
        end = self.rotary_embedding_dim
        turned = self.turned(x[..., :end] if end else x, cos, sin)
        if end:
            turned = ops.concatenate([turned, x[..., end:]], axis=-1)
        return ops.reshape(turned, sizes) if is_flat else turned

    def turned(self, x: Any, cos: Any, sin: Any) -> Any:
        """Turn all features."""
        if not self.interleaved:
            a, b = ops.split(x, 2, axis=-1)
            return ops.concatenate([cos * a - sin * b, sin * a + cos * b], axis=-1)
        a, b = x[..., 0::2], x[..., 1::2]
        return ops.reshape(ops.stack([cos * a - sin * b, sin * a + cos * b], axis=-1), ops.shape(x))


def at_places(cache: Any, places: Any, head_axis: int) -> Any:
    """Look angles up, with an axis for the heads."""
    angles = ops.convert_to_tensor(cache) if places is None else ops.take(cache, places, axis=0)
    return ops.expand_dims(angles, head_axis)
