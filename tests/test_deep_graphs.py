"""Graphs deeper than Keras can walk by itself live their whole life, and Python's recursion limit stays what it was.

Keras needs a frame a layer: a chain of 989 layers is the deepest it walks at the default limit of 1,000.
"""

import pathlib
import subprocess
import sys

import keras
import numpy as np
import onnx
import pytest

import onnx_keras

DEEPER_THAN_KERAS = 1_000
ROOT = pathlib.Path(__file__).parents[1]

LIFE_AFTER_SAVING = """
import sys
import onnx_keras, keras
import numpy as np

path, expected, nodes = sys.argv[1], np.load(sys.argv[2]), int(sys.argv[3])
limits = [sys.getrecursionlimit()]
model = keras.saving.load_model(path)
limits.append(sys.getrecursionlimit())
clone = keras.models.clone_model(model)
clone.set_weights(model.get_weights())
limits.append(sys.getrecursionlimit())
for deep in (model, clone):
    np.testing.assert_allclose(deep(expected["x"]), expected["y"], rtol=1e-5)
before = model.get_weights()
model.compile("sgd", "mse", run_eagerly=nodes < 3000)
loss = model.train_on_batch(expected["x"], expected["y"] + 1)
limits.append(sys.getrecursionlimit())
assert np.isfinite(loss), loss
assert all((a != b).any() for a, b in zip(before, model.get_weights()))
assert limits == [1000] * 4, limits
"""


def chain(nodes: int) -> onnx.ModelProto:
    """Make a model that adds and multiplies by turns, each time with a weight of its own."""
    rng = np.random.default_rng(0)
    weights = [rng.normal(i % 2, 0.01, (4,)).astype("float32") for i in range(nodes)]
    lines = [f"x{i + 1} = {('Add', 'Mul')[i % 2]}(x{i}, w{i})" for i in range(nodes)]
    text = f"chain (float[N, 4] x0) => (float[N, 4] x{nodes}) {{ {' '.join(lines)} }}"
    model = onnx.parser.parse_model('<ir_version: 10, opset_import: ["" : 21]>' + text)
    model.graph.initializer.extend(onnx.numpy_helper.from_array(w, f"w{i}") for i, w in enumerate(weights))
    return model


def result_of_chain(model: onnx.ModelProto, x: np.ndarray) -> np.ndarray:
    for node, weight in zip(model.graph.node, model.graph.initializer):
        w = onnx.numpy_helper.to_array(weight)
        x = x + w if node.op_type == "Add" else x * w
    return x


@pytest.mark.parametrize("nodes", [DEEPER_THAN_KERAS, pytest.param(3_000, marks=pytest.mark.slow)])
def test_a_deep_graph_loads_saves_reloads_clones_and_trains(nodes, tmp_path):
    source = chain(nodes)
    limit = sys.getrecursionlimit()
    model = onnx_keras.load(source)
    assert len(model.layers) == nodes + 1
    x = np.ones((2, 4), "float32")
    y = result_of_chain(source, x)
    np.testing.assert_allclose(model(x), y, rtol=1e-5)
    model.save(tmp_path / "deep.keras")
    assert sys.getrecursionlimit() == limit
    np.savez(tmp_path / "expected.npz", x=x, y=y)
    arguments = [tmp_path / "deep.keras", tmp_path / "expected.npz", str(nodes)]
    subprocess.run([sys.executable, "-c", LIFE_AFTER_SAVING, *arguments], cwd=ROOT, check=True)


def test_a_deep_graph_can_be_cut_by_our_own_model():
    model = onnx_keras.load(chain(DEEPER_THAN_KERAS))
    limit = sys.getrecursionlimit()
    part = onnx_keras.Model(model.inputs, model.layers[-2].output)
    assert len(part.layers) == len(model.layers) - 1
    assert sys.getrecursionlimit() == limit


def test_keras_alone_still_needs_us_for_deep_graphs():
    """Where this fails, Keras walks deep graphs itself, and our limit can go."""
    tensor = entry = keras.Input((1,))
    for _ in range(DEEPER_THAN_KERAS):
        tensor = keras.ops.negative(tensor)
    with pytest.raises(RecursionError):
        keras.Model(entry, tensor)
