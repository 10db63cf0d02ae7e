"""Constant, in every revision and every form of its value."""

import numpy as np
from onnx import numpy_helper

from tests.operators.matrix import case

REVISIONS = (1, 9, 11, 12, 13, 19, 21, 23, 24, 25)


def tensor_of(values, dtype="float32"):
    return numpy_helper.from_array(np.asarray(values, dtype))


CASES = [
    *[case("Constant", opset=revision, value=tensor_of([[1.5, -2.0]])) for revision in REVISIONS],
    case("Constant", value=tensor_of([1, 2, 3], "int64")),
    case("Constant", value=tensor_of(True, "bool")),
    case("Constant", value_float=1.5),
    case("Constant", value_floats=[1.5, 2.5]),
    case("Constant", value_int=3),
    case("Constant", value_ints=[3, 4]),
    case("Constant", value_string="a"),
    case("Constant", value_strings=["a", "bc"]),
]
