"""The demonstration, run as a user runs it."""

import io
import time

import keras
import numpy as np
import onnx
import pytest
from rich.console import Console

from onnx_keras import demo
from onnx_keras.graph import oracle

LONGEST = 60


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Run it once: what it found, what it printed, how long it took, where it saved."""
    folder, text = tmp_path_factory.mktemp("demo"), io.StringIO()
    start = time.perf_counter()
    result = demo.demonstrate(folder, console=Console(file=text, width=100))
    return result, text.getvalue(), time.perf_counter() - start, folder


def test_the_classifier_agrees_with_onnx_runtime(shown):
    pytest.importorskip("onnxruntime")
    assert shown[0].report.ok and shown[0].report.oracle == "ONNX Runtime"


def test_retraining_gains_visibly(shown):
    assert shown[0].before < 0.85 < 0.95 < shown[0].after


def test_the_saved_model_computes_the_same(shown):
    assert shown[0].is_equal and keras.saving.load_model(shown[3] / "digits.keras").count_params() > 0


def test_it_says_what_happened(shown):
    result, text, *_ = shown
    for words in ("never seen an 8 or a 9", f"{result.before:.1%} to {result.after:.1%}", "exactly the same"):
        assert words in " ".join(text.split())


def test_it_takes_less_than_a_minute(shown):
    assert shown[2] < LONGEST


def test_the_file_keeps_normalization_and_dropout_as_nodes():
    kinds = [n.op_type for n in onnx.load_from_string(demo.onnx_file()).graph.node]
    assert kinds.count("BatchNormalization") == 3 and kinds.count("Dropout") == 2


def test_no_digit_to_test_with_is_retrained_on():
    data = demo.digits()
    trained = {image.tobytes() for image in data.images}
    assert not any(image.tobytes() in trained for image in data.test_images)
    assert set(np.unique(data.labels)) == set(np.unique(data.test_labels)) == set(range(10))


def test_without_onnx_runtime_the_reference_evaluator_is_named(monkeypatch):
    monkeypatch.setattr(oracle.importlib.util, "find_spec", lambda name: None)
    name, run = oracle.oracle(demo.onnx_file())
    assert name == "onnx's ReferenceEvaluator (onnxruntime is not installed)"
    assert run({"image": np.zeros((2, 1, 8, 8), "float32")})["logits"].shape == (2, 10)
