"""ONNX Runtime's operators that fuse others."""

import functools

import numpy as np

from tests.operators.matrix import case, constant, float32, int8, live, weight

fused = functools.partial(case, domain="com.microsoft", opset=1, oracle="runtime")

MASK = live([[1, 1, 1, 0], [1, 1, 0, 0]], "int32")
CACHES = [constant(f(np.outer(np.arange(8), [1.0, 0.1])), "float32") for f in (np.cos, np.sin)]

TOKENS = [float32(4, 1, 6, seed=i) for i in range(3)]
BUFFERS = [float32(4, 2, 5, 3, seed=i) for i in (3, 4)]
BEAMS = live([[[1, 0, 1, 7, 7], [0, 0, 1, 7, 7]], [[0, 1, 1, 7, 7], [1, 1, 0, 7, 7]]], "int32")
OTHERS = [float32(2, 2, 4, 3, seed=i) for i in (5, 6)]


def attended(mask):
    """Attend in NumPy: ONNX Runtime doesn't infer the type of products where none is declared."""
    query = (float32(2, 1, 6).array + float32(18).array[:6]).reshape(2, 2, 1, 3)
    key, value = (x.array for x in OTHERS)
    products = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(3))
    products += np.where(mask is None or mask.array[:, None, None] > 0, np.float32(0), np.float32(-10000))
    shares = np.exp(products - products.max(-1, keepdims=True))
    y = (shares / shares.sum(-1, keepdims=True)) @ value
    return [y.reshape(2, 1, 6), products]


DECODING = [
    fused(
        "MultiHeadAttention",
        *TOKENS,
        weight(float32(18)),
        None,
        None,
        *BUFFERS,
        live([3], "int32"),
        beams,
        num_heads=2,
        unidirectional=1,
        outputs=(1, 1, 1),
        unknown=False,
        why="a past in shared buffers, of beams",
    )
    for beams in (BEAMS, live(np.zeros((4, 1, 5)), "int32"))
] + [
    fused(
        "MultiHeadAttention",
        float32(2, 1, 6),
        *OTHERS,
        weight(float32(18)),
        mask,
        num_heads=2,
        outputs=(1, 0, 0, 1),
        expected=attended(mask),
        unknown=False,
        why="the products of a decoder with its encoder, with the mask",
    )
    for mask in (None, MASK)
] + [
    fused(
        "DecoderMaskedMultiHeadAttention",
        *TOKENS,
        mask,
        None,
        *BUFFERS,
        live([place], "int32"),
        live([2], "int32"),
        BEAMS,
        weight(float32(18)),
        num_heads=2,
        past_present_share_buffer=1,
        outputs=(1, 1, 1),
        unknown=False,
    )
    for place, mask in ((0, None), (3, None), (2, live([[0, 1, 1]] * 4, "int32")))
] + [
    fused("DecoderMaskedMultiHeadAttention", float32(2, 1, 6), *OTHERS, num_heads=2, scale=0.3, unknown=False),
    fused(
        "DecoderMaskedMultiHeadAttention",
        float32(2, 1, 18),
        *[None] * 4,
        *[float32(2, 2, 5, 3, seed=i) for i in (3, 4)],
        live([1], "int32"),
        num_heads=2,
        past_present_share_buffer=1,
        match="in one tensor",
    ),
]  # fmt: skip

