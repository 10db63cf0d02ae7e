"""Layers of images, with all their arguments and in both data formats."""

import pytest
from keras import layers

from onnx_keras.errors import ExportError
from tests.export.cases import case, cases, check_call, check_channels_first, in_both_formats
from tests.export.checking import check, operators, written

CONVOLUTIONS = [
    case(layers.Conv1D, (7, 3), filters=4, kernel_size=3),
    case(layers.Conv1D, (7, 3), filters=4, kernel_size=3, padding="same", strides=2, activation="relu"),
    case(layers.Conv2D, (7, 6, 3), filters=4, kernel_size=3),
    case(layers.Conv2D, (7, 6, 4), filters=6, kernel_size=(2, 3), strides=(2, 2), padding="same", groups=2),
    case(layers.Conv2D, (9, 8, 3), filters=4, kernel_size=3, dilation_rate=2, padding="same", use_bias=False),
    case(layers.Conv2D, (9, 8, 3), filters=4, kernel_size=(3, 2), dilation_rate=(2, 3)),
    case(layers.Conv2D, (7, 6, 3), filters=4, kernel_size=1, strides=2, padding="same"),
    case(layers.Conv2D, (None, None, 3), filters=4, kernel_size=3, strides=2, padding="same"),
    case(layers.Conv2D, (None, 6, 3), filters=4, kernel_size=3, padding="same"),
    case(layers.Conv3D, (5, 4, 6, 2), filters=3, kernel_size=(2, 3, 1), strides=2, padding="same"),
    case(layers.DepthwiseConv1D, (7, 3), kernel_size=3, depth_multiplier=2),
    case(layers.DepthwiseConv2D, (7, 6, 3), kernel_size=3, strides=2, padding="same", depth_multiplier=2),
    case(layers.DepthwiseConv2D, (9, 8, 3), kernel_size=3, dilation_rate=2, use_bias=False, activation="tanh"),
    case(layers.SeparableConv1D, (7, 3), filters=4, kernel_size=3, padding="same"),
    case(layers.SeparableConv2D, (7, 6, 3), filters=4, kernel_size=3, strides=2, depth_multiplier=2),
]

TRANSPOSED = [
    case(layers.Conv1DTranspose, (5, 3), filters=4, kernel_size=3, strides=2),
    case(layers.Conv2DTranspose, (5, 4, 3), filters=4, kernel_size=3, strides=2, padding="same", activation="relu"),
    case(layers.Conv2DTranspose, (5, 4, 3), filters=4, kernel_size=2, strides=3, padding="same", use_bias=False),
    case(layers.Conv2DTranspose, (5, 4, 3), filters=4, kernel_size=2, strides=3),
    case(layers.Conv2DTranspose, (5, 4, 3), filters=4, kernel_size=(4, 5), strides=(2, 3)),
    case(layers.Conv2DTranspose, (5, 4, 3), filters=4, kernel_size=3, strides=2, padding="same", output_padding=1),
    case(layers.Conv2DTranspose, (5, 4, 3), filters=4, kernel_size=3, strides=2, output_padding=1),
    case(layers.Conv2DTranspose, (None, None, 3), filters=4, kernel_size=3, strides=2, padding="same"),
    case(layers.Conv3DTranspose, (3, 4, 2, 2), filters=3, kernel_size=3, strides=2, padding="same"),
]

