"""Operations of keras.ops that stand in a functional model as themselves."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from onnx_keras.errors import ExportError
from tests.export.cases import check_call
from tests.export.checking import operators, written

OF_ONE = [
    "abs",
    "ceil",
    "floor",
    "negative",
    "sign",
    "arctan",
    "arcsinh",
    "cos",
    "cosh",
    "erf",
    "exp",
    "reciprocal",
    "sin",
    "sinh",
    "tan",
    "tanh",
    "square",
    "expm1",
    "isnan",
    "isinf",
    "isfinite",
    "logical_not",
    "relu",
    "relu6",
    "sigmoid",
    "softplus",
    "silu",
    "round",
    "zeros_like",
    "ones_like",
    "ravel",
    "copy",
    "stop_gradient",
]

OF_POSITIVE = ["log", "sqrt", "rsqrt", "log2", "log10", "log1p", "arccosh"]

OF_SMALL = ["arcsin", "arccos", "arctanh"]

OF_TWO = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "maximum",
    "minimum",
    "equal",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "not_equal",
    "logical_and",
    "logical_or",
    "logical_xor",
    "mod",
    "floor_divide",
    "divide_no_nan",
]

REDUCTIONS = ["sum", "mean", "max", "min", "prod", "any", "all", "var", "std", "logsumexp"]

KERNEL = np.random.default_rng(0).normal(size=(3, 2, 4, 2)).astype("float32")
VECTOR = np.arange(1.0, 5.0, dtype="float32")

OF_SHAPES = {
    "reshape": (lambda x: ops.reshape(x, (-1, 6)), (4, 3)),
    "reshape of an unknown size": (lambda x: ops.reshape(x, (3, 4, -1)), (4, 5)),
    "transpose": (lambda x: ops.transpose(x, (0, 2, 1)), (4, 3)),
    "transpose all": (lambda x: ops.transpose(x) + 0, (4, 3)),
    "moveaxis": (lambda x: ops.moveaxis(x, 1, -1) * 2, (4, 3, 2)),
    "swapaxes": (lambda x: ops.swapaxes(x, 1, -1), (4, 3, 2)),
    "expand_dims": (lambda x: ops.expand_dims(x, (1, -1)), (4, 3)),
    "squeeze": (lambda x: ops.squeeze(x, 1), (1, 3)),
    "squeeze all": (ops.squeeze, (1, 3, 1)),
    "concatenate": (lambda x: ops.concatenate([x, x * 2], -1), (4, 3)),
    "append": (lambda x: ops.append(x, x * 2, axis=1), (4, 3)),
    "stack": (lambda x: ops.stack([x, x * 2], -1), (4, 3)),
    "split": (lambda x: ops.split(x, 2, axis=1), (4, 3)),
    "split at": (lambda x: ops.split(x, [1, 3], axis=-1), (4, 5)),
    "unstack": (lambda x: ops.unstack(x, axis=1), (2, 5)),
    "flip": (lambda x: ops.flip(x, axis=1), (4, 3)),
    "pad": (lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1)), constant_values=2.5), (4, 3)),
    "pad by reflection": (lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1)), mode="reflect"), (4, 3)),
    "tile": (lambda x: ops.tile(x, (1, 2, 3)), (4, 3)),
    "tile more axes": (lambda x: ops.tile(x, (2, 1, 1, 2)), (4, 3)),
    "repeat": (lambda x: ops.repeat(x, 2, axis=1), (4, 3)),
    "broadcast_to": (lambda x: ops.broadcast_to(x[:, None], (3, 5, 4)), (4,)),
    "take": (lambda x: ops.take(x, [0, 2], axis=1), (4, 3)),
    "take_along_axis": (lambda x: ops.take_along_axis(x, ops.argmax(x, axis=1, keepdims=True), axis=1), (4, 3)),
    "tril": (lambda x: ops.tril(x, 1), (4, 3)),
    "triu": (ops.triu, (4, 3)),
    "full_like": (lambda x: ops.full_like(x, 3.0), (4, 3)),
    "argmax": (lambda x: ops.argmax(x, axis=-1), (4, 3)),
    "argmin": (lambda x: ops.argmin(x, axis=1, keepdims=True), (4, 3)),
    "cumsum": (lambda x: ops.cumsum(x, axis=1), (4, 3)),
    "top_k": (lambda x: ops.top_k(x, 2), (4,)),
    "normalize": (lambda x: ops.normalize(x, axis=1), (4, 3)),
    "amax": (lambda x: ops.amax(x, axis=1), (4, 3)),
    "amin": (lambda x: ops.amin(x, axis=(1, 2)), (4, 3)),
    "max with a start": (lambda x: ops.max(x, axis=1, initial=1.0), (4,)),
    "clip": (lambda x: ops.clip(x, -1, 1), (4,)),
    "clip by a vector": (lambda x: ops.clip(x, np.array([0.0, -1, -2], "float32"), 1), (4, 3)),
    "power": (lambda x: ops.abs(x) ** 1.5, (4,)),
    "where": (lambda x: ops.where(x > 0, x, -2.0), (4,)),
    "arithmetic": (lambda x: -abs(x)[:, ::2] / (1 + x[:, ::2] ** 2), (4, 3)),
    "cast": (lambda x: ops.cast(ops.cast(x, "int32") > 0, "float32"), (4,)),
    "matmul": (lambda x: x @ ops.transpose(x, (0, 2, 1)), (4, 3)),
    "matmul with a matrix": (lambda x: ops.matmul(x, np.ones((3, 5), "float32")), (4, 3)),
    "matmul with a vector": (lambda x: ops.matmul(x, np.ones(3, "float32")), (4, 3)),
    "dot": (lambda x: ops.dot(x, np.ones((3, 2), "float32")), (4, 3)),
    "einsum": (lambda x: ops.einsum("bij,bkj->bik", x, x * 2), (4, 3)),
    "einsum with an ellipsis": (lambda x: ops.einsum("...ij->...ji", x), (4, 3)),
    "conv": (lambda x: ops.conv(x, KERNEL, 2, "same"), (6, 7, 4)),
    "conv with dilation": (lambda x: ops.conv(x, KERNEL, dilation_rate=2), (6, 7, 4)),
    "depthwise_conv": (lambda x: ops.depthwise_conv(x, KERNEL), (6, 7, 4)),
    "max_pool": (lambda x: ops.max_pool(x, 2, 1), (6, 7, 4)),
    "average_pool": (lambda x: ops.average_pool(x, (2, 3), padding="same"), (6, 7, 4)),
    "layer_normalization": (lambda x: ops.layer_normalization(x, VECTOR, VECTOR), (5, 4)),
    "layer_normalization of an image": (lambda x: ops.layer_normalization(ops.max_pool(x, 2), VECTOR), (6, 7, 4)),
    "rms_normalization": (lambda x: ops.rms_normalization(x, VECTOR), (5, 4)),
    "batch_normalization": (lambda x: ops.batch_normalization(x, VECTOR, VECTOR, -1, VECTOR, VECTOR), (4,)),
    "dot_product_attention": (lambda x: ops.dot_product_attention(x, x, x, is_causal=True), (4, 2, 3)),
}

OF_INTEGERS = {
    "add": lambda x: x + 1,
    "add a float": lambda x: x + 1.5,
    "divide": lambda x: x / 2,
    "mod": lambda x: x % 3,
    "mean": lambda x: ops.mean(x, axis=1),
    "sum": lambda x: ops.sum(x, axis=1),
    "sqrt": ops.sqrt,
    "one_hot": lambda x: ops.one_hot(x - 1, 3),
    "take from a table": lambda x: ops.take(np.arange(12.0, dtype="float32").reshape(4, 3), x, axis=0),
}

KEYS = [
    (slice(None), 0),
    (slice(None), -1, slice(-2, None)),
    (Ellipsis, 1),
    (slice(None), slice(1, None, 2), None),
    (slice(None), slice(None, None, -1)),
    (Ellipsis, None, slice(0, 2)),
    0,
]


@pytest.mark.parametrize("name", OF_ONE)
def test_onnx_runtime_computes_an_operation_of_one(name):
    check_call(getattr(ops, name), (4, 3))


@pytest.mark.parametrize("name", OF_POSITIVE)
def test_onnx_runtime_computes_an_operation_of_positive_numbers(name):
    check_call(lambda x: getattr(ops, name)(ops.abs(x) + 1.5), (4, 3))


@pytest.mark.parametrize("name", OF_SMALL)
def test_onnx_runtime_computes_an_operation_of_small_numbers(name):
    check_call(lambda x: getattr(ops, name)(ops.tanh(x) * 0.9), (4, 3))


@pytest.mark.parametrize("name", OF_TWO)
def test_onnx_runtime_computes_an_operation_of_two(name):
    operation = getattr(ops, name)
    check_call(lambda x, y: [operation(x, y), operation(x, np.float32(2)), operation(2.0, x)], (4, 3), (1, 3))


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("axis", [None, -1, (1, 2)], ids=str)
def test_onnx_runtime_computes_a_reduction(name, axis):
    reduction = getattr(ops, name)
    check_call(lambda x: [reduction(x, axis=axis, keepdims=k) for k in (False, True)], (4, 3, 2))


@pytest.mark.parametrize(("call", "shape"), OF_SHAPES.values(), ids=OF_SHAPES)
def test_onnx_runtime_computes_the_call(call, shape):
    check_call(call, shape)


@pytest.mark.parametrize("call", OF_INTEGERS.values(), ids=OF_INTEGERS)
def test_onnx_runtime_computes_with_integers(call):
    check_call(call, (4,), dtype="int32")


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_onnx_runtime_takes_items(key):
    check_call(lambda x: x[key], (4, 3))


def test_operations_on_images_keep_the_order_of_onnx():
    def call(x):
        y = ops.relu(layers.Conv2D(4, 3)(x))[:, 1:, ::2] * np.arange(4, dtype="float32") + 1
        y = ops.concatenate([y, ops.flip(y, axis=2)], axis=-1)
        return ops.mean(ops.pad(y, ((0, 0), (1, 1), (0, 0), (0, 0))), axis=(1, 2))

    assert operators(check_call(call, (6, 7, 3))).count("Transpose") == 1


def test_transposes_of_the_user_only_relabel():
    def call(x):
        y = layers.Conv2D(4, 3)(x)
        return layers.Conv2D(3, 3, data_format="channels_first")(ops.transpose(y, (0, 3, 1, 2)))

    x = keras.Input((8, 8, 3))
    assert operators(written(keras.Model(x, call(x)))) == ["Transpose", "Conv", "Conv"]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda x: ops.round(x, 2), "Round 'round.*decimals=2"),
        (lambda x: ops.argmax(x), "Argmax 'argmax.*reshape"),
        (lambda x: ops.repeat(x, 2, axis=0), "Repeat 'repeat.*size of axis 0.*unknown"),
        (lambda x: ops.pad(x, ((0, 0), (1, 1)), mode="symmetric"), "Pad 'pad.*mode='symmetric'"),
        (lambda x: ops.normalize(x, order=3), "Normalize 'normalize.*order=3"),
    ],
    ids=["round", "argmax", "repeat", "pad", "normalize"],
)
def test_what_has_no_form_is_refused(call, reason):
    x = keras.Input((4,))
    with pytest.raises(ExportError, match=reason):
        written(keras.Model(x, call(x)))
