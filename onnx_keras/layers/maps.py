"""Operators on maps, which no tensor can be."""

from onnx_keras.registry import refused_operator

ML = "ai.onnx.ml"
ADVICE = "a map can't be a tensor: cut the model behind it"

refused_operator("CastMap", domain=ML, reason=ADVICE)
refused_operator("DictVectorizer", domain=ML, reason=ADVICE)
refused_operator(
    "ZipMap", domain=ML, reason="a map can't be a tensor: only at the end of a model is it the matrix of its values"
)
