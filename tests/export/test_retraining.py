"""Real models that are trained here compute in ONNX Runtime what they compute in Keras."""

import numpy as np
import pytest

import onnx_keras
from onnx_keras.graph.oracle import oracle
from onnx_keras.types import FLOATS
from tests.models.collection import FORMATS, entries, feed, names, needs_collection, path_of, stored_sets
from tests.models.training import named, step, tensors_of

pytestmark = [pytest.mark.models, needs_collection]

SHORT = {"float16", "bfloat16"}


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize("entry", entries("main"), ids=names("main"))
def test_a_retrained_model_computes_the_same_in_onnx(entry, data_format, tmp_path):
    model = onnx_keras.load(path_of(entry), data_format=data_format)
    inputs = feed(model, stored_sets(entry)[0][0])
    if not trained(model, inputs):
        pytest.skip("nothing in it can be trained")
    want = named(model, onnx_keras.run(model, inputs))
    onnx_keras.export(model, tmp_path / "m.onnx")
    got = oracle(tmp_path / "m.onnx")[1](inputs)
    for name, value in want.items():
        top = np.abs(value).max() if value.size else 0
        bound = tolerance(entry, model) * max(top, 1e-3)
        assert np.abs(np.asarray(got[name], "float64") - value).max(initial=0) <= bound, name


def tolerance(entry, model):
    """Say how far results may be apart: a model of shorter floats rounds as much as its entry says."""
    return 1e-5 if {str(w.dtype) for w in model.weights}.isdisjoint(SHORT) else entry["tolerance"]


def trained(model, inputs):
    """Train one step, and say whether weights changed by it.

    A root of zero, as the spectrum of silence has it, has no gradient: weights in front of it stay.
    """
    x = tensors_of(model, inputs)
    results = {n: np.asarray(v) for n, v in named(model, model(x)).items()}
    losses = {n: "mse" if v.dtype.name in FLOATS else None for n, v in results.items()}
    if not model.trainable_weights or not any(losses.values()):
        return False
    before = model.get_weights()
    targets = {n: v * 0.9 if losses[n] else v for n, v in results.items()}
    model.optimizer = None
    step(model, x, targets, losses, eagerly=True)
    after = [
        now if np.isfinite(now.astype("float64")).all() else then for then, now in zip(before, model.get_weights())
    ]
    model.set_weights(after)
    return any((a != b).any() for a, b in zip(before, after))
