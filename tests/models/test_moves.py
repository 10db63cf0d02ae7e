"""How many Transposes the layout inserts into real models: few, and never more than the file has."""

from functools import cache

import pytest

from onnx_keras.loading import make_plan
from tests.models.collection import FORMATS, entries, names, needs_collection, path_of, transposes_in

pytestmark = [pytest.mark.models, needs_collection, pytest.mark.parametrize("data_format", FORMATS)]

MOST_MOVES = {("inception_dy18", "channels_last"): 3}
SHARE_OF_TRANSFORMERS = 0.3


@cache
def moves(name, data_format):
    entry = next(e for e in entries("main") if e["name"] == name)
    return len(make_plan(path_of(entry), data_format=data_format).moves)


@pytest.mark.parametrize("name", names("cnn"))
def test_classifiers_of_images_need_no_move(name, data_format):
    assert moves(name, data_format) <= MOST_MOVES.get((name, data_format), 0)


@pytest.mark.parametrize("entry", [e for e in entries("main") if "shufflenet" in e["name"]], ids=lambda e: e["name"])
def test_shufflenet_moves_only_where_it_shuffles_channels(entry, data_format):
    assert 0 < moves(entry["name"], data_format) <= transposes_in(entry)


@pytest.mark.parametrize("entry", entries("main"), ids=names("main"))
def test_no_model_gets_more_moves_than_its_file_has(entry, data_format):
    most = MOST_MOVES.get((entry["name"], data_format), transposes_in(entry))
    assert moves(entry["name"], data_format) <= most


def test_transformers_keep_few_of_their_transposes(data_format):
    transformers = entries("transformer")
    made = {e["name"]: moves(e["name"], data_format) for e in transformers}
    held = sum(map(transposes_in, transformers))
    assert held == 252
    assert sum(made.values()) <= SHARE_OF_TRANSFORMERS * held, made
