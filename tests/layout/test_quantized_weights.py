"""Weights that are dequantised first are stored as their readers want them."""

import numpy as np
import onnx
from onnx import helper

from onnx_keras.loading import make_plan

LAYERS = 8


def model_of_quantized_convolutions() -> onnx.ModelProto:
    """Write convolutions whose kernels are all dequantised before the first of them, as quantisation tools write them."""
    names = range(LAYERS)
    kernels = [helper.make_node("DequantizeLinear", [f"w{i}", "scale"], [f"k{i}"], axis=0) for i in names]
    layers = [helper.make_node("Conv", [f"x{i}", f"k{i}"], [f"x{i + 1}"], pads=[1, 1, 1, 1]) for i in names]
    weights = [onnx.numpy_helper.from_array(np.ones((2, 2, 3, 3), "int8"), f"w{i}") for i in names]
    image = helper.make_tensor_value_info("x0", onnx.TensorProto.FLOAT, (1, 2, 5, 5))
    scale = onnx.numpy_helper.from_array(np.ones(2, "float32"), "scale")
    result = onnx.ValueInfoProto(name=f"x{LAYERS}")
    graph = helper.make_graph([*kernels, *layers], "quantized", [image], [result], [*weights, scale])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def test_dequantized_kernels_are_not_moved():
    plan = make_plan(model_of_quantized_convolutions(), data_format="channels_last")
    assert not plan.moves
    assert {s.operator[1]: s.orders[0].axes for s in plan.steps}["DequantizeLinear"] == (2, 3, 1, 0)
