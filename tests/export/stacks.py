"""Random stacks of Keras' own layers, for hypothesis."""

import math

import keras
from hypothesis import strategies as st
from keras import layers, ops

ACTIVATIONS = ["relu", "gelu", "tanh", "silu", "softmax", "hard_sigmoid", "softplus"]


def for_vectors(draw, x):
    """Layers of (batch, features)."""
    units = draw(st.integers(1, 5))
    return [
        layers.Dense(units, draw(st.sampled_from(ACTIVATIONS))),
        layers.BatchNormalization(),
        layers.LayerNormalization(epsilon=0.1),
        layers.RepeatVector(units),
        layers.Reshape((*split(draw, x.shape[1]),)),
        lambda x: ops.concatenate([x, x * 2], axis=-1),
        lambda x: layers.Multiply()([x, layers.Dense(x.shape[1], "sigmoid")(x)]),
    ]


def for_sequences(draw, x):
    """Layers of (batch, steps, features)."""
    units, size = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    kinds = [layers.LSTM, layers.GRU, layers.SimpleRNN]
    return [
        layers.Dense(units),
        layers.Conv1D(units, size, padding=draw(st.sampled_from(["same", "causal"]))),
        draw(st.sampled_from(kinds))(units, return_sequences=draw(st.booleans()), go_backwards=draw(st.booleans())),
        layers.Bidirectional(layers.GRU(units, return_sequences=True)),
        layers.MaxPooling1D(size, padding="same"),
        layers.UpSampling1D(size),
        layers.ZeroPadding1D(size),
        layers.Permute((2, 1)),
        layers.Flatten(),
        layers.GlobalAveragePooling1D(),
        layers.LayerNormalization(epsilon=0.1),
        layers.BatchNormalization(axis=draw(st.sampled_from([1, -1]))),
        layers.Softmax(axis=draw(st.sampled_from([1, -1]))),
        # Keras' add takes a bias of heads of size 1 for one of steps: on TensorFlow a head of 1 comes out wrong.
        lambda x: layers.MultiHeadAttention(2, units + 1)(x, x),
        lambda x: ops.expand_dims(x, draw(st.sampled_from([1, -1]))),
        lambda x: ops.max(x, axis=1),
        lambda x: x[:, ::-1] + 1,
    ]


def for_images(draw, x):
    """Layers of (batch, height, width, channels)."""
    units, size, padding = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.sampled_from(["same", "valid"]))
    fitting = padding if min(x.shape[1:3]) >= size else "same"
    return [
        layers.Conv2D(units, size, draw(st.integers(1, 2)), fitting),
        layers.Conv2DTranspose(units, size, draw(st.integers(1, 2)), padding),
        layers.DepthwiseConv2D(size, padding=fitting),
        layers.Dense(units, draw(st.sampled_from(ACTIVATIONS))),
        layers.BatchNormalization(axis=draw(st.sampled_from([1, 2, -1]))),
        layers.GroupNormalization(-1, epsilon=0.1),
        layers.LayerNormalization(epsilon=0.1),
        layers.AveragePooling2D(size, padding="same"),
        layers.MaxPooling2D(size, 1, padding="same"),
        layers.GlobalMaxPooling2D(keepdims=draw(st.booleans())),
        layers.ZeroPadding2D(((0, size), (1, 0))),
        layers.UpSampling2D((1, 2), interpolation=draw(st.sampled_from(["nearest", "bilinear"]))),
        layers.Permute(draw(st.permutations([1, 2, 3]))),
        layers.Reshape((-1, x.shape[3])),
        layers.Flatten(),
        layers.PReLU(shared_axes=[1, 2]),
        layers.TimeDistributed(layers.Dense(units)),
        lambda x: layers.Add()([x, layers.GlobalAveragePooling2D()(x)]),
        lambda x: layers.Concatenate(axis=draw(st.sampled_from([1, 2, 3])))([x, -x]),
        lambda x: ops.mean(x, axis=draw(st.sampled_from([1, 2, 3]))),
        lambda x: ops.transpose(x, (0, *draw(st.permutations([1, 2, 3])))) * 2,
        lambda x: x[:, :, 0],
    ]


CHOICES = {2: for_vectors, 3: for_sequences, 4: for_images}

LARGEST = 4000
"""Elements of a sample from where on only reductions follow, so that the stack stays small."""


def split(draw, size):
    """Split a size into two factors."""
    divisor = draw(st.sampled_from([d for d in range(1, size + 1) if size % d == 0]))
    return divisor, size // divisor


@st.composite
def stacks(draw, most=6):
    """Draw a model: an input of any rank and random layers on it, each chosen by the rank of what it gets."""
    shape = draw(st.sampled_from([(6,), (4, 3), (6, 5, 3)]))
    x = keras.Input(shape)
    return keras.Model(x, stacked(draw, x, draw(st.integers(1, most))))


def stacked(draw, x, count):
    """Put random layers on a tensor."""
    for _ in range(count):
        if math.prod(x.shape[1:]) > LARGEST:
            return ops.sum(x, axis=-1)
        x = draw(st.sampled_from(CHOICES[len(x.shape)](draw, x)))(x) if len(x.shape) in CHOICES else layers.Flatten()(x)
    return x
