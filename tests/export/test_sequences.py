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
    case(layers.RNN, (5, 3), cell=layers.LSTMCell(4), return_sequences=True),
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
    case(layers.Bidirectional, (5, 3), layer=layers.RNN(layers.GRUCell(4), return_sequences=True)),
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


MASKED = {
    "MultiHeadAttention": lambda x, m: layers.MultiHeadAttention(2, 3)(
        x, x, value_mask=m, key_mask=m, use_causal_mask=True
    ),
    "GroupQueryAttention": lambda x, m: layers.GroupQueryAttention(3, 4, 2, dropout=0.1)(
        x, x, query_mask=m, value_mask=m
    ),
    "Attention": lambda x, m: layers.Attention()([x, x], mask=[m, m], use_causal_mask=True),
    "AdditiveAttention": lambda x, m: layers.AdditiveAttention()([x, x], mask=[None, m]),
    "GlobalAveragePooling1D": lambda x, m: layers.GlobalAveragePooling1D()(x, mask=m),
}

FOUND = {
    "GlobalAveragePooling1D": lambda x: layers.GlobalAveragePooling1D()(layers.Dense(4)(x)),
    "BatchNormalization": lambda x: layers.BatchNormalization()(x),
    "Masking": lambda x: layers.GlobalAveragePooling1D()(layers.Masking()(x)),
    "dropped by an operation": lambda x: layers.Attention()([x + 1, x * 2]),
    "dropped by a layer": lambda x: layers.Attention()([layers.Permute((2, 1))(x)] * 2),
}

HIDDEN = {
    "MultiHeadAttention": lambda x: layers.MultiHeadAttention(2, 3)(x, x),
    "Attention": lambda x: layers.Attention()([layers.Dense(4)(x), x]),
    "LSTM in a model": lambda x: keras.Sequential([keras.Input((6, 8)), layers.LSTM(3)])(x),
}


@pytest.mark.parametrize("call", MASKED.values(), ids=MASKED)
def test_masks_that_are_given_are_written(call):
    check_call(lambda x, y: call(x, y[:, :, 0] > -1), (6, 8), (6, 1))


@pytest.mark.parametrize("call", FOUND.values(), ids=FOUND)
def test_masks_that_keras_finds_are_written(call):
    check_call(lambda x: call(layers.Embedding(7, 8, mask_zero=True)(x)), (6,), dtype="int32")


@pytest.mark.parametrize("call", HIDDEN.values(), ids=HIDDEN)
def test_masks_that_keras_hides_from_the_graph_are_refused(call):
    x = keras.Input((6,), dtype="int32")
    with pytest.raises(ExportError, match="masks reach it that aren't part of the graph; call it with"):
        written(keras.Model(x, call(layers.Embedding(7, 8, mask_zero=True)(x))))


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
        (layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)]), "RNN 'rnn.*no recurrent operator for StackedRNNCells"),
        (layers.ConvLSTM1D(2, 3), "ConvLSTM1D 'conv_lstm1d.*isn't made of keras.ops alone"),
    ],
    ids=["stateful", "activation", "stacked", "convolutional"],
)
def test_what_onnx_lacks_is_refused(layer, reason):
    x = keras.Input(batch_shape=(2, 5, 3) if not isinstance(layer, layers.ConvLSTM1D) else (2, 5, 4, 3))
    with pytest.raises(ExportError, match=reason):
        written(keras.Model(x, layer(x)))
