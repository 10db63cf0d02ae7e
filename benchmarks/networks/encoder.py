"""An encoder as in BERT: embeddings, attention and dense layers, each with a residual and a LayerNormalization."""

import keras
from keras import layers, ops
from torch import nn

from benchmarks.networks import CLASSES, Network

WIDTH, HEADS, BLOCKS, WORDS, LENGTH = 384, 6, 6, 30_000, 128


class Block(nn.Module):
    """Attention and two dense layers."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.out = nn.Linear(WIDTH, WIDTH)
        self.dense = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(2))

    def forward(self, x):
        heads = [d(x).reshape(-1, x.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2) for d in self.qkv]
        scores = heads[0] @ heads[1].transpose(-1, -2) / (WIDTH // HEADS) ** 0.5
        mixed = (scores.softmax(-1) @ heads[2]).transpose(1, 2).reshape(-1, x.shape[1], WIDTH)
        x = self.norms[0](x + self.out(mixed))
        return self.norms[1](x + self.dense(x))


class Encoder(nn.Module):
    """The whole of it, with a classifier on the first token."""

    def __init__(self):
        super().__init__()
        self.words, self.norm = nn.Embedding(WORDS, WIDTH), nn.LayerNorm(WIDTH)
        self.places = nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.Sequential(*(Block() for _ in range(BLOCKS)))
        self.head = nn.Linear(WIDTH, CLASSES)

    def forward(self, tokens):
        x = self.words(tokens) + self.places.weight[: tokens.shape[1]]
        return self.head(self.blocks(self.norm(x))[:, 0])


class Places(layers.Layer):
    """Add a vector for each place."""

    def build(self, shape):
        self.places = self.add_weight(shape=(LENGTH, WIDTH), name="embeddings")

    def call(self, x):
        return x + self.places[: ops.shape(x)[1]]


def block(x):
    y = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(x, x)
    x = layers.LayerNormalization(epsilon=1e-5)(x + y)
    y = layers.Dense(WIDTH)(layers.Dense(4 * WIDTH, activation="gelu")(x))
    return layers.LayerNormalization(epsilon=1e-5)(x + y)


def model(shape):
    inputs = keras.Input(shape, dtype="int64")
    x = layers.LayerNormalization(epsilon=1e-5)(Places()(layers.Embedding(WORDS, WIDTH)(inputs)))
    for _ in range(BLOCKS):
        x = block(x)
    return keras.Model(inputs, layers.Dense(CLASSES)(x[:, 0]))


NETWORK = Network(Encoder, model, shape=(LENGTH,), quick_shape=(32,), tokens=WORDS)
