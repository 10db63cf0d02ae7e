"""What comes in goes out: every part of a file, whatever Keras makes of it meanwhile."""

import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import onnx
import onnx_ir as ir
import pytest

import onnx_keras
from tests.export import graphs
from tests.export.comparing import difference, exported, valid

ROOT = Path(__file__).parents[2]
MODELS = {name: (lambda text=text: graphs.model_of(text)) for name, text in graphs.TEXTS.items()}
MODELS |= {"decorated": graphs.decorated, "sparse": graphs.sparse}
MODELS |= {dtype: (lambda d=dtype: graphs.of_type(d)) for dtype in ("float16", "double", "bfloat16")}

REVIVE = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("onnx", "onnx_ir", "onnxruntime"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Blocked())
import keras, onnx_keras
model = keras.saving.load_model(sys.argv[1])
model.save(sys.argv[2])
sys.meta_path.pop(0)
onnx_keras.export(keras.saving.load_model(sys.argv[2]), sys.argv[3])
"""


@pytest.fixture(params=MODELS)
def source(request):
    return MODELS[request.param]()


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_a_model_comes_back_node_for_node(source, data_format):
    back = exported(onnx_keras.load(source, data_format=data_format))
    assert not difference(back, source)
    assert valid(back) or not valid(source)


def test_a_clone_comes_back_when_it_has_the_weights(source):
    model = onnx_keras.load(source)
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    assert not difference(exported(clone), source)


def test_a_saved_model_comes_back(source, tmp_path):
    onnx_keras.load(source).save(tmp_path / "m.keras")
    assert not difference(exported(keras.saving.load_model(tmp_path / "m.keras")), source)


def test_the_file_travels_through_processes_that_have_no_onnx(tmp_path):
    source = graphs.decorated()
    onnx_keras.load(source).save(tmp_path / "m.keras")
    names = [str(tmp_path / name) for name in ("m.keras", "again.keras", "m.onnx")]
    done = subprocess.run([sys.executable, "-c", REVIVE, *names], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not difference(onnx.load(tmp_path / "m.onnx"), source)


def test_the_file_is_saved_once_however_many_layers_came_from_it(tmp_path):
    model = onnx_keras.load(graphs.model_of(graphs.IMAGE))
    for _ in range(2):
        model.save(tmp_path / "m.keras")
        names = zipfile.ZipFile(tmp_path / "m.keras").namelist()
        assert sum(n.startswith("assets/") for n in names) == 1


def test_a_model_of_onnx_ir_comes_back():
    source = graphs.of_ir()
    back = exported(onnx_keras.load(source))
    assert not difference(back, ir.to_proto(source))


def test_a_model_read_from_a_file_comes_back(tmp_path):
    source = graphs.wide()
    onnx.save(graphs.wide(), tmp_path / "m.onnx")
    onnx.save(graphs.wide(), tmp_path / "e.onnx", save_as_external_data=True, size_threshold=0, location="e.data")
    for name in ("m.onnx", "e.onnx"):
        assert not difference(exported(onnx_keras.load(tmp_path / name)), source)


def test_a_user_s_own_model_of_the_same_tensors_comes_back():
    source = graphs.model_of(graphs.IMAGE)
    model = onnx_keras.load(source)
    assert not difference(exported(keras.Model(model.inputs, model.outputs)), source)
