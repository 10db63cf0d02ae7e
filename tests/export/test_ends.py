"""Where a model is cut, values keep their ONNX names and axis order, also those that are another one transposed."""

import keras
import numpy as np
import pytest

import onnx_keras
from onnx_keras.graph.oracle import oracle
from tests.export import graphs
from tests.export.comparing import exported, valid

ENDS = """
<ir_version: 8, opset_import: ["" : 17]>
ends (float[N,2,H,W] x) => (float[N,H,W,2] turned, float[N,H,3,W] "/y/again", float[N,H,W,2] given, float[N,H,W,3] flipped)
<float[3,2,1,1] w = {1, -2, 3, 4, 5, -6}>
{
    [x_turned] given = Transpose<perm = [0, 2, 3, 1]>(x)
    [C] c = Conv(x, w)
    [act] "/a/C:0" = Relu(c)
    [turn] t = Transpose<perm = [0, 2, 3, 1]>("/a/C:0")
    [again] "/y/again" = Transpose<perm = [0, 1, 3, 2]>(t)
    [flip] flipped = Neg(t)
    [copy] u = Transpose<perm = [0, 2, 3, 1]>(x)
    [plus] turned = Abs(u)
}
"""

FORMATS = pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
OUTPUTS = ["/y/again", "flipped"]
HERE = {"/a/C:0": (2, 3, 4, 5), "c": (2, 3, 4, 5), "t": (2, 4, 5, 3)}


def ends(data_format):
    return onnx_keras.load(graphs.model_of(ENDS), data_format=data_format)


def value(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype("float32")


def assert_same(got, want):
    assert got.keys() == want.keys()
    for name in want:
        np.testing.assert_allclose(got[name], want[name], rtol=1e-5, atol=1e-5, err_msg=name)


@FORMATS
@pytest.mark.parametrize("more", [["/a/C:0"], ["c"]])
def test_outputs_that_are_transposed_stay_so_beside_others(more, data_format):
    part = onnx_keras.cut(ends(data_format), outputs=[*more, *ends(data_format).onnx_outputs])
    back, x = exported(part), value(2, 2, 4, 5)
    assert valid(back)
    assert_same(oracle(back)[1]({"x": x}), onnx_keras.run(part, x))


@FORMATS
@pytest.mark.parametrize("way", ["as cut", "reloaded"])
@pytest.mark.parametrize("begin", HERE)
def test_a_part_begins_at_a_value_by_its_name_and_in_its_order(begin, way, data_format, tmp_path):
    x = value(2, 2, 4, 5)
    whole = onnx_keras.cut(ends(data_format), outputs=[begin, *OUTPUTS])
    want = onnx_keras.run(whole, x)
    part = onnx_keras.cut(ends(data_format), inputs=begin, outputs=OUTPUTS)
    if way == "reloaded":
        part.save(tmp_path / "part.keras")
        part = keras.saving.load_model(tmp_path / "part.keras")
    back = exported(part)
    assert valid(back) and [i.name for i in back.graph.input] == [begin]
    assert_same(oracle(back)[1]({begin: want.pop(begin)}), want)


@FORMATS
@pytest.mark.parametrize("end", OUTPUTS)
def test_so_does_one_with_a_layer_of_keras_behind_it(end, data_format):
    part = onnx_keras.cut(ends(data_format), inputs="/a/C:0", outputs=end)
    model = keras.Model(part.inputs, keras.ops.mean(part.output, axis=(1, 2, 3)))
    back, x = exported(model), value(*HERE["/a/C:0"])
    assert valid(back) and [i.name for i in back.graph.input] == ["/a/C:0"]
    (got,) = oracle(back)[1]({"/a/C:0": x}).values()
    stored = x.transpose(0, 2, 3, 1) if data_format == "channels_last" else x
    np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model(stored)), rtol=1e-5, atol=1e-5)


def test_nodes_of_the_file_between_the_ends_are_written():
    for data_format in ("channels_last", "channels_first"):
        back = exported(onnx_keras.cut(ends(data_format), inputs="/a/C:0", outputs="flipped"))
        assert [n.name for n in back.graph.node] == ["turn", "flip"]
