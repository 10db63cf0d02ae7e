"""ResNet-50: https://arxiv.org/abs/1512.03385, with the stride in the 3x3 convolution as in PyTorch and in Keras."""

import keras
from keras import layers
from torch import nn

from benchmarks.networks import CLASSES, Network

STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))
"""Width, number of blocks and first stride of each stage."""


class Bottleneck(nn.Module):
    """Three convolutions beside a shortcut."""

    def __init__(self, channels, width, stride):
        super().__init__()
        self.body = nn.Sequential(
            *conv_bn(channels, width, 1),
            nn.ReLU(),
            *conv_bn(width, width, 3, stride),
            nn.ReLU(),
            *conv_bn(width, 4 * width, 1),
        )
        same = stride == 1 and channels == 4 * width
        self.shortcut = nn.Identity() if same else nn.Sequential(*conv_bn(channels, 4 * width, 1, stride))

    def forward(self, x):
        return nn.functional.relu(self.body(x) + self.shortcut(x))


def conv_bn(channels, filters, size, stride=1):
    return nn.Conv2d(channels, filters, size, stride, size // 2, bias=False), nn.BatchNorm2d(filters)


def module():
    parts, channels = [*conv_bn(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for width, blocks, stride in STAGES:
        for i in range(blocks):
            parts.append(Bottleneck(channels, width, stride if i == 0 else 1))
            channels = 4 * width
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, CLASSES))


def convolved(x, filters, size, stride=1):
    # "same" pads a stride of two at one side only; PyTorch pads both.
    if stride > 1 and size > 1:
        x = layers.ZeroPadding2D(size // 2)(x)
    padding = "valid" if stride > 1 else "same"
    x = layers.Conv2D(filters, size, stride, padding, use_bias=False)(x)
    return layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x)


def bottleneck(x, width, stride):
    y = layers.ReLU()(convolved(x, width, 1))
    y = layers.ReLU()(convolved(y, width, 3, stride))
    y = convolved(y, 4 * width, 1)
    same = stride == 1 and x.shape[-1] == 4 * width
    return layers.ReLU()(layers.Add()([y, x if same else convolved(x, 4 * width, 1, stride)]))


def model(shape):
    channels, height, width = shape
    inputs = x = keras.Input((height, width, channels))
    x = layers.ReLU()(convolved(x, 64, 7, 2))
    x = layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))
    for filters, blocks, stride in STAGES:
        for i in range(blocks):
            x = bottleneck(x, filters, stride if i == 0 else 1)
    return keras.Model(inputs, layers.Dense(CLASSES)(layers.GlobalAveragePooling2D()(x)))


NETWORK = Network(module, model, shape=(3, 224, 224), quick_shape=(3, 64, 64))
