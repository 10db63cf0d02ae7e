"""Recurrent layers and attention."""

import keras
import pytest
from keras import layers

from onnx_keras.errors import ExportError
from tests.export.cases import case, cases, check_call
from tests.export.checking import check, operators, written

RECURRENT = [
    case(cls, (5, 3), units=4, **arguments)
    for cls in (layers.SimpleRNN, layers.LSTM, layers.GRU)
    for arguments in (
        {},
        {"return_sequences": True, "return_state": True},
        {"return_state": True, "go_backwards": True},
        {"return_sequences": True, "go_backwards": True, "activation": "relu"},
        {"use_bias": False, "activation": "hard_sigmoid", "unroll": True},
    )
] + [
    case(layers.GRU, (5, 3), units=4, reset_after=False),
    case(layers.GRU, (None, 3), units=4, recurrent_activation="hard_sigmoid", activation="elu"),
    case(layers.LSTM, (None, 3), units=4, recurrent_activation="relu", activation="leaky_relu", dropout=0.5),
    case(layers.LSTM, (5, 3), units=4, activation="softsign", recurrent_activation="linear", recurrent_dropout=0.5),
]

BIDIRECTIONAL = [
    case(layers.Bidirectional, (5, 3), layer=layers.LSTM(4, return_sequences=sequences), merge_mode=mode)
    for mode, sequences in (("concat", True), ("sum", False), ("mul", True), ("ave", True), (None, False))
] + [
    case(layers.Bidirectional, (5, 3), layer=layers.GRU(4, return_state=True)),
    case(layers.Bidirectional, (5, 3), layer=layers.SimpleRNN(4), backward_layer=layers.LSTM(4, go_backwards=True)),
]

ATTENTION = {
    "of one": lambda x, y, m: layers.MultiHeadAttention(2, 3)(x, x),
    "of another": lambda x, y, m: layers.MultiHeadAttention(2, 3, value_dim=5, output_shape=9, use_bias=False)(x, y),
    "with a key": lambda x, y, m: layers.MultiHeadAttention(2, 3)(x, y, y * 2),
    "with scores": lambda x, y, m: layers.MultiHeadAttention(2, 3)(x, y, return_attention_scores=True),
    "causal": lambda x, y, m: layers.MultiHeadAttention(2, 3, dropout=0.1)(x, x, use_causal_mask=True),
    "causal scores": lambda x, y, m: layers.MultiHeadAttention(2, 3)(
        x, x, use_causal_mask=True, return_attention_scores=True
    ),
    "with a mask": lambda x, y, m: layers.MultiHeadAttention(2, 3)(x, x, attention_mask=m > -2),
    "with masks": lambda x, y, m: layers.MultiHeadAttention(2, 3, dropout=0.1)(
        x, x, attention_mask=m > 0, use_causal_mask=True
    ),
    "in a window": lambda x, y, m: layers.MultiHeadAttention(2, 3, sliding_window=2)(x, x),
    "with a gate": lambda x, y, m: layers.MultiHeadAttention(2, 3, use_gate=True)(x, x),
    "of groups": lambda x, y, m: layers.GroupQueryAttention(3, 4, 2)(x, y),
    "of groups with scores": lambda x, y, m: layers.GroupQueryAttention(3, 4, 2, use_gate=True)(
        x, x, return_attention_scores=True, use_causal_mask=True
    ),
    "of groups in a window": lambda x, y, m: layers.GroupQueryAttention(3, 4, 2, sliding_window=3)(
        x, x, attention_mask=m > -2
    ),
    "dot": lambda x, y, m: layers.Attention()([x, y]),
    "dot scaled": lambda x, y, m: layers.Attention(use_scale=True)(
        [x, y], return_attention_scores=True, use_causal_mask=True
    ),
    "concat": lambda x, y, m: layers.Attention(use_scale=True, score_mode="concat")([x, y]),
    "additive": lambda x, y, m: layers.AdditiveAttention()([x, y, y + 1]),
    "additive unscaled": lambda x, y, m: layers.AdditiveAttention(use_scale=False)([x, y]),
}


@cases([*RECURRENT, *BIDIRECTIONAL])
def test_onnx_runtime_computes_the_layer(case):
    check(case.model())


@pytest.mark.parametrize("steps", [6, None], ids=["known", "unknown"])
@pytest.mark.parametrize("call", ATTENTION.values(), ids=ATTENTION)
def test_onnx_runtime_computes_attention(call, steps):
    check_call(call, (steps, 8), (5, 8), (3 if steps is None else steps,) * 2)


@pytest.mark.parametrize("axes", [(1,), (2,), (1, 2)])
def test_attention_runs_over_chosen_axes(axes):
    check_call(lambda x: layers.MultiHeadAttention(2, 3, attention_axes=axes)(x, x), (4, 5, 8))


def test_stacked_layers_keep_the_order_of_onnx():
    first, second = layers.LSTM(4, return_sequences=True), layers.GRU(5)
    assert operators(check_call(lambda x: second(first(x)), (5, 3))) == [
        "Transpose",
        "LSTM",
        "Squeeze",
        "GRU",
        "Squeeze",
    ]


def test_initial_states_are_given():
    encode, decode = layers.LSTM(4, return_state=True), layers.LSTM(4, return_sequences=True)
    check_call(lambda x, y: decode(y, initial_state=encode(x)[1:]), (5, 3), (6, 2))


def test_initial_states_of_two_directions_are_given():
    layer = layers.Bidirectional(layers.GRU(4))
    check_call(lambda x, a, b: layer(x, initial_state=[a, b]), (5, 3), (4,), (4,))


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (layers.LSTM(4, stateful=True), "LSTM 'lstm.*stateful=True"),
        (layers.GRU(4, activation="gelu"), "GRU 'gru.*no activation gelu"),
        (layers.RNN(layers.LSTMCell(4)), "RNN 'rnn.*no form in ONNX"),
        (
            layers.Bidirectional(layers.RNN(layers.GRUCell(4))),
            "Bidirectional 'bidirectional.*no SimpleRNN, LSTM or GRU",
        ),
    ],
    ids=["stateful", "activation", "cell", "cell in two directions"],
)
def test_what_onnx_lacks_is_refused(layer, reason):
    x = keras.Input(batch_shape=(2, 5, 3))
    with pytest.raises(ExportError, match=reason):
        written(keras.Model(x, layer(x)))
