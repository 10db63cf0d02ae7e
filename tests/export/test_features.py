"""Layers of features and sequences, with all their arguments."""

import keras
import numpy as np
import pytest
from keras import activations, layers, ops

from onnx_keras.errors import ExportError
from tests.export.cases import case, cases, check_call
from tests.export.checking import check, operators, written

FUNCTIONS = sorted(
    {f for f in vars(activations).values() if callable(f) and hasattr(f, "__name__")}
    - {activations.get, activations.serialize, activations.deserialize},
    key=lambda f: f.__name__,
)

ACTIVATIONS = [
    case(layers.ReLU, (5,), max_value=1.5),
    case(layers.ReLU, (5,), negative_slope=0.1, max_value=1.5, threshold=0.5),
    case(layers.ReLU, (5,), negative_slope=0.1, threshold=0.5),
    case(layers.ReLU, (5,), negative_slope=0.1),
    case(layers.ReLU, (5,), threshold=0.5),
    case(layers.LeakyReLU, (5,), negative_slope=0.2),
    case(layers.PReLU, (4, 5, 3)),
    case(layers.PReLU, (4, 5, 3), shared_axes=[1, 2]),
    case(layers.ELU, (5,), alpha=0.5),
    case(layers.Softmax, (4, 5)),
    case(layers.Softmax, (4, 5), axis=1),
    case(layers.Softmax, (4, 5, 3), axis=(1, -1)),
    case(layers.Activation, (5,), activation="gelu"),
    case(layers.Activation, (5,), activation=lambda x: ops.tanh(x) * x),
    case(layers.Activation, (5,), activation=layers.LeakyReLU(0.3)),
]

IDENTITIES = [
    case(layers.RandomBrightness, (6, 5, 3), factor=0.5),
    case(layers.RandomContrast, (6, 5, 3), factor=0.5),
    case(layers.RandomFlip, (6, 5, 3)),
    case(layers.RandomRotation, (6, 5, 3), factor=0.5),
    case(layers.RandomTranslation, (6, 5, 3), height_factor=0.5, width_factor=0.5),
    case(layers.RandomZoom, (6, 5, 3), height_factor=0.5),
    case(layers.Dropout, (5,), rate=0.5),
    case(layers.SpatialDropout1D, (4, 5), rate=0.5),
    case(layers.SpatialDropout2D, (4, 4, 5), rate=0.5),
    case(layers.SpatialDropout3D, (4, 4, 2, 5), rate=0.5),
    case(layers.GaussianDropout, (5,), rate=0.5),
    case(layers.GaussianNoise, (5,), stddev=0.5),
    case(layers.AlphaDropout, (5,), rate=0.5),
    case(layers.ActivityRegularization, (5,), l2=0.1),
    case(layers.Identity, (5,)),
]

PRODUCTS = [
    case(layers.Dense, (5,), units=4, activation="relu"),
    case(layers.Dense, (5,), units=4, use_bias=False),
    case(layers.Dense, (3, 5), units=4),
    case(layers.Dense, (2, 3, 5), units=4, activation="softmax"),
    case(layers.Dense, (None, 5), units=4),
    case(layers.Dense, (5,), units=4, dtype="float32", lora_rank=2),
    case(layers.EinsumDense, (3, 5), equation="abc,cd->abd", output_shape=(None, 6), bias_axes="d"),
    case(layers.EinsumDense, (3, 5), equation="...x,xy->...y", output_shape=6, bias_axes="y", activation="relu"),
    case(layers.EinsumDense, (3, 5), equation="abc,cd->abd", output_shape=(3, 6), bias_axes="bd"),
    case(layers.EinsumDense, (3, 5), equation="abc,bd->adc", output_shape=(4, 5), bias_axes="d"),
    case(layers.EinsumDense, (3, 5), equation="abc,bcde->ade", output_shape=(4, 2), bias_axes="de"),
    case(layers.EinsumDense, (3, 5), equation="abc,cde->abde", output_shape=(None, 4, 2), bias_axes="e"),
    case(layers.Embedding, (5,), input_dim=7, output_dim=3, dtype="float32"),
    case(layers.Embedding, (5, 2), input_dim=7, output_dim=3, lora_rank=2),
    case(layers.Dot, (5,), (5,), axes=1),
    case(layers.Dot, (4, 5), (5, 6), axes=(2, 1)),
    case(layers.Dot, (4, 5), (5,), axes=-1, normalize=True),
    case(layers.Dot, (4, 5), (3, 4, 2), axes=(1, 2)),
]

