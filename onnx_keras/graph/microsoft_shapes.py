"""Shapes and types of what ONNX Runtime's own operators give."""

import onnx_ir as ir
import sympy

from onnx_keras.graph.shape_rules import broadcast_shapes, corrects, is_given, product_shape
from onnx_keras.graph.spatial_shapes import pooled
from onnx_keras.graph.symbols import dims

MICROSOFT = "com.microsoft"


@corrects("QGemm", domain=MICROSOFT)
def _quantized_gemm_type(node):
    node.outputs[0].dtype = node.inputs[8].dtype if is_given(node, 8) else ir.DataType.FLOAT


@corrects("QLinearAdd", "QLinearMul", domain=MICROSOFT)
def _pair(node):
    shapes = dims(node.inputs[0]), dims(node.inputs[3])
    return None if None in shapes else [broadcast_shapes(*shapes)]


@corrects("QLinearConcat", domain=MICROSOFT)
def _concat(node):
    shapes = [dims(value) for value in node.inputs[2::3]]
    node.outputs[0].dtype = node.inputs[1].dtype
    if None in shapes:
        return None
    axis = node.attributes.get_int("axis") % len(shapes[0])
    return [[*shapes[0][:axis], sympy.Add(*(s[axis] for s in shapes)), *shapes[0][axis + 1 :]]]


@corrects("MatMulIntegerToFloat", domain=MICROSOFT)
def _product_of_integers(node):
    node.outputs[0].dtype = node.inputs[2].dtype
    return product_shape(dims(node.inputs[0]), dims(node.inputs[1]))


@corrects("DynamicQuantizeMatMul", domain=MICROSOFT)
def _dynamic_product(node):
    node.outputs[0].dtype = node.inputs[0].dtype
    return product_shape(dims(node.inputs[0]), dims(node.inputs[1]))


@corrects("QLinearAveragePool", domain=MICROSOFT)
def _average_pool(node):
    shape = dims(node.inputs[0])
    if shape is None or not node.attributes.get_int("channels_last", 0):
        return pooled(shape, node)
    shapes = pooled([shape[0], shape[-1], *shape[1:-1]], node)
    return shapes and [[s[0], *s[2:], s[1]] for s in shapes]


@corrects("QLinearGlobalAveragePool", domain=MICROSOFT)
def _global_average_pool(node):
    shape = dims(node.inputs[0])
    if shape is None:
        return None
    ones = [1] * (len(shape) - 2)
    return [[shape[0], *ones, shape[-1]] if node.attributes.get_int("channels_last", 0) else [*shape[:2], *ones]]


@corrects("DynamicQuantizeLSTM", domain=MICROSOFT)
def _dynamic_lstm(node):
    for output in node.outputs:
        output.dtype = node.inputs[0].dtype
    x, r = dims(node.inputs[0]), dims(node.inputs[2])
    if x is None or r is None:
        return None
    directions, hidden, _ = r
    return [[x[0], directions, x[1], hidden], *[[directions, x[1], hidden]] * 2][: len(node.outputs)]