CASES = [
    *DECODING,
    fused("Gelu", float32(2, 3)),
    fused("BiasGelu", float32(2, 3, 4), weight(float32(4, seed=1))),
    fused("FastGelu", float32(2, 3), terms=256),
    fused("FastGelu", float32(2, 3, 4), weight(float32(4, seed=1)), terms=256),
    fused("QuickGelu", float32(2, 3), alpha=1.5),
    fused("QuickGelu", float32(2, 3)),
    fused("FusedMatMul", float32(2, 3), weight(float32(4, 3, seed=1)), transB=1, alpha=0.5),
    fused("FusedMatMul", float32(2, 4, 3), float32(2, 4, 5, seed=1), transA=1),
    fused("FusedMatMul", float32(3, 2, 4), float32(2, 4, 5, seed=1), transBatchA=1, unknown=False),
    fused("TransposeMatMul", float32(2, 3), float32(4, 3, seed=1), transB=1, alpha=2.0),
    *[
        fused("FusedConv", float32(1, 2, 5, 5), weight(float32(3, 2, 3, 3, seed=1)), weight(float32(3)), **words)
        for words in (
            {"activation": "Relu"},
            {"activation": "LeakyRelu", "activation_params": [0.2], "pads": [1, 1, 1, 1]},
            {"activation": "Clip", "activation_params": [-1.0, 1.0], "strides": [2, 2]},
            {"activation": "Tanh", "dilations": [2, 2]},
        )
    ],
    fused(
        "FusedConv",
        float32(1, 2, 5, 5),
        weight(float32(3, 2, 3, 3, seed=1)),
        weight(float32(3)),
        float32(1, 3, 3, 3, seed=2),
        activation="Relu",
        why="a sum before the activation",
    ),
    fused("FusedGemm", float32(2, 3), weight(float32(3, 4, seed=1)), weight(float32(4)), activation="Relu"),
    fused(
        "FusedGemm",
        float32(2, 3),
        weight(float32(4, 3, seed=1)),
        weight(float32(4)),
        transB=1,
        activation="LeakyRelu",
        activation_alpha=0.3,
    ),
    fused("NhwcMaxPool", int8(1, 4, 4, 2), kernel_shape=[2, 2], strides=[2, 2], unknown=False),
    fused("SkipLayerNormalization", float32(2, 3, 4), float32(2, 3, 4, seed=1), *map(weight, (float32(4), float32(4)))),
    fused(
        "SkipLayerNormalization",
        float32(2, 3, 4),
        float32(2, 3, 4, seed=1),
        weight(float32(4)),
        weight(float32(4, seed=1)),
        weight(float32(4, seed=2)),
        outputs=(1, 0, 0, 1),
        epsilon=0.01,
    ),
    fused("SkipSimplifiedLayerNormalization", float32(2, 3, 4), float32(2, 3, 4, seed=1), weight(float32(4))),
    fused(
        "EmbedLayerNormalization",
        live([[1, 2, 0], [2, 2, 1]], "int32"),
        live([[0, 0, 1], [0, 1, 1]], "int32"),
        weight(float32(3, 4)),
        weight(float32(5, 4, seed=1)),
        weight(float32(2, 4, seed=2)),
        weight(float32(4, seed=3)),
        weight(float32(4, seed=4)),
        live([[1, 1, 0], [1, 1, 1]], "int32"),
        outputs=(1, 1),
    ),
    fused("MultiHeadAttention", *(float32(2, 4, 6, seed=i) for i in range(3)), num_heads=2),
    fused(
        "MultiHeadAttention",
        *(float32(2, 4, 6, seed=i) for i in range(3)),
        weight(float32(18)),
        MASK,
        float32(1, 2, 4, 4, seed=5),
        num_heads=2,
        scale=0.3,
        unknown=False,
    ),
    fused(
        "MultiHeadAttention",
        *(float32(2, 3, 6, seed=i) for i in range(3)),
        None,
        None,
        None,
        float32(2, 2, 4, 3, seed=4),
        float32(2, 2, 4, 3, seed=5),
        num_heads=2,
        outputs=(1, 1, 1),
        why="keys of the past",
    ),
    fused("Attention", float32(2, 4, 6), weight(float32(6, 18, seed=1)), weight(float32(18)), num_heads=2),
    *[
        fused("Attention", float32(2, 4, 6), weight(float32(6, 18, seed=1)), weight(float32(18)), mask, num_heads=2)
        for mask in (MASK, live([3, 2], "int32"), live([4, 3, 1, 0], "int32"))
    ],
    fused(
        "Attention",
        float32(2, 3, 6),
        weight(float32(6, 18, seed=1)),
        weight(float32(18)),
        None,
        float32(2, 2, 2, 4, 3, seed=2),
        num_heads=2,
        unidirectional=1,
        outputs=(1, 1),
        why="a past, and each query sees what came before",
    ),
    fused(
        "GroupQueryAttention",
        float32(1, 4, 32),
        float32(1, 4, 16, seed=1),
        float32(1, 4, 16, seed=2),
        None,
        None,
        live([3], "int32"),
        constant(4, "int32"),
        num_heads=4,
        kv_num_heads=2,
        outputs=(1, 1, 1),
    ),
    fused("RotaryEmbedding", float32(2, 3, 8), live([2], "int64"), *CACHES, num_heads=2, terms=256),
    fused("RotaryEmbedding", float32(2, 2, 3, 4), live([[0, 1, 2], [3, 4, 5]], "int64"), *CACHES, interleaved=1),
    fused("Inverse", float32(2, 3, 3), terms=4096),
]
