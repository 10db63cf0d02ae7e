"""What holds of every layer's class."""

import keras
import pytest

from onnx_keras.layers import Operator
from onnx_keras.registry import OPERATORS

HOOKS = {"call", "build", "compute_mask", "compute_output_spec", "get_config", "from_config", "get_build_config"}
HOOKS |= {"save_own_variables", "load_own_variables", "stateless_call", "supports_jit"}


@pytest.mark.parametrize("cls", OPERATORS.values(), ids=lambda c: f"{c.domain}.{c.op_type}")
def test_no_layer_hides_a_property_of_keras(cls):
    """A method called `weights`, say, leaves a layer that computes and can't be trained."""
    own = {n for c in cls.__mro__ if issubclass(c, Operator) for n in vars(c) if not n.startswith("__")}
    assert {n for n in own - HOOKS if hasattr(keras.Layer, n) and not n.startswith("_tf_")} <= {"_auto_config"}
