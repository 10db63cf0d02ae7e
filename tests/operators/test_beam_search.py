"""Cases of BeamSearch: small networks that write, with what is refused."""

import functools

import numpy as np

from tests.operators.matrix import case, constant, fails, graph, live

SIZE, HEADS, TOKENS = 6, 2, 11
HALF = SIZE // HEADS


def drawn(seed: int, *shape: int) -> str:
    """Write weights as ONNX text has them."""
    numbers = np.random.default_rng([seed, *shape]).normal(0, 0.8, shape)
    return f"float[{','.join(map(str, shape))}] NAME = {{{','.join(f'{x:.4f}' for x in numbers.ravel())}}}"


def weights(seed: int, **shapes: tuple[int, ...]) -> str:
    return ", ".join(drawn(seed + i, *s).replace("NAME", n) for i, (n, s) in enumerate(shapes.items()))


HEADED = f"float[B, {HEADS}, T, {HALF}]"
ENCODER = """encoder (int32[B, S] encoder_input_ids, int32[B, S] encoder_attention_mask, int32[B, 1] decoder_input_ids)
=> (float[B, 1, {tokens}] logits, float[B, S, {size}] encoder_hidden_states, {headed} present_key_self_0,
    {headed} present_value_self_0, float[B, {heads}, S, {half}] present_key_cross_0,
    float[B, {heads}, S, {half}] present_value_cross_0)
<{weights}, int64[4] split = {{0, 0, {heads}, {half}}}> {{
    read = Gather (words, encoder_input_ids)
    kept = Unsqueeze (encoder_attention_mask, axis)
    there = CastLike (kept, words)
    encoder_hidden_states = Mul (read, there)
    headed = Reshape (encoder_hidden_states, split)
    present_key_cross_0 = Transpose <perm = [0, 2, 1, 3]> (headed)
    present_value_cross_0 = Identity (present_key_cross_0)
    first = Gather (words, decoder_input_ids)
    known = ReduceSum (encoder_hidden_states, one)
    sum = Add (first, known)
    logits = MatMul (sum, out)
    own = Reshape (first, split)
    present_key_self_0 = Transpose <perm = [0, 2, 1, 3]> (own)
    present_value_self_0 = Neg (present_key_self_0)
}}"""
DECODER = """decoder (int32[B, {length}] input_ids, int32[B, S] encoder_attention_mask{hidden_input},
    float[B, {heads}, P, {half}] past_key_self_0, float[B, {heads}, P, {half}] past_value_self_0,
    float[B, {heads}, S, {half}] past_key_cross_0, float[B, {heads}, S, {half}] past_value_cross_0)
=> (float[B, {length}, {tokens}] logits, float[B, {heads}, Q, {half}] present_key_self_0,
    float[B, {heads}, Q, {half}] present_value_self_0)
<{weights}, int64[4] split = {{0, 0, {heads}, {half}}}, int64[3] whole = {{0, 1, {size}}}> {{
    all_words = Gather (words, input_ids)
    here = Slice (all_words, last, end, one)
    own = Reshape (here, split)
    new = Transpose <perm = [0, 2, 1, 3]> (own)
    minus = Neg (new)
    present_key_self_0 = Concat <axis = 2> (past_key_self_0, new)
    present_value_self_0 = Concat <axis = 2> (past_value_self_0, minus)
    all = Mul (past_key_self_0, past_value_self_0)
    both = Concat <axis = 2> (all, past_value_cross_0)
    mean = ReduceMean (both, two)
    state = Reshape (mean, whole)
    sum = Add (all_words, state)
    {hidden_use}
    logits = MatMul (total, out)
}}"""
COMMON = ", int64[1] axis = {2}, int64[1] one = {1}, int64[1] two = {2}, int64[1] last = {-1}, int64[1] end = {999}"
WORDS = {
    "tokens": TOKENS,
    "size": SIZE,
    "heads": HEADS,
    "half": HALF,
    "headed": HEADED,
    "length": 1,
    "hidden_input": "",
    "hidden_use": "total = Identity (sum)",
}
WHOLE = {
    "length": "L",
    "hidden_input": f", float[B, S, {SIZE}] encoder_hidden_states",
    "hidden_use": "seen = ReduceMean (encoder_hidden_states, one)\n total = Sub (sum, seen)",
}


def networks(seed: int, **words: object) -> dict[str, object]:
    """Make an encoder and a decoder."""
    more = {"words": (TOKENS, SIZE), "out": (SIZE, TOKENS)}
    texts = {"encoder": ENCODER, "decoder": DECODER}
    return {
        n: graph(t.format(**{**WORDS, **words}, weights=weights(seed + i, **more) + COMMON))
        for i, (n, t) in enumerate(texts.items())
    }


def numbers(**given: float) -> list[object]:
    """List the inputs from max_length to repetition_penalty as constants."""
    defaults = {"max_length": 9, "min_length": 1, "num_beams": 3, "num_return_sequences": 2}
    values = {**defaults, "length_penalty": 1.0, "repetition_penalty": 1.0, **given}
    return [constant([v], "float32" if n.endswith("penalty") else "int32") for n, v in values.items()]


IDS = live([[4, 5, 6], [1, 7, 8], [9, 3, 1]], "int32")
TOKEN_IDS = {"decoder_start_token_id": 2, "eos_token_id": 3, "pad_token_id": 1, "model_type": 1}
searched = functools.partial(
    case, "BeamSearch", domain="com.microsoft", opset=1, oracle="runtime", outputs=(1, 1), trains=False, **TOKEN_IDS
)

CASES = [
    searched(IDS, *numbers(), **networks(0)),
    searched(IDS, *numbers(num_beams=1, num_return_sequences=1), **networks(1)),
    searched(IDS, *numbers(length_penalty=0.3), early_stopping=1, **networks(2)),
    searched(IDS, *numbers(length_penalty=2.0, repetition_penalty=1.3), **networks(3)),
    searched(IDS, *numbers(min_length=5), **networks(4)),
    searched(IDS, *numbers(max_length=12), no_repeat_ngram_size=2, **networks(5)),
    searched(IDS, *numbers(max_length=8), no_repeat_ngram_size=1, **networks(5)),
    searched(IDS, *numbers(), live([0, 1] * 5 + [1], "int32"), **networks(6)),
    searched(IDS, *numbers(), None, live([[1] * 6 + [0] * 5] * 3, "int32"), **networks(7)),
    searched(IDS, *numbers(), None, None, live([[1, 1, 0]] * 3, "int32"), **networks(8)),
    searched(IDS, *numbers(), **networks(9, **WHOLE), why="a decoder of all tokens and of what the encoder made"),
    searched(IDS, *numbers(), vocab_size=TOKENS, **networks(10)),
    searched(live([[4, 5, 6]], "int32"), *numbers(), **networks(11), unknown=False),
    searched(IDS, *numbers(min_length=8), **networks(12) | {"outputs": (1, 1, 1)}, why="scores of all tokens"),
    *[
        fails(
            "BeamSearch",
            IDS,
            *numbers(),
            domain="com.microsoft",
            opset=1,
            **{**TOKEN_IDS, **networks(0), **words},
            match=match,
        )
        for match, words in (
            ("model_type=0", {"model_type": 0}),
            ("init_decoder", {"init_decoder": networks(0)["decoder"]}),
            ("an encoder that gives no logits", {"encoder": None}),
        )
    ],
]
