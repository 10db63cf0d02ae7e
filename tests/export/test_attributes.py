"""Weights that a file has as attributes: they learn, and come back into the file."""

import numpy as np
import pytest
from keras import ops

import onnx_keras
from tests.export.comparing import difference, exported
from tests.operators.matrix import feeds, float32, model_of, of_runtime
from tests.operators.test_linear_models import two_targets
from tests.operators.test_tree_ensembles import X, forest, general, in_tensors, regressor

LINEAR = two_targets(float32(4, 3), intercepts=[0.5, -0.5])
MADE = [
    LINEAR,
    regressor(X, base_values=[0.5]),
    regressor(X, tree=in_tensors(forest("target", 1), "target", "float32")),
    general(X, 1),
]


@pytest.mark.parametrize("case", MADE, ids=str)
def test_what_an_attribute_learned_is_in_the_file(case):
    file = model_of(case)
    model = onnx_keras.load(file)
    assert not difference(exported(model), file)
    for variable in model.trainable_variables:
        variable.assign(ops.convert_to_numpy(variable) * 2 + 1)
    want = onnx_keras.run(model, feeds(case))
    (got,) = of_runtime(exported(model), feeds(case))
    np.testing.assert_allclose(got, want, rtol=1e-5)
