"""Files of old opsets give their stored outputs after they are upgraded."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from onnx_keras.graph.upgrades import upgrade_model
from tests.graph.upgrade_runs import run_evaluator, run_newest, run_runtime, upgraded


def load_cases():
    """The module beside the test files that reads stored inputs and outputs; None where the files are not."""
    if not (MODELS / "manifest.json").exists():
        return None
    spec = importlib.util.spec_from_file_location("cases", MODELS / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODELS = Path(__file__).parents[3] / "shared" / "models"
CASES = load_cases()
OF_ONNX = Path(onnx.__file__).parent / "backend" / "test" / "data"

# Sparse tensors are made dense when a file is read.
UNREADABLE = {"ort_sparse_initializer_as_output", "sparse_initializer"}

# Stored references that a file gives and that the upgraded one doesn't, and why.
UNLIKE_THEIR_REFERENCE = {
    "ort_add_opset_314159": "refused: the opset is newer than any",
    "ort_dropout": "ONNX Runtime's mask of Dropout 10 is false where nothing is dropped; since 12 it has to be true",
}


def agrees(entry: dict, proto: onnx.ModelProto, *runs) -> bool:
    """Whether one of the ways to run a model gives its stored outputs."""
    names = [value.name for value in (*proto.graph.input, *proto.graph.output)]
    sets = CASES.load(MODELS / entry["file"].replace(".onnx", ".npz"), names)
    return any(all(gives(entry, proto, run, *pair) for pair in sets) for run in runs)


def gives(entry: dict, proto: onnx.ModelProto, run, feeds: dict, wanted: dict) -> bool:
    feeds = {name: feed.astype(object) if is_text(feed) else feed for name, feed in feeds.items()}
    try:
        got = dict(zip([value.name for value in proto.graph.output], run(proto, feeds)))
    except Exception:  # what can't be run doesn't agree
        return False
    tolerances = {"rel": entry["tolerance"], "int_abs": entry.get("int_tolerance", 0)}
    return entry.get("nondeterministic") or not any(
        CASES.compare(got[name], value, **tolerances) for name, value in wanted.items()
    )


def is_text(feed) -> bool:
    return isinstance(feed, np.ndarray) and feed.dtype.kind == "U"


def holds_maps(proto: onnx.ModelProto) -> bool:
    return any(value.type.sequence_type.elem_type.HasField("map_type") for value in proto.graph.output)


def is_of_runtime(proto: onnx.ModelProto) -> bool:
    """Whether operators of ONNX Runtime become newest ones, which it has no kernels for: the operator matrix has them."""
    return any(node.domain == "com.microsoft" for node in proto.graph.node)


@pytest.mark.skipif(CASES is None, reason="the files to test with are not there")
def test_upgraded_files_give_their_references():
    unlike = set()
    for entry in json.loads((MODELS / "manifest.json").read_text())["models"]:
        proto = onnx.load(MODELS / entry["file"])
        if holds_maps(proto) or is_of_runtime(proto) or entry["name"] in UNREADABLE:
            continue
        parsed = ir.from_proto(proto)
        fits = not upgrade_model(parsed) and agrees(entry, ir.to_proto(parsed), run_newest, run_evaluator)
        # Sums of 8-bit products depend on the processor: some files don't give their own references.
        if not fits and agrees(entry, proto, run_runtime, run_evaluator):
            unlike.add(entry["name"])
    assert unlike == set(UNLIKE_THEIR_REFERENCE)


def stored(folder: Path, way: str) -> list[np.ndarray]:
    tensors = [onnx.TensorProto.FromString(path.read_bytes()) for path in sorted(folder.glob(f"{way}_*.pb"))]
    return [onnx.numpy_helper.to_array(tensor) for tensor in tensors]


@pytest.mark.parametrize("path", sorted(OF_ONNX.glob("pytorch-*/*/model.onnx")), ids=lambda path: path.parent.name)
def test_upgraded_files_of_opset_6_give_their_outputs(path):
    newest = upgraded(onnx.load(path))
    for folder in sorted(path.parent.glob("test_data_set_*")):
        feeds = dict(zip([value.name for value in newest.graph.input], stored(folder, "input")))
        wanted = stored(folder, "output")
        # PyTorch computed them, with its own order of sums of up to some thousand terms.
        for got, want in zip(run_newest(newest, feeds), wanted, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-5)
