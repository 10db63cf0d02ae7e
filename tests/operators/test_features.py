"""Features of ai.onnx.ml: chosen, scaled, filled in, joined."""

import functools

import numpy as np

from tests.operators.matrix import case, constant, fails, float32, float64, int64, live

ml = functools.partial(case, domain="ai.onnx.ml")
ROWS = live([[1.0, -2.0, 0.5], [-1.0, -3.0, -0.5], [0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])
HOLES = live([[1.0, np.nan], [2.0, 3.0]])
imputer = functools.partial(ml, "Imputer")

CASES = [
    ml("ArrayFeatureExtractor", float32(2, 3), live([[2, 0]], "int64"), opset=1),
    ml("ArrayFeatureExtractor", float32(2, 2, 3), constant([2, 0])),
    ml("ArrayFeatureExtractor", float32(2, 3), live([[2, 0], [1, 1]], "int64")),
    ml("ArrayFeatureExtractor", int64(3), live([1], "int64")),
    ml("ArrayFeatureExtractor", live(["a", "b", "ö"], "string"), live([2, 0], "int64")),
    ml("Binarizer", float32(2, 3, 4), threshold=0.5, opset=1, trains=False),
    ml("Binarizer", int64(2, 3), threshold=1.5),
    ml("Binarizer", float64(2, 3)),
    ml("FeatureVectorizer", float32(2, 3), float32(2, 2), inputdimensions=[2, 3], opset=1),
    ml("FeatureVectorizer", int64(2, 3), inputdimensions=[3]),
    ml("FeatureVectorizer", float64(3), float64(2), inputdimensions=[2, 2], why="vectors are rows"),
    imputer(HOLES, imputed_value_floats=[7.0, 8.0], replaced_value_float=np.nan, opset=1),
    imputer(HOLES, imputed_value_floats=[7.0], replaced_value_float=2.0),
    imputer(live([[1, 5], [2, 3]], "int64"), imputed_value_int64s=[7, 8], replaced_value_int64=2),
    imputer(live([[1, 5], [2, 3]], "int32"), imputed_value_int64s=[7, 8], replaced_value_int64=2),
    imputer(
        live([1.0, 2.0], "float64"),
        imputed_value_floats=[7.0],
        replaced_value_float=2.0,
        expected=[np.array([1.0, 7.0])],
    ),
    *[ml("Normalizer", ROWS, norm=norm, opset=1) for norm in ("MAX", "L1", "L2")],
    ml("Normalizer", int64(2, 3), norm="L2"),
    ml("Normalizer", live([1.0, -2.0, 0.5]), norm="L1"),
    fails("Normalizer", ROWS, domain="ai.onnx.ml", norm="L3", match="norm=L3"),
    ml("Scaler", float32(2, 3), offset=[1.0, 2.0, 3.0], scale=[0.5, 2.0, 1.0], opset=1),
    ml("Scaler", int64(2, 3), offset=[1.0], scale=[0.5]),
    ml("Scaler", float64(3), offset=[1.0], scale=[0.5]),
]
