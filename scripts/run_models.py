"""Load every model of a folder, run it on its stored inputs and compare with its stored outputs.

    python scripts/run_models.py ../shared/models --data-format channels_last

One row a model: whether it loads and agrees, the largest difference relative to the largest stored output, moves,
layers, seconds to load. The last line counts what passed. Failures whose reason is known, and isn't ours, say it:
`run_models_explained.txt` holds the reasons. The exit status is 1 if a model tagged main fails, or if another one fails
that is neither listed there nor names the operators that it lacks.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import sys
import time
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

EXPLAINED = pathlib.Path(__file__).with_name("run_models_explained.txt")


def explanations() -> dict[str, str]:
    """Read why some models can't agree, by their names."""
    lines = [line for line in EXPLAINED.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split(": ", 1) for line in lines)


def reader(folder: pathlib.Path) -> Any:
    """Import the module that reads reference cases, which lies beside the manifest."""
    spec = importlib.util.spec_from_file_location("cases", folder / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def manifest_of(folder: pathlib.Path) -> tuple[pathlib.Path, list[dict[str, Any]]]:
    """Find the manifest in a folder or above it, and the entries that lie in the folder."""
    root = next(p for p in (folder, *folder.parents) if (p / "manifest.json").exists())
    entries = json.loads((root / "manifest.json").read_text())["models"]
    return root, [e for e in entries if folder in (root / e["file"]).parents]


def difference(got: Any, want: Any) -> float:
    """Give the largest difference relative to the largest magnitude."""
    import numpy as np

    if not isinstance(want, np.ndarray) or (want.dtype.kind not in "fiu" and want.dtype.name != "bfloat16"):
        return 0.0
    a, b = np.asarray(got).astype("float64"), want.astype("float64")
    if a.shape != b.shape or not b.size:
        return 0.0
    finite = np.isfinite(b) & np.isfinite(a)
    top = np.abs(b[finite]).max() if finite.any() else 0.0
    return float(np.abs(a - b)[finite].max() / max(top, 1e-30)) if finite.any() else 0.0


def check(root: pathlib.Path, entry: dict[str, Any], cases: Any, data_format: str) -> dict[str, Any]:
    """Load one model, run all its input sets and compare."""
    import onnx

    import onnx_keras

    path = root / entry["file"]
    graph = onnx.load(path, load_external_data=False).graph
    sets = cases.load(path.with_suffix(".npz"), [v.name for v in (*graph.input, *graph.output)])
    start = time.perf_counter()
    model = onnx_keras.load(path, data_format=data_format, shapes=ranks(graph, sets[0][0]))
    row = {"seconds": time.perf_counter() - start, "moves": model.info.get("moves", 0), "layers": len(model.layers)}
    worst, error = 0.0, ""
    for inputs, outputs in sets:
        got = as_runtime(model, onnx_keras.run(model, {n: inputs[n] for n in model.onnx_inputs}))
        for name, want in outputs.items():
            if entry.get("nondeterministic"):
                continue
            worst = max(worst, difference(got[name], want))
            error = error or cases.compare(got[name], want, entry["tolerance"], int_abs=entry.get("int_tolerance", 0))
    return {**row, "difference": worst, "error": error}


TARGETS = {"Reshape": 1, "Expand": 1, "ConstantOfShape": 0}
"""Inputs whose number of elements is the rank of what comes out."""


def ranks(graph: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    """Settle the ranks that a file leaves open, as the message that it would get advises."""
    open_ranks = (v for v in graph.input if v.type.HasField("tensor_type") and not v.type.tensor_type.HasField("shape"))
    found = {v.name: (None,) * inputs[v.name].ndim for v in open_ranks if v.name in inputs}
    targets = {
        n.input[TARGETS[n.op_type]] for n in graph.node if n.op_type in TARGETS and len(n.input) > TARGETS[n.op_type]
    }
    return found | {n: inputs[n].shape for n in targets & inputs.keys()}


def as_runtime(model: Any, results: Any) -> dict[str, Any]:
    """Give outputs by name; those that ONNX has as maps as a list of dicts."""
    named = results if isinstance(results, dict) else {next(iter(model.onnx_outputs)): results}
    keys = {n: d["map_keys"] for n, d in model.onnx_outputs.items()}
    return {n: [dict(zip(keys[n], r)) for r in v] if keys.get(n) else v for n, v in named.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--data-format", choices=("channels_last", "channels_first"), default="channels_last")
    parser.add_argument("--only", default="", help="run models whose file name holds this")
    parser.add_argument("--tag", default="", help="run models with this tag")
    parser.add_argument("--failed", action="store_true", help="print only what fails")
    options = parser.parse_args()
    root, entries = manifest_of(options.folder.resolve())
    cases, known = reader(root), explanations()
    passed = failed = main_failed = unclear = 0
    print(f"{'model':44} {'state':6} {'difference':>10} {'moves':>5} {'layers':>6} {'load s':>6}")
    for entry in entries:
        if options.only not in entry["file"] or (options.tag and options.tag not in entry.get("tags", ())):
            continue
        try:
            row = check(root, entry, cases, options.data_format)
        except Exception as error:  # a row says what went wrong, whatever it was
            row = {"error": f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]}
        is_clear = entry["name"] in known or row["error"].startswith("UnsupportedModelError")
        unclear += bool(row["error"]) and not is_clear
        if row["error"] and entry["name"] in known:
            row["error"] = f"explained: {known[entry['name']]} ({row['error'][:100]})"
        failed, passed = failed + bool(row["error"]), passed + (not row["error"])
        main_failed += bool(row["error"]) and "main" in entry.get("tags", ())
        if row["error"] or not options.failed:
            print(line(entry["name"], row), flush=True)
    print(f"of the models tagged main {main_failed} failed; {unclear} failed for no known reason")
    print(f"{passed} passed, {failed} failed")
    return 1 if main_failed or unclear else 0


def line(name: str, row: dict[str, Any]) -> str:
    numbers = ""
    if "seconds" in row:
        numbers = f"{row['difference']:10.1e} {row['moves']:5} {row['layers']:6} {row['seconds']:6.2f}"
    return f"{name:44} {'FAILED' if row['error'] else 'passed':6} {numbers:30} {row['error']}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
