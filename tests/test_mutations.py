"""Loading a damaged file ends in an error of ours or in a model: never in another exception, a crash or a hang."""

import json
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
SEEDS = range(300)
CHUNK = 50
SLOWEST = 20

LOAD_THEM = """
import faulthandler, json, sys, traceback
import onnx_keras
from tests.mutations import damaged

for seed in json.loads(sys.argv[1]):
    name, content = damaged(seed)
    print(json.dumps(["start", seed, name]), flush=True)
    faulthandler.dump_traceback_later(int(sys.argv[2]), exit=True)
    try:
        onnx_keras.load(content, data_format=("channels_last", "channels_first")[seed % 2])
        outcome = "model"
    except onnx_keras.OnnxKerasError as error:
        outcome = "refused" if len(str(error)) > 20 else f"says only {error}"
    except Exception:
        outcome = traceback.format_exc()
    faulthandler.cancel_dump_traceback_later()
    print(json.dumps(["end", seed, outcome]), flush=True)
"""


@pytest.mark.parametrize("first", SEEDS[::CHUNK])
def test_damaged_files_are_refused_or_loaded(first):
    outcomes = outcomes_of(list(SEEDS[first : first + CHUNK]))
    wrong = [text for text in outcomes.values() if not text.endswith((": model", ": refused"))]
    assert not wrong, "\n\n".join(wrong)
    assert len(outcomes) == CHUNK


def outcomes_of(seeds: list[int]) -> dict[int, str]:
    """Load damaged files in processes of their own, and say what became of each."""
    outcomes: dict[int, str] = {}
    while left := [s for s in seeds if s not in outcomes]:
        arguments = [sys.executable, "-c", LOAD_THEM, json.dumps(left), str(SLOWEST)]
        done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('["')]
        names = {seed: name for kind, seed, name in lines if kind == "start"}
        ends = {seed: f"{seed}, {names[seed]}: {text}" for kind, seed, text in lines if kind == "end"}
        died = {s: f"{s}, {n}: crashed or hung.\n{done.stderr[-3000:]}" for s, n in names.items() if s not in ends}
        assert names, done.stderr
        outcomes |= ends | died
    return outcomes
