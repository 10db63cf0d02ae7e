"""The walk over models of every form."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from onnx_keras.errors import ExportError
from tests.export.checking import check, operators, written


def test_a_layer_called_twice_is_written_twice_with_one_kernel():
    a, b, shared = keras.Input((5,)), keras.Input((5,)), layers.Dense(3, name="shared")
    proto = check(keras.Model([a, b], shared(a) + shared(b)))
    assert operators(proto) == ["Gemm", "Gemm", "Add"]
    assert [i.name for i in proto.graph.initializer] == ["shared/kernel", "shared/bias"]


def test_a_layer_called_inside_and_outside_of_a_nested_model_has_one_kernel():
    shared = layers.Dense(5, name="shared")
    inner = keras.Sequential([keras.Input((5,)), shared, layers.Dense(4)])
    x = keras.Input((5,))
    proto = check(keras.Model(x, [inner(x), shared(x)]))
    assert [i.name for i in proto.graph.initializer if "shared" in i.name] == [
        "shared/kernel",
        "shared/bias",
    ]


def test_nested_models_see_the_sizes_of_their_inputs():
    inner = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(4, 3, 2, "same")])
    x = keras.Input((8, 8, 3))
    check(keras.Model(x, layers.Dense(2)(layers.Flatten()(inner(inner_of(x))))))


def inner_of(x):
    return keras.Sequential([keras.Input((None, None, 3)), layers.ReLU()])(x)


def test_inputs_and_outputs_may_be_dicts():
    u, v = keras.Input((4,), name="u"), keras.Input((4,), name="v")
    inner = keras.Model({"u": u, "v": v}, {"sum": u + v, "difference": u - v})
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    found = inner({"u": a, "v": b})
    proto = check(keras.Model({"b": b, "a": a}, {"second": found["sum"], "first": found["difference"], "a": a}))
    assert [i.name for i in proto.graph.input] == ["a", "b"]
    assert [o.name for o in proto.graph.output] == ["a_2", "first", "second"]


def test_inputs_of_a_list_model_may_be_given_by_name():
    u, v = keras.Input((4,), name="u"), keras.Input((4,), name="v")
    inner = keras.Model([u, v], u - v)
    a, b = keras.Input((4,)), keras.Input((4,))
    check(keras.Model([a, b], inner({"v": a, "u": b})))


def test_one_value_may_be_several_outputs():
    x = keras.Input((4,))
    y = layers.Dense(4, name="y")(x)
    proto = check(keras.Model(x, [y, y, layers.Dropout(0.5, name="z")(y)]))
    assert [o.name for o in proto.graph.output] == ["y", "y_2", "z"]


def test_sizes_of_the_batch_are_one_symbol():
    a, b = keras.Input((4,)), keras.Input((None, 4), name="b")
    proto = check(keras.Model([a, b], ops.expand_dims(a, 1) + b))
    sizes = [[d.dim_param or d.dim_value for d in i.type.tensor_type.shape.dim] for i in proto.graph.input]
    assert sizes == [["batch", 4], ["batch", "b_dim_1", 4]]


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_a_mixed_policy_is_written_in_float32(policy):
    x = keras.Input((6, 6, 3))
    stack = [layers.Conv2D(4, 3, dtype=policy), layers.BatchNormalization(dtype=policy), layers.Flatten(dtype=policy)]
    y = x
    for layer in (*stack, layers.Dense(3, dtype=policy)):
        y = layer(y)
    proto = written(keras.Model(x, y))
    assert "Cast" not in operators(proto)
    assert proto.graph.output[0].type.tensor_type.elem_type == 1


def test_float16_stays_float16():
    x = keras.Input((6,), dtype="float16")
    proto = check(keras.Model(x, layers.Dense(3, dtype="float16", activation="relu")(x)))
    assert "Cast" not in operators(proto)


def test_deep_models_are_walked_without_recursion():
    x = y = keras.Input((2,))
    for _ in range(400):
        y = layers.ReLU()(y)
    assert len(operators(check(keras.Model(x, y)))) == 400


class Doubled(layers.Layer):
    """A layer of the user's own, with a weight, a layer inside and a call that differs in training."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), name="scale")
        self.inside = layers.Dense(3, name="inside")
        self.inside.build(shape)

    def call(self, x, training=None):
        batch = ops.shape(x)[0]
        y = ops.zeros_like(x) if training else x * self.scale
        return {"twice": self.inside(y) * 2, "flat": ops.reshape(x, (batch, -1))}


def test_a_layer_made_of_operations_is_written_by_them():
    x = keras.Input((4, 2))
    layer = Doubled(name="mine")
    proto = check(keras.Model(x, layer(x)))
    assert operators(proto) == ["Mul", "MatMul", "Add", "Mul", "Reshape"]
    assert "mine/inside/kernel" in [i.name for i in proto.graph.initializer]
    assert layer.inside._inbound_nodes == []


def test_a_layer_that_is_not_made_of_operations_is_named():
    class ByHand(layers.Layer):
        def call(self, x):
            return x * float(np.asarray(x).sum())

        def compute_output_shape(self, shape):
            return shape

    x = keras.Input((2,))
    with pytest.raises(
        ExportError,
        match="ByHand 'mine' can't be written as ONNX: call isn't made of keras.ops alone .*cut the model before it",
    ):
        written(keras.Model(x, ByHand(name="mine")(x)))


def test_a_subclass_of_a_known_layer_is_not_taken_for_it():
    class Twice(layers.Dense):
        def call(self, x):
            return super().call(x) * 2

    x = keras.Input((2,))
    assert operators(check(keras.Model(x, Twice(3)(x)))) == ["Gemm", "Add", "Mul"]


def test_a_quantized_layer_is_refused():
    x = keras.Input((8,))
    model = keras.Model(x, layers.Dense(4)(x))
    model.quantize("int8")
    with pytest.raises(ExportError, match="Dense 'dense.*' can't be written as ONNX: it is quantized to int8"):
        written(model)


def test_a_model_without_a_graph_is_refused():
    class Own(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(ExportError, match="Own 'own' has no graph of layers"):
        written(Own())


def test_an_unknown_operation_is_named():
    x = keras.Input((3, 3))
    with pytest.raises(ExportError, match="Eigh 'eigh.*' has no form in ONNX"):
        written(keras.Model(x, ops.eigh(x)))


def test_old_opsets_are_refused():
    x = keras.Input((2,))
    with pytest.raises(ExportError, match="need opset 20 or newer, not 17"):
        written(keras.Model(x, layers.Dense(2)(x)), opset=17)


def test_the_oldest_opset_is_enough():
    x = keras.Input((8, 8, 3))
    y = layers.Conv2D(4, 3, padding="same", activation="gelu")(x)
    y = layers.GlobalAveragePooling2D()(layers.MaxPooling2D()(layers.BatchNormalization()(y)))
    check(keras.Model(x, layers.Dense(3, activation="softmax")(y)), opset=20)


def test_equal_constants_of_one_layer_are_held_once():
    x = keras.Input((2,))
    proto = check(keras.Model(x, layers.ReLU(max_value=6.0)(x) * np.float32(2)))
    assert len(proto.graph.initializer) == 3
