"""What layers say of their gradients, against numeric ones."""

from dataclasses import replace
from itertools import groupby

import keras
import numpy as np
import onnx
import pytest
from keras import ops

import onnx_keras
from onnx_keras.layers.backend import native
from tests.operators.matrix import Case, Input, feeds, model_of
from tests.operators.test_matrix import CASES

ACCURACY = {1e-6: 1e-5, 1e-2: 2e-2}
"""Steps, and how near a numeric gradient comes in float64, then in the float32 of those that compute in no other type."""

NOT_SMOOTH = {
    "DynamicQuantizeLSTM": "its steps pass gradients straight through",
    "DynamicQuantizeMatMul": "its steps pass gradients straight through",
    "NonMaxSuppression": "only numbers of boxes come out",
    "Range": "TensorFlow gives its numbers no gradients",
}
ROUNDED = {"RoiAlign": ("in1",)}
"""Inputs that decide from how many elements a mean is taken."""


def varied(case: Case) -> list[str]:
    """Name the inputs of floats by which a case can be differentiated: operators have their kinks at halves and wholes."""
    live = {n: x.array for n, x in case.given.items() if x.kind == "live" and not x.optional}
    if not all(isinstance(a, np.ndarray) and a.size for a in live.values()):
        return []
    names = [n for n, a in live.items() if a.dtype.name in ("float32", "float64") and np.isfinite(a).all()]
    return [n for n in names if n not in ROUNDED.get(case.op_type, ()) and np.all(2 * live[n] % 1 != 0)]


def chosen() -> list[Case]:
    """Choose the first and the last case of each operator that has a gradient."""
    smooth = [c for c in CASES if varied(c) and c.distribution is None and c.op_type not in NOT_SMOOTH]
    groups = (list(g) for _, g in groupby(sorted(smooth, key=operator_of), operator_of))
    return [c for group in groups for c in (group if len(group) == 1 else (group[0], group[-1]))]


def operator_of(case: Case) -> tuple[str, str]:
    return case.domain, case.op_type


def wide(x: Input | None) -> Input | None:
    is_float = x is not None and isinstance(x.array, np.ndarray) and x.array.dtype == np.float32
    return replace(x, array=x.array.astype("float64")) if is_float else x


def in_float64(case: Case) -> Case:
    """Widen all floats, unless there are others in graphs."""
    if case.before or any(isinstance(v, onnx.GraphProto) for v in case.attributes.values()):
        return case
    return replace(case, inputs=tuple(map(wide, case.inputs)), outside=tuple(map(wide, case.outside)))


class Sum:
    """All float outputs of a model, weighted at random, as a function of some inputs."""

    def __init__(self, case: Case) -> None:
        self.model = onnx_keras.load(model_of(case))
        stored = onnx_keras.running.stored_inputs(self.model, feeds(case))
        self.given = keras.tree.map_structure(ops.convert_to_tensor, list(stored))
        self.places = [i for i, n in enumerate(self.model.onnx_inputs) if n in varied(case)]
        self.xs = [self.given[i] for i in self.places]

    def __call__(self, *xs):
        given = list(self.given)
        for i, x in zip(self.places, xs):
            given[i] = x
        outputs = keras.tree.flatten(self.model(given if len(given) > 1 else given[0]))
        weights = [np.random.default_rng(i).normal(size=tuple(y.shape)) for i, y in enumerate(outputs)]
        floats = [(y, w) for y, w in zip(outputs, weights) if keras.backend.is_float_dtype(str(ops.dtype(y)))]
        return sum((ops.sum(ops.cast(y, "float64") * w) for y, w in floats), ops.zeros((), "float64"))

    def at(self, distance, directions):
        arrays = [ops.convert_to_numpy(x) for x in self.xs]
        moved = [(a + distance * d).astype(a.dtype) for a, d in zip(arrays, directions)]
        return float(self(*map(ops.convert_to_tensor, moved)))


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="layers' own gradients are TensorFlow's")
@pytest.mark.parametrize("case", chosen(), ids=str)
def test_a_gradient_is_the_numeric_one(case):
    total = Sum(in_float64(case))
    rng = np.random.default_rng(0)
    directions = [rng.normal(size=tuple(x.shape)) for x in total.xs]
    terms = [ops.convert_to_numpy(g) * d for g, d in zip(native.gradients(total, total.xs), directions)]
    slope, size = sum(float(t.sum()) for t in terms), sum(float(np.abs(t).sum()) for t in terms)
    numeric = {h: (total.at(h, directions) - total.at(-h, directions)) / (2 * h) for h in ACCURACY}
    assert any(abs(numeric[h] - slope) <= bound * max(size, 1e-3) for h, bound in ACCURACY.items()), (slope, numeric)
