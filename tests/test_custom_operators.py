"""A user's own layer for a custom domain takes part in everything."""

import keras
import numpy as np
import onnx.parser
import pytest
from keras import ops

import onnx_keras
from onnx_keras.axis_rules import Elementwise
from onnx_keras.layers import Operator


@onnx_keras.operator(domain="com.acme", since_version=1)
class ScaledShift(Operator):
    """Scale by a learned factor and shift by a fixed one.

    Attributes:
        shift: What is added.
    """

    shift: float = 1.0

    axis_rule = Elementwise()
    weight_names = {"scale": "gamma"}

    def compute(self, x, scale):
        return ops.add(ops.multiply(x, scale), self.shift)


MODEL = """
<ir_version: 10, opset_import: ["" : 22, "com.acme" : 1]>
g (float[N,3,4,4] x) => (float[N,3,4,4] y)
<float[3,1,1] s = {1, 2, 3}, float[3,3,1,1] w = {1,0,0,0,1,0,0,0,1}>
{ a = Conv(x, w)
  y = com.acme.ScaledShift<shift=0.5>(a, s) }
"""


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((2, 3, 4, 4)).astype("float32")


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_it_runs_learns_and_is_saved(data_format, x, tmp_path):
    model = onnx_keras.load(onnx.parser.parse_model(MODEL), data_format=data_format)
    want = x * np.array([1, 2, 3], "float32").reshape(3, 1, 1) + 0.5
    np.testing.assert_allclose(onnx_keras.run(model, [x]), want, rtol=1e-5)
    assert [s.onnx_name for s in model.layers if isinstance(s, ScaledShift)] == ["ScaledShift"]
    assert "gamma" in [v.name for v in model.trainable_variables]
    assert model.info["moves"] == 0
    model.save(tmp_path / "m.keras")
    np.testing.assert_allclose(onnx_keras.run(keras.saving.load_model(tmp_path / "m.keras"), [x]), want, rtol=1e-5)


def test_without_it_the_error_names_the_node():
    text = MODEL.replace("ScaledShift", "Unknown")
    with pytest.raises(
        onnx_keras.UnsupportedModelError, match=r"(?s)com\.acme\.Unknown.*at 'Unknown'.*onnx_keras\.operator"
    ) as caught:
        onnx_keras.load(onnx.parser.parse_model(text))
    assert isinstance(caught.value, NotImplementedError)


def test_an_init_without_a_config_is_refused():
    with pytest.raises(TypeError, match="needs a get_config"):

        class Forgets(Operator):
            def __init__(self, extra):
                super().__init__()

            def compute(self, x):
                return x
