"""MobileNetV2: https://arxiv.org/abs/1801.04381."""

import keras
from keras import layers
from torch import nn

from benchmarks.networks import CLASSES, Network

STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""Expansion, channels, number of blocks and first stride of each stage."""


class Block(nn.Module):
    """Expand, filter each channel, project."""

    def __init__(self, channels, expansion, filters, stride):
        super().__init__()
        wide = channels * expansion
        expand = [*conv_bn(channels, wide, 1), nn.ReLU6()] if expansion > 1 else []
        self.body = nn.Sequential(
            *expand, *conv_bn(wide, wide, 3, stride, wide), nn.ReLU6(), *conv_bn(wide, filters, 1)
        )
        self.same = stride == 1 and channels == filters

    def forward(self, x):
        return x + self.body(x) if self.same else self.body(x)


def conv_bn(channels, filters, size, stride=1, groups=1):
    conv = nn.Conv2d(channels, filters, size, stride, size // 2, groups=groups, bias=False)
    return conv, nn.BatchNorm2d(filters)


def module():
    parts, channels = [*conv_bn(3, 32, 3, 2), nn.ReLU6()], 32
    for expansion, filters, blocks, stride in STAGES:
        for i in range(blocks):
            parts.append(Block(channels, expansion, filters, stride if i == 0 else 1))
            channels = filters
    head = (*conv_bn(channels, 1280, 1), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, CLASSES))
    return nn.Sequential(*parts, *head)


def convolved(x, filters, size, stride=1, depthwise=False):
    # "same" pads a stride of two at one side only; PyTorch pads both.
    if stride > 1:
        x = layers.ZeroPadding2D(size // 2)(x)
    padding = "valid" if stride > 1 else "same"
    if depthwise:
        x = layers.DepthwiseConv2D(size, stride, padding, use_bias=False)(x)
    else:
        x = layers.Conv2D(filters, size, stride, padding, use_bias=False)(x)
    return layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x)


def block(x, expansion, filters, stride):
    channels = x.shape[-1]
    y = layers.ReLU(6)(convolved(x, channels * expansion, 1)) if expansion > 1 else x
    y = layers.ReLU(6)(convolved(y, None, 3, stride, depthwise=True))
    y = convolved(y, filters, 1)
    return layers.Add()([x, y]) if stride == 1 and channels == filters else y


def model(shape):
    channels, height, width = shape
    inputs = keras.Input((height, width, channels))
    x = layers.ReLU(6)(convolved(inputs, 32, 3, 2))
    for expansion, filters, blocks, stride in STAGES:
        for i in range(blocks):
            x = block(x, expansion, filters, stride if i == 0 else 1)
    x = layers.ReLU(6)(convolved(x, 1280, 1))
    return keras.Model(inputs, layers.Dense(CLASSES)(layers.GlobalAveragePooling2D()(x)))


NETWORK = Network(module, model, shape=(3, 224, 224), quick_shape=(3, 64, 64))