POOLING = [
    case(layers.MaxPooling1D, (7, 3)),
    case(layers.MaxPooling2D, (7, 6, 3), pool_size=(3, 2), strides=(1, 2)),
    case(layers.MaxPooling2D, (7, 6, 3), pool_size=3, strides=2, padding="same"),
    case(layers.MaxPooling2D, (None, None, 3), pool_size=3, strides=2, padding="same"),
    case(layers.MaxPooling3D, (5, 4, 6, 2), padding="same"),
    case(layers.AveragePooling1D, (7, 3), pool_size=3, strides=2, padding="same"),
    case(layers.AveragePooling2D, (7, 6, 3), pool_size=3, strides=2, padding="same"),
    case(layers.AveragePooling2D, (7, 6, 3), pool_size=2),
    case(layers.AveragePooling3D, (5, 4, 6, 2), pool_size=2, padding="same"),
    case(layers.GlobalAveragePooling1D, (7, 3)),
    case(layers.GlobalAveragePooling2D, (7, 6, 3), keepdims=True),
    case(layers.GlobalAveragePooling3D, (5, 4, 6, 2)),
    case(layers.GlobalMaxPooling1D, (7, 3), keepdims=True),
    case(layers.GlobalMaxPooling2D, (7, 6, 3)),
    case(layers.GlobalMaxPooling3D, (5, 4, 6, 2), keepdims=True),
]

SIZES = [
    case(layers.ZeroPadding2D, (4, 5, 3), padding=2),
    case(layers.ZeroPadding2D, (4, 5, 3), padding=((1, 0), (2, 3))),
    case(layers.ZeroPadding3D, (4, 5, 3, 2), padding=(1, 2, 0)),
    case(layers.Cropping2D, (5, 6, 3), cropping=1),
    case(layers.Cropping2D, (None, 6, 3), cropping=((1, 0), (2, 1))),
    case(layers.Cropping3D, (5, 6, 5, 2), cropping=((1, 2), (0, 1), (0, 0))),
    case(layers.UpSampling2D, (4, 5, 3), size=(2, 3)),
    case(layers.UpSampling2D, (4, 5, 3), size=(2, 3), interpolation="bilinear"),
    case(layers.UpSampling3D, (4, 5, 3, 2), size=(2, 1, 3)),
    case(layers.Resizing, (4, 5, 3), height=7, width=3),
    case(layers.Resizing, (None, None, 3), height=3, width=8, interpolation="nearest"),
    case(layers.Flatten, (4, 5, 3)),
    case(layers.Flatten, (None, 5, 3)),
    case(layers.Flatten, (4, 3)),
]

IN_ONE_FORMAT = [
    case(layers.Conv1D, (7, 3), filters=4, kernel_size=3, padding="causal", dilation_rate=2),
    case(layers.Conv1D, (None, 3), filters=4, kernel_size=2, padding="causal", strides=2),
    case(layers.ZeroPadding1D, (4, 3), padding=(1, 2)),
    case(layers.Cropping1D, (5, 3), cropping=(1, 2)),
    case(layers.UpSampling1D, (5, 3), size=3),
    case(layers.Flatten, ()),
]


@cases([*CONVOLUTIONS, *TRANSPOSED, *POOLING, *SIZES, *IN_ONE_FORMAT])
def test_onnx_runtime_computes_the_layer(case):
    check(case.model())


@in_both_formats([*CONVOLUTIONS, *TRANSPOSED, *POOLING, *SIZES])
def test_onnx_runtime_computes_the_layer_with_channels_first(last, first):
    check_channels_first(last, first)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("kernel", range(1, 6))
@pytest.mark.parametrize("stride", range(1, 4))
def test_transposed_windows_reach_as_far_as_those_of_keras(padding, kernel, stride):
    check_call(layers.Conv1DTranspose(2, kernel, stride, padding), (4, 2))


@pytest.mark.parametrize("first", [layers.MaxPooling2D(2), layers.GlobalAveragePooling2D(keepdims=True)])
def test_images_of_onnx_stay_images(first):
    x = check_call(lambda x: layers.Conv2D(3, 1)(first(layers.Conv2D(4, 3)(x))), (8, 8, 3))
    assert operators(x).count("Transpose") <= 2


@pytest.mark.parametrize("interpolation", ["bicubic", "lanczos3", "lanczos5"])
def test_interpolations_that_differ_are_refused(interpolation):
    model = case(layers.UpSampling2D, (4, 4, 1), interpolation=interpolation).model()
    with pytest.raises(ExportError, match=f"UpSampling2D 'up_sampling2d.*interpolation='{interpolation}'"):
        written(model)
