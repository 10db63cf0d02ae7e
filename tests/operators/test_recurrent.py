"""RNN, GRU and LSTM."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import onnx
import pytest

import onnx_keras
from tests.operators.matrix import (
    Case,
    Input,
    bfloat16,
    case,
    constant,
    expected,
    float16,
    float32,
    float64,
    live,
    model_of,
    weight,
)

TIME, BATCH, INPUTS, HIDDEN = 5, 3, 4, 2
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
FUNCTIONS = {"RNN": 2, "GRU": 4, "LSTM": 6}
EVERY = {"RNN": (1, 1), "GRU": (1, 1), "LSTM": (1, 1, 1)}

LENS = constant([5, 0, 3], "int32")
LIVE_LENS = live([2, 5, 4], "int32")


def recurrent(
    op_type: str, *more: str, draw: Any = float32, time: int = TIME, batch: int = BATCH, **options: Any
) -> Case:
    """State a case whose kernels are weights.

    Args:
        op_type: RNN, GRU or LSTM.
        more: The optional inputs: "bias", "lens", "live lens", "states", "live states" and "peepholes".
        draw: What draws a tensor.
        time: How long the sequences are.
        batch: How many there are.
        options: What `case` takes.
    """
    directions = 2 if options.get("direction") == "bidirectional" else 1
    gates = GATES[op_type] * HIDDEN
    lead = (batch, time) if options.get("layout") else (time, batch)
    state = (batch, directions, HIDDEN) if options.get("layout") else (directions, batch, HIDDEN)
    states: list[Input | None] = [None] * (2 if op_type == "LSTM" else 1)
    if "states" in more or "live states" in more:
        states = [draw(*state, seed=i) for i in range(len(states))]
        states = [weight(s) for s in states] if "states" in more else states
    inputs = [
        draw(*lead, INPUTS),
        weight(draw(directions, gates, INPUTS, low=-1, high=1)),
        weight(draw(directions, gates, HIDDEN, low=-1, high=1, seed=1)),
        weight(draw(directions, 2 * gates, low=-1, high=1)) if "bias" in more else None,
        LENS if "lens" in more else LIVE_LENS if "live lens" in more else None,
        *states,
        *([weight(draw(directions, 3 * HIDDEN, low=-1, high=1))] if "peepholes" in more else []),
    ]
    return case(op_type, *inputs, **{"hidden_size": HIDDEN, "outputs": EVERY[op_type], **options})


def batch_first(made: Case) -> Case:
    """State a case with layout=1, which ONNX Runtime lacks: it computes the same with layout=0."""
    swapped = [
        x if x is None or i not in (0, 5, 6) else Input(x.array.swapaxes(0, 1), x.kind)
        for i, x in enumerate(made.inputs)
    ]
    y, *states = expected(replace(made, inputs=tuple(swapped), attributes={**made.attributes, "layout": 0}))
    return replace(made, expected=[y.transpose(2, 0, 1, 3), *(s.swapaxes(0, 1) for s in states)])


def like(made: Case, **other: Any) -> Case:
    """State a case that no oracle runs, with the values that another one has."""
    attributes = {k: other.pop(k, v) for k, v in made.attributes.items()}
    return replace(made, expected=expected(replace(made, attributes=attributes, **other)))


SAME_FOR_ALL = [
    case
    for op in GATES
    for case in (
        recurrent(op, "bias", outputs=(1,)),
        recurrent(op, "bias", "states", direction="reverse", outputs=(0, 1)),
        recurrent(op, "bias", "live states", direction="bidirectional"),
        recurrent(op, "bias", "lens", "states", why="a sequence of no length"),
        recurrent(op, "bias", "live lens", "live states", direction="bidirectional"),
        recurrent(op, "bias", "states", clip=2.0),
        recurrent(op, "bias", "states", time=1),
        batch_first(recurrent(op, "bias", "states", direction="bidirectional", layout=1)),
        batch_first(recurrent(op, "live lens", "live states", layout=1)),
        recurrent(op, "bias", direction="bidirectional", opset=7),
        recurrent(op, opset=14),
        recurrent(op, draw=float64, oracle="reference"),
        recurrent(op, "bias", draw=float16),
        recurrent(op, draw=bfloat16, oracle="reference"),
    )
]

CASES = [
    *SAME_FOR_ALL,
    recurrent("RNN", "bias", time=0, trains=False),
    like(recurrent("RNN", "bias", activations=["relu"]), activations=["Relu"]),
    recurrent("RNN", "bias", activations=["Relu"]),
    recurrent(
        "RNN",
        "bias",
        activations=["Affine", "ScaledTanh"],
        activation_alpha=[0.5, 0.8],
        activation_beta=[0.1, 0.6],
        direction="bidirectional",
    ),
    recurrent("RNN", "bias", activations=["LeakyRelu"], why="alpha is 0.01"),
    recurrent("RNN", "bias", activations=["LeakyRelu", "Elu"], activation_alpha=[0.3], direction="bidirectional"),
    recurrent("RNN", "bias", activations=["HardSigmoid", "Softplus"], direction="bidirectional"),
    recurrent("RNN", "bias", "lens", activations=["Softsign"], direction="reverse"),
    recurrent("RNN", activations=["ThresholdedRelu"], activation_alpha=[0.2]),
    like(recurrent("RNN", opset=1), opset=7),
    recurrent("GRU", "bias", linear_before_reset=1),
    recurrent("GRU", linear_before_reset=1, direction="bidirectional"),
    recurrent("GRU", "bias", "lens", "states", linear_before_reset=1, direction="bidirectional"),
    recurrent("GRU", "bias", "live states", linear_before_reset=1, direction="reverse"),
    recurrent(
        "GRU",
        "bias",
        linear_before_reset=1,
        activations=["HardSigmoid", "Relu"],
        activation_alpha=[0.3],
        activation_beta=[0.4],
    ),
    recurrent("GRU", "bias", linear_before_reset=1, clip=0.3),
    like(recurrent("GRU", "bias", opset=3), opset=7),
    like(recurrent("GRU", "bias", opset=1, direction="foward"), opset=7, direction="forward"),
    like(recurrent("GRU", opset=1, output_sequence=1), opset=7, output_sequence=None),
    recurrent("LSTM", "bias", "peepholes", "states", direction="bidirectional"),
    recurrent("LSTM", "peepholes", "lens", "live states", clip=0.4, direction="reverse"),
    recurrent("LSTM", "bias", "peepholes", input_forget=1, direction="bidirectional"),
    recurrent("LSTM", "bias", outputs=(0, 0, 1)),
    recurrent("LSTM", "bias", outputs=(1, 0, 1), direction="bidirectional"),
    recurrent("LSTM", "bias", "live lens", outputs=(0, 0, 1)),
    recurrent(
        "LSTM",
        "bias",
        time=0,
        trains=False,
        expected=[np.zeros(s, "float32") for s in ((0, 1, 3, 2), (1, 3, 2), (1, 3, 2))],
    ),
    recurrent(
        "LSTM",
        "bias",
        activations=["HardSigmoid", "Relu", "Affine"],
        activation_alpha=[0.3, 0.5],
        activation_beta=[0.4, 0.1],
    ),
    recurrent("LSTM", "bias", activations=["SIGMOID", "tanh", "Tanh"]),
    like(recurrent("LSTM", opset=1), opset=7),
    recurrent("LSTM", "bias", hidden_size=None),
]


EXPORTED = """
<ir_version: 10, opset_import: ["": 22]>
graph (float[n, t, 3] x, float[2, 8, 3] w, float[2, 8, 2] r, float[2, 16] b) => (float[n, t, 4] y) {
    by_time = Transpose<perm = [1, 0, 2]>(x)
    states, last, cell = LSTM<direction = "bidirectional", hidden_size = 2>(by_time, w, r, b)
    side_by_side = Transpose<perm = [0, 2, 1, 3]>(states)
    shape = Constant<value_ints = [0, 0, 4]>()
    joined = Reshape(side_by_side, shape)
    y = Transpose<perm = [1, 0, 2]>(joined)
}
"""


def exported() -> onnx.ModelProto:
    """Give an LSTM as exporters write one that has the batch first, with weights."""
    model = onnx.parser.parse_model(EXPORTED)
    for given in model.graph.input[1:]:
        shape = [d.dim_value for d in given.type.tensor_type.shape.dim]
        model.graph.initializer.append(onnx.numpy_helper.from_array(float32(*shape).array, given.name))
    del model.graph.input[1:]
    return model


def test_batch_first_around_a_layer_moves_nothing():
    model = onnx_keras.load(exported())
    (layer,) = [v for v in model.layers if isinstance(v, onnx_keras.layers.LSTM)]
    assert model.info["moves"] == 0
    assert (layer.x_axes, layer.y_axes) == ("bti", "btdh")


def test_kernels_are_stored_as_keras_stores_them():
    shapes = {v.name: tuple(v.shape) for v in onnx_keras.load(exported()).weights}
    assert shapes == {"kernel": (2, 3, 8), "recurrent_kernel": (2, 2, 8), "bias": (2, 16)}


DIRECTIONS = ("forward", "reverse", "bidirectional")


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the loops' own gradients are TensorFlow's")
@pytest.mark.parametrize(("op", "direction"), [(op, d) for op in ("GRU", "LSTM") for d in DIRECTIONS])
def test_gradients_that_loops_bring_are_those_of_the_loop_without(op, direction):
    """A clip that never clips takes the loop that TensorFlow differentiates."""
    import tensorflow as tf

    options = {"linear_before_reset": 1} if op == "GRU" else {}
    made = recurrent(op, "bias", "states", draw=float64, direction=direction)
    tensors = [tf.constant(x.array) for x in made.inputs if x is not None]
    found = []
    for clip in (None, 1e6):
        layer = getattr(onnx_keras.layers, op)(direction=direction, clip=clip, onnx_kernels=True, **options)
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            results = layer.compute(*tensors[:4], None, *tensors[4:])
            total = sum(tf.reduce_sum(y * float64(*y.shape, seed=i).array) for i, y in enumerate(results))
        found.append(tape.gradient(total, tensors))
    for own, other in zip(*found):
        np.testing.assert_allclose(own, other, rtol=0, atol=64 * 2.0**-53 * np.abs(other).max())


def test_too_few_activations_are_refused():
    made = recurrent("LSTM", activations=["Tanh"])
    with pytest.raises(onnx_keras.OnnxKerasError, match="1 activations where 3 are needed"):
        onnx_keras.load(model_of(made))
