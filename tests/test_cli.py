"""The command line: what it prints, and how a user's mistakes end."""

import json
import subprocess
import sys

import keras
import numpy as np
import onnx
import pytest
from typer.testing import CliRunner

from onnx_keras.cli import app
from onnx_keras.cli.failing import Mistake
from onnx_keras.cli.options import sizes
from onnx_keras.errors import InvalidModelError

MATRIX = """
<ir_version: 10, opset_import: ["" : 21], producer_name: "hand", producer_version: "1">
small (float[N,3] x) => (float[N,2] y)
<float[3,2] kernel = {1, 2, 3, 4, 5, 6}, float[2] bias = {0.5, -0.5}>
{
    [product] p = MatMul(x, kernel)
    [sum] y = Add(p, bias)
}
"""

UNKNOWN = """
<ir_version: 10, opset_import: ["" : 21, "com.acme" : 3]>
strange (float[N,3] x) => (float[N,3] y)
{
    [first] h = com.acme.Fuse(x)
    [second] y = com.acme.Fuse(h)
}
"""


@pytest.fixture
def file(tmp_path):
    """A model of two operators."""
    return saved(tmp_path / "small.onnx", MATRIX)


@pytest.fixture
def strange(tmp_path):
    """A model of operators that nobody has."""
    return saved(tmp_path / "strange.onnx", UNKNOWN)


def saved(path, text):
    onnx.save(onnx.parser.parse_model(text), path)
    return path


def call(*words):
    return CliRunner().invoke(app, [str(w) for w in words])


def message(result):
    """What a failed command says, on one line."""
    assert result.exit_code == 1 and "Traceback" not in result.output
    return " ".join(result.stderr.split())


def test_inspect_shows_a_file_at_a_glance(file):
    shown = call("inspect", file).stdout
    for words in ("hand 1", "ai.onnx 21", "8 (32 Bytes)", "1 MatMul, 1 Add", "N x 3", "N x 2", "float32", "0 of them"):
        assert words.lower() in shown.lower()


def test_inspect_gives_json(file):
    found = json.loads(call("inspect", "--json", file).stdout)
    assert (found["producer"], found["opsets"], found["parameters"]) == ("hand 1", {"ai.onnx": 21}, 8)
    door = {"name": "x", "dtype": "float32", "shape": ["N", 3], "onnx_layout": "a b", "layout": "a b"}
    assert (found["inputs"], found["operators"]) == ([door], {"MatMul": 1, "Add": 1})
    assert (found["unsupported"], found["moves"], found["layers"]) == ([], [], 2)


def test_inspect_shows_both_layouts_of_an_image(tmp_path):
    from onnx_keras.demo import onnx_file

    path = tmp_path / "digits.onnx"
    path.write_bytes(onnx_file())
    for data_format, layout in (("channels_last", "n h w c"), ("channels_first", "n c h w")):
        found = json.loads(call("inspect", "--json", "--data-format", data_format, path).stdout)
        assert (found["inputs"][0]["onnx_layout"], found["inputs"][0]["layout"]) == ("n c h w", layout)
        assert found["moves"] == []


def test_inspect_lists_what_has_no_layer_and_succeeds(strange):
    result = call("inspect", strange)
    assert result.exit_code == 0 and "com.acme.Fuse" in result.stdout
    assert "'first', 'second'" in result.stdout
    assert json.loads(call("inspect", "--json", strange).stdout)["layers"] is None


@pytest.mark.parametrize(
    ("stage", "words"),
    [("read", '%"kernel"'), ("normalize", "MatMul"), ("plan", "p = MatMul(x, b=kernel)")],
)
def test_inspect_prints_each_stage(file, stage, words):
    assert words in call("inspect", "--stage", stage, file).stdout


def test_inspect_has_no_json_of_a_stage(file):
    assert "--json is for the overview" in message(call("inspect", "--json", "--stage", "plan", file))


def test_inspect_fixes_sizes(file):
    assert "input x" in call("inspect", "--stage", "plan", "--shape", "N=8", file).stdout


def test_convert_saves_a_model_that_computes_the_same(file, tmp_path):
    target = tmp_path / "m.keras"
    result = call("convert", file, "-o", target)
    assert result.exit_code == 0 and "8 parameters" in result.stdout
    y = keras.saving.load_model(target).predict(np.ones((1, 3), "float32"), verbose=0)
    np.testing.assert_allclose(y, [[9.5, 11.5]])


def test_convert_saves_beside_the_file_by_default(file):
    assert call("convert", file).exit_code == 0
    assert file.with_suffix(".keras").exists()


def test_convert_asks_for_a_keras_file(file, tmp_path):
    assert "is no .keras file: give -o a name that ends so" in message(call("convert", file, "-o", tmp_path / "m.h5"))


def test_convert_makes_no_folders(file, tmp_path):
    assert f"'{tmp_path / 'new'}' is no folder: make it first." in message(
        call("convert", file, "-o", tmp_path / "new/m.keras")
    )


