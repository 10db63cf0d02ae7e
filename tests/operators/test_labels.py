"""Labels of ai.onnx.ml."""

import functools

import numpy as np
import onnx
import pytest

import onnx_keras
from tests.operators.matrix import case, fails, live, model_of

ml = functools.partial(case, domain="ai.onnx.ml")
ONE_MORE_THAN_FITS_IN_A_CONFIGURATION = 17
NAN = float("nan")


def tensor(values, dtype):
    return onnx.numpy_helper.from_array(np.array(values, object if dtype == "string" else dtype))


def encoder(x, keys, values, default=None):
    """Look up keys of one type for values of another, all in tensors."""
    given = {"keys_tensor": tensor(*keys), "values_tensor": tensor(*values)}
    return ml("LabelEncoder", x, **given, **({} if default is None else {"default_tensor": tensor(*default)}))


NAMES = live([["b", "ü"], ["", "b"]], "string")
NUMBERS = live([[1, 2], [9, -1]], "int64")
FLOATS = live([1.0, NAN, 9.0, np.inf, -0.0, 0.0])
MANY = [f"name {i}" for i in range(ONE_MORE_THAN_FITS_IN_A_CONFIGURATION)]

CASES = [
    ml("LabelEncoder", NAMES, opset=1, classes_strings=["b", "", "c"], default_int64=-3),
    ml("LabelEncoder", NUMBERS, opset=1, classes_strings=["b", "", "c"], default_string="ß"),
    ml("LabelEncoder", NAMES, opset=2, keys_strings=["ü", "b"], values_int64s=[10, 20]),
    ml("LabelEncoder", NUMBERS, opset=2, keys_int64s=[9, 1, 1], values_strings=["x", "y", "z"], why="the first counts"),
    ml("LabelEncoder", NAMES, keys_strings=["ü", "b"], values_strings=["u", "c"], opset=4),
    ml("LabelEncoder", NAMES, keys_strings=[*MANY[:-1], "b"], values_floats=[float(i) for i in range(len(MANY))]),
    ml("LabelEncoder", NUMBERS, keys_int64s=[9, 1], values_strings=["a", "b"], default_string=""),
    ml("LabelEncoder", NUMBERS, keys_int64s=list(range(17)), values_strings=MANY),
    ml("LabelEncoder", NUMBERS, keys_int64s=[9, 1], values_int64s=[5, 2**40], default_int64=7),
    ml("LabelEncoder", NUMBERS, keys_int64s=[9, 1], values_floats=[0.5, 0.25]),
    ml("LabelEncoder", FLOATS, keys_floats=[NAN, 1.0], values_floats=[4.0, 5.0], default_float=-1.0),
    ml("LabelEncoder", FLOATS, keys_floats=[np.inf, 0.0, NAN], values_strings=["inf", "zero", "none"]),
    ml("LabelEncoder", FLOATS, keys_floats=[1.0, np.inf], values_int64s=[4, 5], why="NaN is no key"),
    encoder(live([1, 3], "int16"), ([3, 2], "int16"), ([5, 2], "int16"), ([9], "int16")),
    encoder(live([1.0, 3.0], "float64"), ([1.0, 2.0], "float64"), (["a", "b"], "string")),
    encoder(live(["a", "x"], "string"), (["a", "b"], "string"), ([1.5, 2.5], "float64"), ([0.1], "float64")),
    encoder(live(["a", "x"], "string"), (["a", "b"], "string"), (["c", "d"], "string"), (["none"], "string")),
    fails("LabelEncoder", NUMBERS, domain="ai.onnx.ml", keys_int64s=[1], match="0 of values"),
    ml("CategoryMapper", NAMES, opset=1, cats_int64s=[7, 5], cats_strings=["b", "c"], default_int64=-9),
    ml("CategoryMapper", NUMBERS, cats_int64s=[9, 2, 5], cats_strings=["b", "c", "d"], default_string="?"),
    ml("CategoryMapper", NUMBERS, cats_int64s=list(range(17)), cats_strings=MANY),
    ml("OneHotEncoder", NAMES, opset=1, cats_strings=["b", "", "c"]),
    ml("OneHotEncoder", NUMBERS, cats_int64s=[2, 1, -1]),
    ml("OneHotEncoder", live([1.5, 2.0, 0.0, -0.5]), cats_int64s=[1, 0], why="floats are cut"),
    ml("OneHotEncoder", live([1, 2, 1], "int64"), cats_int64s=[1, 2], zeros=0, unknown=False),
]


@pytest.mark.parametrize("trace", [False, True])
def test_an_unknown_category_is_an_error_where_zeros_are_forbidden(trace):
    model = onnx_keras.load(model_of(ml("OneHotEncoder", NUMBERS, cats_int64s=[1, 2], zeros=0)))
    with pytest.raises(Exception, match="none of the categories"):
        onnx_keras.run(model, [NUMBERS.array], trace=trace)


def test_text_that_is_held_comes_back_from_a_file(tmp_path):
    import keras

    made = ml("LabelEncoder", NUMBERS, keys_int64s=list(range(17)), values_strings=MANY)
    model = onnx_keras.load(model_of(made))
    assert {v.dtype for v in model.variables} == {"int32", "int64"}
    model.save(tmp_path / "m.keras")
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    for again in (keras.saving.load_model(tmp_path / "m.keras"), clone):
        assert onnx_keras.run(again, [NUMBERS.array]).tolist() == [["name 1", "name 2"], ["name 9", "_Unused"]]
