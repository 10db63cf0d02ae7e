"""Random numbers."""

from onnx_keras.graph.upgrades.registry import equivalent

equivalent("Bernoulli", 15, 22)
equivalent("Multinomial", 7, 22)
for op_type in ("RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"):
    equivalent(op_type, 1, 22)
