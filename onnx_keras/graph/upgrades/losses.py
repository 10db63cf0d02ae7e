"""Losses."""

from onnx_keras.graph.upgrades.registry import equivalent

equivalent("NegativeLogLikelihoodLoss", 12, 13, 22)
equivalent("SoftmaxCrossEntropyLoss", 12, 13)
