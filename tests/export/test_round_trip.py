"""Every stored model comes back as it was, and as valid as it was."""

import keras
import onnx
import pytest

import onnx_keras
from scripts.run_models import manifest_of
from tests.export.comparing import difference, exported, valid
from tests.models.collection import FOLDER, needs_collection, path_of

pytestmark = [pytest.mark.models, needs_collection]

ENTRIES = manifest_of(FOLDER)[1] if FOLDER.is_dir() else []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e["name"])
def test_a_model_comes_back_node_for_node(entry):
    keras.backend.clear_session()
    try:
        model = onnx_keras.load(path_of(entry))
    except onnx_keras.UnsupportedModelError:
        pytest.skip("it has operators without a layer")
    source, back = onnx.load(path_of(entry)), exported(model)
    assert not difference(back, source)
    assert valid(back) or not valid(source)
