"""Axis orders that meet without Transposes."""

import keras
from keras import layers

from tests.export.checking import check, operators


def cnn(data_format, *shape):
    axis = -1 if data_format == "channels_last" else 1
    x = keras.Input(shape)
    y = layers.Conv2D(4, 3, data_format=data_format)(x)
    y = layers.ReLU()(layers.BatchNormalization(axis=axis)(y))
    y = layers.MaxPooling2D(data_format=data_format)(y)
    y = layers.Flatten(data_format=data_format)(layers.Dropout(0.2)(y))
    return keras.Model(x, layers.Dense(3)(layers.Dense(5, "relu")(y)))


def test_a_channels_first_network_has_no_transpose():
    names = ["Conv", "BatchNormalization", "Relu", "MaxPool", "Flatten", "Gemm", "Relu", "Gemm"]
    assert operators(check(cnn("channels_first", 3, 8, 9))) == names


def test_a_channels_last_network_has_one_transpose_at_its_input():
    names = ["Transpose", "Conv", "BatchNormalization", "Relu", "MaxPool", "Flatten", "Gemm", "Relu", "Gemm"]
    assert operators(check(cnn("channels_last", 8, 9, 3))) == names


def test_a_residual_network_with_attention_to_channels_has_one_transpose():
    x = keras.Input((8, 8, 3))
    y = layers.Conv2D(4, 3, padding="same")(x)
    gate = layers.Dense(4, "sigmoid")(layers.GlobalAveragePooling2D()(y))
    y = layers.Multiply()([y, layers.Reshape((1, 1, 4))(gate)])
    y = layers.Add()([y, layers.Conv2D(4, 1)(y)])
    y = layers.Concatenate()([y, layers.DepthwiseConv2D(3, padding="same")(y)])
    y = layers.Dense(6, "relu")(y)
    y = layers.GlobalMaxPooling2D()(layers.AveragePooling2D(2)(y))
    assert operators(check(keras.Model(x, layers.Dense(3)(y)))).count("Transpose") == 1


def test_an_image_that_is_the_output_leaves_in_the_order_of_keras():
    x = keras.Input((8, 8, 3))
    assert operators(check(keras.Model(x, layers.Conv2D(4, 3)(x)))) == ["Transpose", "Conv", "Transpose"]


def test_a_unit_axis_moves_by_reshape():
    x = keras.Input((8, 8, 1))
    assert operators(check(keras.Model(x, layers.Conv2D(1, 3)(x)))) == ["Reshape", "Conv", "Reshape"]


def test_what_is_between_flatten_and_dense_keeps_the_order_of_onnx():
    x = keras.Input((4, 4, 3))
    y = layers.Flatten()(layers.Conv2D(4, 3)(x))
    y = layers.LeakyReLU()(layers.BatchNormalization()(y))
    names = ["Transpose", "Conv", "Flatten", "BatchNormalization", "LeakyRelu", "Gemm"]
    assert operators(check(keras.Model(x, layers.Dense(3)(y)))) == names
