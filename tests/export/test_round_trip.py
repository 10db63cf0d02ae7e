"""Every stored model comes back as it was, and as valid as it was."""

import onnx
import pytest

import onnx_keras
from scripts.run_models import explanations, manifest_of
from tests.export.comparing import difference, exported, valid
from tests.models.collection import FOLDER, FORMATS, needs_collection, path_of

pytestmark = [pytest.mark.models, needs_collection]

ENTRIES = manifest_of(FOLDER)[1] if FOLDER.is_dir() else []


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e["name"])
def test_a_model_comes_back_node_for_node(entry, data_format):
    try:
        model = onnx_keras.load(path_of(entry), data_format=data_format)
    except onnx_keras.UnsupportedModelError:
        pytest.skip("it has operators without a layer")
    except onnx_keras.InvalidModelError:
        assert entry["name"] in explanations()
        pytest.skip(f"it can't be read: {explanations()[entry['name']]}")
    source, back = onnx.load(path_of(entry)), exported(model)
    assert not difference(back, source)
    assert valid(back) or not valid(source)