NORMALIZATIONS = [
    case(layers.BatchNormalization, (5,)),
    case(layers.BatchNormalization, (4, 5)),
    case(layers.BatchNormalization, (4, 5), axis=1, epsilon=0.1),
    case(layers.BatchNormalization, (4, 4, 5), scale=False),
    case(layers.BatchNormalization, (5,), center=False, scale=False),
    case(layers.LayerNormalization, (4, 5)),
    case(layers.LayerNormalization, (4, 5), axis=[1, 2], epsilon=0.1),
    case(layers.LayerNormalization, (4, 5), axis=1),
    case(layers.LayerNormalization, (4, 5), center=False, scale=False),
    case(layers.RMSNormalization, (4, 5)),
    case(layers.RMSNormalization, (4, 5), axis=[1, 2], epsilon=0.1),
    case(layers.GroupNormalization, (4, 3, 6), groups=2),
    case(layers.GroupNormalization, (None, 6), groups=3, scale=False),
    case(layers.GroupNormalization, (6, 4), groups=-1, axis=1, center=False),
    case(layers.UnitNormalization, (4, 5)),
    case(layers.UnitNormalization, (4, 5), axis=(1, 2)),
    case(layers.Normalization, (4, 3), mean=[1.0, 2.0, 3.0], variance=[2.0, 3.0, 4.0]),
    case(layers.Normalization, (3,), mean=[1.0, 2.0, 3.0], variance=[2.0, 3.0, 0.0], invert=True),
    case(layers.Normalization, (3,), axis=None, mean=1.0, variance=2.0),
    case(layers.Rescaling, (4, 4, 3), scale=1 / 255, offset=-1.0),
    case(layers.Rescaling, (4, 4, 3), scale=[1.0, 2.0, 3.0], offset=[0.0, 1.0, 2.0]),
    case(layers.Rescaling, (4, 4, 3), scale=1 / 255, dtype="uint8"),
]

SHAPES = [
    case(layers.Reshape, (4, 3), target_shape=(2, 6)),
    case(layers.Reshape, (4, 3), target_shape=(-1,)),
    case(layers.Reshape, (None, 4), target_shape=(-1, 2, 2)),
    case(layers.Permute, (4, 3, 2), dims=(3, 1, 2)),
    case(layers.RepeatVector, (3,), n=4),
    case(layers.Masking, (4, 3)),
    case(layers.Masking, (4, 3), mask_value=2.0),
    case(layers.TimeDistributed, (4, 3), layer=layers.Dense(5)),
    case(layers.TimeDistributed, (None, 3), layer=layers.Dense(5)),
    case(layers.TimeDistributed, (2, 6, 6, 3), layer=layers.Conv2D(4, 3)),
    case(layers.SpectralNormalization, (6, 6, 3), layer=layers.Conv2D(4, 3)),
]

MERGES = [
    case(cls, *shapes)
    for cls in (layers.Add, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum)
    for shapes in ([(4, 3), (4, 3), (4, 3)], [(4, 3), (3,)])
] + [
    case(layers.Subtract, (4, 3), (4, 3)),
    case(layers.Subtract, (3,), (4, 5, 3)),
    case(layers.Subtract, (4, 1), (1, 3)),
    case(layers.Concatenate, (4, 3), (4, 5)),
    case(layers.Concatenate, (4, 3), (2, 3), axis=1),
    case(layers.Concatenate, (None, 3), (2, 3), axis=-2),
]


@cases([*ACTIVATIONS, *IDENTITIES, *PRODUCTS, *NORMALIZATIONS, *SHAPES, *MERGES])
def test_onnx_runtime_computes_the_layer(case):
    check(case.model())


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_onnx_runtime_computes_the_activation(function):
    arguments = (0.3, 0.7) if function is activations.threshold else ()
    if arguments:
        check_call(lambda x: function(x, *arguments), (4, 6))
    else:
        check_call(layers.Activation(function), (4, 6))


def test_an_adapted_normalization_is_written():
    layer = layers.Normalization()
    layer.adapt(np.random.default_rng(0).normal(size=(50, 4, 3)))
    check_call(layer, (4, 3))


def test_softmax_takes_a_mask():
    check_call(lambda x, m: layers.Softmax()(x, mask=m > 0), (4, 5), (4, 5))


def test_an_activation_that_is_no_graph_is_refused():
    def by_hand(x):
        return x if isinstance(x, keras.KerasTensor) is False and np.asarray(x).sum() else float(x)

    x = keras.Input((3,))
    layer = layers.Activation(by_hand)
    layer.compute_output_spec = lambda inputs, training=False: keras.KerasTensor(inputs.shape)
    with pytest.raises(ExportError, match="Activation 'activation.*by_hand isn't made of keras.ops"):
        written(keras.Model(x, layer(x)))


def test_augmented_integers_are_refused():
    with pytest.raises(ExportError, match="RandomFlip 'random_flip.*images of uint8"):
        written(case(layers.RandomFlip, (6, 5, 3), dtype="uint8").model())


def test_masks_are_refused_by_what_would_skip_steps():
    x = keras.Input((5,), dtype="int32")
    y = layers.LSTM(3)(layers.Embedding(7, 4, mask_zero=True)(x))
    with pytest.raises(ExportError, match="LSTM 'lstm.*called with mask"):
        written(keras.Model(x, y))


def test_masks_that_nobody_reads_do_no_harm():
    check_call(lambda x: layers.Dense(3)(layers.Embedding(7, 4, mask_zero=True)(x)), (5,), dtype="int32")


def test_a_dense_of_an_image_is_a_pointwise_convolution():
    proto = check_call(lambda x: layers.Dense(5)(layers.Conv2D(4, 3)(x)), (6, 6, 3))
    assert operators(proto) == ["Transpose", "Conv", "Conv", "Transpose"]
