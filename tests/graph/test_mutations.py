"""Damaged models end in an error of ours or in a model that can be used, never in anything else."""

import time

import onnx_ir as ir
import pytest

from onnx_keras.errors import OnnxKerasError
from onnx_keras.graph.reading import read
from tests.mutations import damaged

SLOWEST = 20
ROUNDS = 300


def use(model):
    """What every later step relies on: tensors can be read, nodes are sorted, graphs can be copied."""
    for graph in (model.graph, *(inner for inner in model.graph.subgraphs())):
        for value in graph.initializers.values():
            assert value.const_value.numpy().shape == tuple(value.const_value.shape)
    for node in model.graph.all_nodes():
        for attribute in node.attributes.values():
            if attribute.type == ir.AttributeType.TENSOR and not attribute.is_ref():
                attribute.value.numpy()
    model.clone()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_damaged_model_is_refused_or_usable(seed):
    name, content = damaged(seed)
    start = time.perf_counter()
    try:
        model = read(content)
    except OnnxKerasError as error:
        assert 20 < len(str(error)) < 4000
    else:
        use(model)
    assert time.perf_counter() - start < SLOWEST, f"{name} takes too long"
