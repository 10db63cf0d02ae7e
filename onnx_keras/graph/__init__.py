"""ONNX as it is read and rewritten. Nothing here imports Keras."""
