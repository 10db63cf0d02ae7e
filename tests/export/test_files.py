"""What is on the disk after an export: a complete file, or what was there before."""

import numpy as np
import onnx
import pytest

import onnx_keras
from onnx_keras.exporting import files
from onnx_keras.exporting.drafting import draft
from tests.export import graphs
from tests.export.comparing import difference


@pytest.fixture
def model():
    return onnx_keras.load(graphs.wide())


def test_a_file_replaces_the_one_it_was_read_from(tmp_path):
    path = tmp_path / "m.onnx"
    onnx.save(graphs.wide(), path)
    model = onnx_keras.load(path)
    onnx_keras.export(model, path)
    assert not difference(onnx.load(path), graphs.wide())
    assert [p.name for p in tmp_path.iterdir()] == ["m.onnx"]


def test_external_data_goes_to_one_file_beside(model, tmp_path):
    onnx_keras.export(model, tmp_path / "m.onnx", external_data=True)
    bare = onnx.load(tmp_path / "m.onnx", load_external_data=False).graph.initializer
    assert [t.data_location for t in bare] == [onnx.TensorProto.EXTERNAL, onnx.TensorProto.DEFAULT]
    assert {p.name for p in tmp_path.iterdir()} == {"m.onnx", "m.onnx.data"}
    again = onnx_keras.load(tmp_path / "m.onnx")
    x = np.ones((2, 700), "float32")
    np.testing.assert_array_equal(onnx_keras.run(again, x), onnx_keras.run(model, x))
    onnx.checker.check_model(str(tmp_path / "m.onnx"), full_check=True)


def test_weights_go_beside_by_themselves_when_there_are_many(model, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "BESIDE", 100)
    onnx_keras.export(model, tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx.data").exists()
    onnx_keras.export(model, tmp_path / "one.onnx", external_data=False)
    assert not (tmp_path / "one.onnx.data").exists()


def test_a_file_that_would_be_too_large_is_refused(model, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    with pytest.raises(onnx_keras.ExportError, match="ONNX files can have 1000. Export with external_data=True"):
        onnx_keras.export(model, tmp_path / "m.onnx")
    assert not list(tmp_path.iterdir())


def test_nothing_half_written_is_left(model, tmp_path):
    made = draft(model)
    made.pending.append((made.proto.graph.initializer[1], lambda: 1 / 0))
    (tmp_path / "m.onnx").write_text("before")
    with pytest.raises(ZeroDivisionError):
        files.write(made, str(tmp_path / "m.onnx"), True)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("m.onnx", "before")]


def test_a_missing_folder_and_a_wrong_word_are_refused(model, tmp_path):
    with pytest.raises(onnx_keras.ExportError, match="is no folder: make it before the export"):
        onnx_keras.export(model, tmp_path / "new" / "m.onnx")
    with pytest.raises(onnx_keras.ExportError, match="external_data is \"auto\", True or False, not 'always'"):
        onnx_keras.export(model, tmp_path / "m.onnx", external_data="always")
