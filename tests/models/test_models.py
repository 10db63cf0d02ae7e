"""Real models give the stored values, predict, train, and live on where onnx is absent, in both data formats."""

import json
import pathlib
import pickle
import subprocess
import sys

import keras
import pytest

import onnx_keras
from tests.models.collection import FORMATS, entries, feed, names, needs_collection, path_of, problem, stored_sets
from tests.models.training import has_batch, named, predicted, training_problem

pytestmark = [pytest.mark.models, needs_collection]
ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(scope="module", params=FORMATS)
def data_format(request):
    return request.param


@pytest.fixture(scope="module", params=entries("main"), ids=names("main"))
def entry(request):
    return request.param


@pytest.fixture(scope="module")
def model(entry, data_format):
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    return onnx_keras.load(path_of(entry), data_format=data_format)


@pytest.fixture(scope="module")
def inputs(entry, model):
    return feed(model, stored_sets(entry)[0][0])


@pytest.fixture(scope="session")
def reloading():
    """Start the process without onnx, which answers for all models of this worker."""
    arguments = [sys.executable, "-m", "tests.models.reloading"]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


def test_a_model_gives_the_stored_values(entry, model):
    for given, stored in stored_sets(entry):
        assert not problem(entry, model, onnx_keras.run(model, feed(model, given)), stored)


def test_a_model_with_a_batch_predicts(entry, model, inputs):
    if not has_batch(model):
        pytest.skip("axis 0 is not a batch")
    assert not problem(entry, model, predicted(model, inputs), stored_sets(entry)[0][1])


def test_a_model_with_weights_trains(model, inputs):
    assert not training_problem(model, inputs)


def test_a_saved_model_lives_on_where_onnx_is_absent(model, inputs, reloading, tmp_path):
    model.save(tmp_path / "saved.keras")
    expected = (inputs, named(model, onnx_keras.run(model, inputs, trace=False)))
    (tmp_path / "saved.pickle").write_bytes(pickle.dumps(expected))
    print(tmp_path / "saved.keras", file=reloading.stdin, flush=True)
    answer = next(line for line in reloading.stdout if line.startswith("answer "))
    assert not json.loads(answer.removeprefix("answer "))
