"""Operators of language models: gates, caches, memories of sequences."""

import onnx
import onnx.parser

from tests.operators.matrix import bfloat16, case, constant, fails, float16, float32, float64, live, weight

X = float32(2, 3, 6)
KERNEL = float32(3, 1, 4, seed=1)
BIAS = float32(3, seed=2)
PAST = float32(2, 3, 3, seed=3)
QUERY, KEY, VALUE = float32(2, 5, 12), float32(2, 5, 6, low=-0.5, high=0.5, seed=1), float32(2, 5, 8, seed=2)
MEMORY = float32(2, 2, 3, 4, seed=3)
DECAY, BETA = float32(2, 5, 2, low=-1.0, high=0.0, seed=4), float32(2, 5, 2, low=0.0, high=1.0, seed=5)
HEADS = {"q_num_heads": 4, "kv_num_heads": 2}
SIZES = {"outputs": (1, 1), "oracle": "reference"}
CACHE, NEW = float32(2, 3, 4, 5), float32(2, 3, 2, 5, seed=1)

GATES = [
    case("SwiGLU", float32(2, 3, 4), float32(2, 3, 4, seed=1), oracle="reference"),
    case("SwiGLU", float32(2, 3, 4, 5), weight(float32(2, 3, 4, 5, seed=1)), alpha=1.7, oracle="reference"),
    case("SwiGLU", float64(3), float64(3, seed=1), oracle="reference"),
]

CONVOLUTIONS = [
    case("CausalConvWithState", X, weight(KERNEL), weight(BIAS), **SIZES),
    case("CausalConvWithState", X, weight(KERNEL), weight(BIAS), PAST, activation="silu", **SIZES),
    case("CausalConvWithState", X, weight(KERNEL), None, PAST, activation="swish", **SIZES),
    case("CausalConvWithState", float32(2, 3, 2), KERNEL, why="shorter than the kernel", **SIZES),
    case("CausalConvWithState", X, weight(float32(3, 1, 1)), why="a kernel of one tap", **SIZES),
    fails("CausalConvWithState", X, KERNEL, activation="relu", match="activation", **SIZES),
]

MEMORIES = [
    case("LinearAttention", QUERY, KEY, VALUE, update_rule="linear", **HEADS, **SIZES),
    case("LinearAttention", QUERY, KEY, VALUE, MEMORY, DECAY, update_rule="gated", **HEADS, **SIZES),
    case("LinearAttention", QUERY, KEY, VALUE, MEMORY, None, BETA, update_rule="delta", scale=0.5, **HEADS, **SIZES),
    case("LinearAttention", QUERY, KEY, VALUE, None, DECAY, BETA, **HEADS, **SIZES),
    case(
        "LinearAttention",
        QUERY,
        weight(KEY),
        VALUE,
        MEMORY,
        float32(2, 5, 6, low=-1.0, high=0.0),
        float32(2, 5, 1, low=0.0, high=1.0),
        chunk_size=2,
        **HEADS,
        **SIZES,
    ),
    case(
        "LinearAttention",
        *[float16(2, 4, 6, seed=i, low=-1.0, high=1.0) for i in range(3)],
        update_rule="linear",
        q_num_heads=2,
        kv_num_heads=2,
        **SIZES,
    ),
    fails("LinearAttention", QUERY, KEY, VALUE, update_rule="rest", match="update_rule", **HEADS, **SIZES),
]

CACHES = [
    case("TensorScatter", CACHE, NEW),
    case("TensorScatter", CACHE, NEW, live([1, 2], "int64")),
    case("TensorScatter", CACHE, NEW, live([3, 2], "int64"), mode="circular"),
    case("TensorScatter", float32(2, 4, 5), float32(2, 1, 5, seed=1), live([3, 0], "int64"), axis=1),
    case("TensorScatter", float32(2, 3, 4, 5), float32(2, 3, 4, 2, seed=1), constant([3, 0]), axis=-1),
    case("TensorScatter", bfloat16(2, 4, 5), bfloat16(2, 2, 5, seed=1), live([1, 2], "int64"), axis=1),
    fails("TensorScatter", CACHE, NEW, mode="spiral", match="mode"),
]


def modified(op_type: str, factor: float) -> onnx.GraphProto:
    """Make a body that combines scores or weights with a number."""
    graph = f"""modify (float[B, H, L, S] x) => (float[B, H, L, S] y) <float factor = {{{factor}}}> {{
        y = {op_type}(x, factor)
    }}"""
    return onnx.parser.parse_graph(graph)


STARE = [float32(2, 4, 3, 6, seed=1), float32(2, 2, 5, 6, seed=2), float32(2, 2, 5, 4, seed=3)]
BODIES = {"domain": "ai.onnx.preview", "oracle": "reference"}

FLEXIBLE = [
    case("FlexAttention", *STARE, **BODIES),
    case("FlexAttention", *STARE, scale=0.7, score_mod=modified("Add", 0.5), **BODIES),
    case("FlexAttention", *STARE, score_mod=modified("Mul", 0.3), prob_mod=modified("Mul", 2.0), **BODIES),
]

CASES = FLEXIBLE + GATES + CONVOLUTIONS + MEMORIES + CACHES
