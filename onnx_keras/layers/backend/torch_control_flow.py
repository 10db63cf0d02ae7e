"""Branches and loops for PyTorch, which computes at once."""

from onnx_keras.layers.backend.unrolled_control_flow import branch, loop

__all__ = ["branch", "loop"]
