"""Convolutions: no revision changed what a valid node means."""

from onnx_keras.graph.upgrades.registry import equivalent

equivalent("Conv", 1, 11, 22)
equivalent("ConvTranspose", 1, 11, 22)
equivalent("DeformConv", 19, 22)
