"""Another operator set is imported only where every node means the same in it."""

import onnx
import pytest

import onnx_keras
from tests.export import graphs


def exported_at(text, opset, tmp_path):
    onnx_keras.export(onnx_keras.load(graphs.model_of(text)), tmp_path / "m.onnx", opset=opset)
    return onnx.load(tmp_path / "m.onnx")


def test_the_own_opset_changes_nothing(tmp_path):
    assert exported_at(graphs.OLD, 9, tmp_path).opset_import[0].version == 9


@pytest.mark.parametrize("opset", [7, 12])
def test_nodes_of_the_same_revisions_allow_another_opset(opset, tmp_path):
    """Softmax and Mul have no new revision between opsets 7 and 10, nor Mul until 12."""
    text = graphs.OLD.replace("[soft] s = Softmax<axis = 1>(x)", "[soft] s = Mul(x, x)")
    assert exported_at(text, opset, tmp_path).opset_import[0].version == opset


@pytest.mark.parametrize(("opset", "words"), [(13, "Softmax 'soft' .1 here, 13 there"), (6, "Mul 'mul' .7 here, 6")])
def test_nodes_of_other_revisions_are_named(opset, words, tmp_path):
    with pytest.raises(onnx_keras.ExportError, match=words):
        exported_at(graphs.OLD, opset, tmp_path)
    assert not list(tmp_path.iterdir())


def test_functions_have_the_same_opset(tmp_path):
    """Constant took new element types in opset 23, and means the same."""
    back = exported_at(graphs.FUNCTION, 23, tmp_path)
    assert [e.version for e in back.functions[0].opset_import] == [23]
    assert back.ir_version == 11


def test_an_opset_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(onnx_keras.ExportError, match="opset is a version of ONNX' standard operators, 1 to"):
        exported_at(graphs.OLD, 1000, tmp_path)
