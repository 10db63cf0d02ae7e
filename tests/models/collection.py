"""The stored model collection, ../shared/models: its manifest, and the inputs and outputs of each model."""

import pathlib
from functools import cache

import onnx
import pytest

from scripts.run_models import as_runtime, manifest_of, reader

FOLDER = pathlib.Path(__file__).parents[3] / "shared" / "models"
FORMATS = ("channels_last", "channels_first")

needs_collection = pytest.mark.skipif(not FOLDER.is_dir(), reason="the stored models, ../shared/models, are absent")


@cache
def entries(tag):
    """List the manifest's entries with a tag."""
    found = manifest_of(FOLDER)[1] if FOLDER.is_dir() else []
    return [e for e in found if tag in e.get("tags", ())]


def names(tag):
    return [e["name"] for e in entries(tag)]


def path_of(entry):
    return FOLDER / entry["file"]


def transposes_in(entry):
    """Count the Transposes of a file, those of inner graphs and functions included."""
    return entry["ops"].get("Transpose", 0)


def stored_sets(entry):
    """Give the stored inputs and outputs of a model."""
    graph = onnx.load(path_of(entry), load_external_data=False).graph
    values = [v.name for v in (*graph.input, *graph.output)]
    return reader(FOLDER).load(path_of(entry).with_suffix(".npz"), values)


def problem(entry, model, results, stored):
    """Say what is wrong with a model's results, in ONNX' order, compared with the stored ones."""
    got, compare = as_runtime(model, results), reader(FOLDER).compare
    if entry.get("nondeterministic"):
        return ""
    found = {
        n: compare(got[n], v, entry["tolerance"], int_abs=entry.get("int_tolerance", 0)) for n, v in stored.items()
    }
    return "; ".join(f"{n}: {text}" for n, text in found.items() if text)


def feed(model, inputs):
    """Choose the inputs that a model has: initializers that may be overridden are none."""
    return {n: inputs[n] for n in model.onnx_inputs}