def test_export_gives_a_converted_file_back(file, tmp_path):
    call("convert", file, "-o", tmp_path / "m.keras")
    result = call("export", tmp_path / "m.keras", "-o", tmp_path / "back.onnx", "--external-data")
    assert result.exit_code == 0 and "back.onnx: " in result.stdout
    assert onnx.load(tmp_path / "back.onnx").graph.node == onnx.load(file).graph.node


def test_export_takes_no_other_file(file, tmp_path):
    assert "m.keras' doesn't exist" in message(call("export", tmp_path / "m.keras"))
    assert "is no Keras model that can be read" in message(call("export", file))


def test_export_refuses_an_opset_in_which_nodes_mean_something_else(file, tmp_path):
    call("convert", file, "-o", tmp_path / "m.keras")
    assert "MatMul 'product'" in message(call("export", tmp_path / "m.keras", "--opset", "5"))
    assert not (tmp_path / "m.onnx").exists()


def test_verify_compares_outputs(file):
    result = call("verify", file)
    assert result.exit_code == 0 and "y 4x2: absolute" in result.stdout and result.stdout.rstrip().endswith("ok")


def test_verify_takes_inputs(file, tmp_path):
    np.savez(tmp_path / "in.npz", x=np.ones((7, 3), "float32"))
    assert "y 7x2" in call("verify", file, "--inputs", tmp_path / "in.npz").stdout


def test_verify_takes_no_inputs_of_another_name(file, tmp_path):
    np.savez(tmp_path / "in.npz", image=np.ones((7, 3), "float32"))
    assert "'x'" in message(call("verify", file, "--inputs", tmp_path / "in.npz"))


def test_verify_says_what_a_file_of_inputs_is(file, tmp_path):
    (tmp_path / "in.npz").write_text("no arrays")
    assert "is no .npz file. Write one with numpy.savez" in message(
        call("verify", file, "--inputs", tmp_path / "in.npz")
    )


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((3, 7), "float32"), "InputError: 'x' has shape (None, 3) in ONNX, but (3, 7) was given"),
        (np.array([{"a": 1}], object), "in.npz' can't be read: Object arrays"),
        (np.array([["a", "b", "c"]]), "InputError: 'x' takes float32, and what was given can't be turned into that"),
    ],
)
def test_verify_says_what_is_wrong_with_inputs(file, tmp_path, array, said):
    np.savez(tmp_path / "in.npz", x=array)
    assert said in message(call("verify", file, "--inputs", tmp_path / "in.npz"))


def test_verify_turns_inputs_to_their_types_as_run_does(file, tmp_path):
    np.savez(tmp_path / "in.npz", x=np.ones((7, 3), "float64"))
    assert "y 7x2" in call("verify", file, "--inputs", tmp_path / "in.npz").stdout
    assert "missing.npz' doesn't exist" in message(call("verify", file, "--inputs", tmp_path / "missing.npz"))


def test_summary_names_the_layers(file):
    shown = call("summary", file).stdout
    assert "product" in shown and "sum" in shown


def test_a_missing_file_ends_in_one_message(tmp_path):
    assert "No such file" in message(call("summary", tmp_path / "missing.onnx"))


def test_a_file_that_is_no_model_ends_in_one_message(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a model")
    assert message(call("verify", path)).startswith("InvalidModelError: ")


def test_unsupported_operators_end_in_one_list(strange):
    said = message(call("convert", strange))
    assert said.startswith("UnsupportedModelError: ") and "'first', 'second'" in said


def test_a_size_that_the_file_lacks_ends_in_one_message(file):
    assert "'M'" in message(call("summary", file, "--shape", "M=3"))


@pytest.mark.parametrize("text", ["N", "N=", "=3", "x=1,b", "N=-1"])
def test_a_size_that_cannot_be_read_says_how_to_write_it(file, text):
    assert f"--shape {text} can't be read. Write a size, N=8" in message(call("summary", file, "--shape", text))


def test_sizes_are_numbers_or_shapes():
    assert sizes(["N=8", "x=1,3,?,?", "y=5,", "z=?"]) == {"N": 8, "x": (1, 3, None, None), "y": (5,), "z": (None,)}
    with pytest.raises(Mistake, match="can't be read"):
        sizes(["8"])


def test_debug_shows_the_error_as_it_is(tmp_path):
    result = call("summary", "--debug", tmp_path / "missing.onnx")
    assert isinstance(result.exception, InvalidModelError)


def test_a_wrong_data_format_is_a_usage_error(file):
    result = call("summary", "--data-format", "nhwc", file)
    assert result.exit_code == 2 and "channels_last" in result.output


def test_the_command_starts_quietly(file):
    start = "import runpy, sys; sys.argv = ['onnx-keras', 'summary', sys.argv[1]]; "
    start += "runpy.run_path('onnx_keras/cli/start.py')['main']()"
    done = subprocess.run([sys.executable, "-c", start, str(file)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "product" in done.stdout
    assert "oneDNN" not in done.stderr and "absl" not in done.stderr


def test_a_failing_start_is_not_silent():
    code = "import runpy\nwith runpy.run_path('onnx_keras/cli/start.py')['silence']():\n    raise SystemExit('no good')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "no good" in done.stderr
