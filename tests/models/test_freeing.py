"""Files exported for one batch size: which can be freed, and that three rows then give what three runs give."""

import keras
import numpy as np
import onnx
import onnxruntime
import pytest

import onnx_keras
from tests.models.collection import entries, feed, needs_collection, path_of, stored_sets

pytestmark = [pytest.mark.models, needs_collection]

ROWS = 3


def is_fixed(entry):
    """Say whether all inputs of the file begin with a fixed size."""
    graph = onnx.load(path_of(entry), load_external_data=False).graph
    held = {i.name for i in graph.initializer}
    shapes = [v.type.tensor_type.shape.dim for v in graph.input if v.name not in held]
    return bool(shapes) and all(s and s[0].HasField("dim_value") and s[0].dim_value > 0 for s in shapes)


FIXED = [e for e in entries("main") if is_fixed(e)]

KEPT = {"ort_datasets_mul_1": r"at 'mul_1' \(Mul\): its input .* is made for one batch size"}
"""The models that keep their batch size, and why."""


def rows_of(given):
    """Make inputs of other elements, as many as rows are tested."""
    return [
        {n: a if a.dtype.kind != "f" else (a * (1 - 0.3 * i)).astype(a.dtype) for n, a in given.items()}
        for i in range(ROWS)
    ]


@pytest.mark.parametrize("entry", FIXED, ids=lambda e: e["name"])
def test_three_rows_give_what_three_runs_of_the_file_give(entry):
    keras.backend.clear_session()
    if entry["name"] in KEPT:
        with pytest.raises(onnx_keras.LayoutError, match=KEPT[entry["name"]]):
            onnx_keras.load(path_of(entry), batch=None)
        return
    model = onnx_keras.load(path_of(entry), batch=None)
    rows = rows_of(feed(model, stored_sets(entry)[0][0]))
    session = onnxruntime.InferenceSession(str(path_of(entry)))
    names = [o.name for o in session.get_outputs()]
    expected = [session.run(names, row) for row in rows]
    results = onnx_keras.run(model, {n: np.concatenate([r[n] for r in rows]) for n in rows[0]}, trace=False)
    results = results if isinstance(results, dict) else {names[0]: results}
    for i, name in enumerate(names):
        parts = np.split(results[name], ROWS, batch_axis(results[name], expected[0][i]))
        for got, want in zip(parts, expected, strict=True):
            scale = max(1e-6, float(np.abs(want[i].astype("float64")).max()))
            np.testing.assert_allclose(got, want[i], rtol=1e-3, atol=entry["tolerance"] * scale, err_msg=name)


def batch_axis(together, alone):
    """Find the axis in which results of several rows are longer."""
    return next(a for a, (n, m) in enumerate(zip(together.shape, alone.shape)) if n != m)
