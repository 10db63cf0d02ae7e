"""Two LSTM layers over a sequence, and a classifier on the last step."""

import keras
from keras import layers
from torch import nn

from benchmarks.networks import CLASSES, Network

WIDTH, FEATURES, STEPS = 256, 64, 50


class Lstm(nn.Module):
    """Two layers and a classifier."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(FEATURES, WIDTH, num_layers=2, batch_first=True)
        self.head = nn.Linear(WIDTH, CLASSES)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


def model(shape):
    inputs = keras.Input(shape)
    x = layers.LSTM(WIDTH, return_sequences=True)(inputs)
    return keras.Model(inputs, layers.Dense(CLASSES)(layers.LSTM(WIDTH)(x)))


NETWORK = Network(Lstm, model, shape=(STEPS, FEATURES), quick_shape=(10, FEATURES))
