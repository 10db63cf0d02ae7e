"""Attention and RotaryEmbedding."""

import functools

import numpy as np

from tests.operators import matrix
from tests.operators.matrix import Case, boolean, constant, float16, float32, float64, int64, live

case = functools.partial(matrix.case, oracle="reference")

Q, K, V = float32(2, 4, 3, 6), float32(2, 4, 5, 6, seed=1), float32(2, 4, 5, 7, seed=2)
GROUPED = (float32(2, 2, 5, 6, seed=1), float32(2, 2, 5, 7, seed=2))
PAST = (float32(2, 4, 2, 6, seed=3), float32(2, 4, 2, 7, seed=4))
FLAT = (float32(2, 3, 24), float32(2, 5, 12, seed=1), float32(2, 5, 14, seed=2))
MASK = live([[True, False, True, True, False], [False] * 5, [True] * 5], "bool")


def rotary(*shape: int, **options: object) -> Case:
    """State a case whose places are looked up."""
    width = options.pop("width", 4)
    places = (shape[0], shape[-2])
    caches = (float32(10, width // 2), float32(10, width // 2, seed=1))
    return case("RotaryEmbedding", float32(*shape), *caches, int64(*places, low=0, high=9), **options)


CASES = [
    case("Attention", Q, K, V),
    case("Attention", Q, K, V, opset=23),
    case("Attention", Q, K, V, is_causal=1, opset=24),
    case("Attention", Q, K, V, scale=0.3, softcap=0.7),
    case("Attention", Q, *GROUPED, float32(4, 3, 5), is_causal=1),
    case("Attention", Q, K, V, MASK, why="a query that sees nothing"),
    case("Attention", Q, K, V, MASK, outputs=(1, 0, 0, 1), qk_matmul_output_mode=3),
    case("Attention", Q, K, V, float32(3, 4), why="a mask that lacks the last key"),
    case("Attention", Q, K, V, boolean(2, 1, 3, 7), *PAST, outputs=(1, 1, 1, 0)),
    case("Attention", Q, K, V, None, *PAST, outputs=(1, 1, 1, 1), is_causal=1, qk_matmul_output_mode=2),
    case("Attention", Q, K, V, None, None, None, constant([5, 2]), is_causal=1),
    case("Attention", Q, *GROUPED, float32(3, 5), None, None, live([4, 3], "int64"), left_window_size=1),
    case("Attention", Q, K, V, left_window_size=1, right_window_size=1, opset=25),
    case("Attention", *FLAT, q_num_heads=4, kv_num_heads=2, outputs=(1, 1, 1, 1), qk_matmul_output_mode=1, softcap=2.0),
    case("Attention", *FLAT, float32(1, 1, 3, 5), q_num_heads=4, kv_num_heads=2),
    case(
        "Attention", float16(2, 2, 3, 4), float16(2, 2, 5, 4, seed=1), float16(2, 2, 5, 4, seed=2), softmax_precision=1
    ),
    case("Attention", float64(2, 2, 3, 4), float64(2, 2, 5, 4, seed=1), float64(2, 2, 5, 4, seed=2), is_causal=1),
    rotary(2, 3, 5, 4),
    rotary(2, 3, 5, 4, interleaved=1),
    rotary(2, 3, 5, 8, rotary_embedding_dim=4),
    rotary(2, 5, 12, num_heads=3),
    rotary(2, 5, 24, num_heads=3, rotary_embedding_dim=4, interleaved=1),
    case("RotaryEmbedding", float32(2, 3, 5, 4), float32(2, 5, 2), float32(2, 5, 2, seed=1)),
]


def test_a_query_that_sees_nothing_has_gradients():
    """A softmax over nothing would make every gradient NaN."""
    import keras
    import pytest

    if keras.backend.backend() != "tensorflow":
        pytest.skip("gradients are asked of TensorFlow")
    import tensorflow as tf

    from onnx_keras.layers import Attention

    tensors = [tf.constant(x.array) for x in (Q, K, V)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        y = Attention().compute(*tensors, tf.constant(MASK.array))[0]
        total = tf.reduce_sum(y * y)
    for gradient in tape.gradient(total, tensors):
        assert np.isfinite(gradient).all() and np.any(gradient)
