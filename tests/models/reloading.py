"""A process that reloads saved models where neither onnx nor onnx_ir can be imported.

    python -m tests.models.reloading

It reads a line for each model, the path of a `.keras` file, beside which lies a `.pickle` with inputs and the outputs
that are expected. It answers with a line: what is wrong, as JSON.
"""

import json
import pathlib
import pickle
import sys
import traceback
from importlib.abc import MetaPathFinder

ABSENT = {"onnx", "onnx_ir", "onnx_shape_inference", "onnxruntime"}


class Blocked(MetaPathFinder):
    """Refuses to import what is said to be absent."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"{fullname} is said to be absent")


def problem_of(path):
    """Reload a model, compare its outputs and train it on."""
    import keras
    import numpy as np

    import onnx_keras
    from tests.models.training import named, training_problem

    inputs, outputs = pickle.loads(path.with_suffix(".pickle").read_bytes())
    model = keras.saving.load_model(path)
    results = named(model, onnx_keras.run(model, inputs, trace=False))
    for name, want in outputs.items():
        np.testing.assert_array_equal(results[name], want, err_msg=name)
    keras.backend.clear_session()
    return training_problem(model, inputs, eagerly=True)


def main():
    sys.meta_path.insert(0, Blocked())
    for line in sys.stdin:
        try:
            answer = problem_of(pathlib.Path(line.strip()))
        except Exception:
            answer = traceback.format_exc()
        assert not ABSENT & sys.modules.keys()
        print("answer " + json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
