"""Small ONNX models with what a file may hold, for the way there and back."""

import numpy as np
import onnx
import onnx_ir as ir
from onnx import TensorProto, helper

HEAD = '<ir_version: 10, opset_import: ["" : 21]>\n'

MATRIX = """
small (float[N,3] x) => (float[N,2] y)
<float[3,2] kernel = {1, 2, 3, 4, 5, 6}, float[2] bias = {0.5, -0.5}>
{
    [product] p = MatMul(x, kernel)
    [sum] y = Add(p, bias)
}
"""

IMAGE = """
image (float[N,2,H,W] x) => (float[N,3] y)
<float[3,2,2,1] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, float[3] scale = {1, 2, 3}, float[3] shift = {0.1, 0.2, 0.3},
 float[3] mean = {3, 4, 5}, float[3] var = {2, 3, 4}>
{
    [conv] c = Conv(x, w)
    [norm] n = BatchNormalization<epsilon=0.001>(c, scale, shift, mean, var)
    [pool] g = GlobalAveragePool(n)
    [flat] y = Flatten(g)
}
"""

TIED = """
tied (int64[N,S] ids) => (float[N,S,4] logits)
<float[4,2] table = {1, 2, 3, 4, 5, 6, 7, 8}>
{
    [embed] e = Gather(table, ids)
    [turn] t = Transpose<perm = [1, 0]>(table)
    [head] logits = MatMul(e, t)
}
"""

CONSTANTS = """
constants (float[N,2] x) => (float[N,2] y)
{
    [held] kernel = Constant<value = float[2,2] {1, 2, 3, 4}>()
    [list] bias = Constant<value_floats = [0.5, 1.5]>()
    [gemm] g = Gemm(x, kernel, bias)
    [half] h = Constant<value_float = 0.5>()
    [mul] y = Mul(g, h)
}
"""

SIZES = """
sizes (float[N,4,6] x) => (float[N,24] y, int64[2] s)
<int64[1] rest = {-1}, float[4,1] unused = {1, 2, 3, 4}>
{
    [shape] a = Shape(x)
    zero = Constant<value = int64[1] {0}>()
    [first] b = Gather(a, zero)
    [target] s = Concat<axis = 0>(b, rest)
    [reshape] y = Reshape(x, s)
    [idle] z = Relu(unused)
}
"""

COMPUTED = """
computed (float[N,2,5] x) => (float[N,3,4] y)
{
    shape = Constant<value = int64[3] {3, 2, 2}>()
    [fill] w = ConstantOfShape<value = float[1] {0.25}>(shape)
    [conv] y = Conv(x, w)
}
"""

FUNCTION = """
<ir_version: 10, opset_import: ["" : 21, "local" : 1], producer_name: "hand", doc_string: "two calls">
called (float[N,2] x) => (float[N,2] y)
<float[2] bias = {1, 2}>
{
    [one] h = local.Scaled(x, bias)
    [two] y = local.Scaled(h, bias)
}
<domain: "local", opset_import: ["" : 21]>
Scaled (a, b) => (c)
{
    factor = Constant<value = float[2] {2, 3}>()
    p = Mul(a, factor)
    c = Add(p, b)
}
"""

LINEAR = """
<ir_version: 10, opset_import: ["" : 21, "ai.onnx.ml" : 4]>
linear (float[N,2] x) => (float[N,1] y)
{
    [regress] y = ai.onnx.ml.LinearRegressor<coefficients = [1.0, 2.0], intercepts = [0.5], targets = 1>(x)
}
"""

OLD = """
<ir_version: 3, opset_import: ["" : 9]>
old (float[2,3,4] x, float[4] scale) => (float[2,3,4] y)
<float[4] scale = {1, 2, 3, 4}>
{
    [soft] s = Softmax<axis = 1>(x)
    [mul] y = Mul(s, scale)
}
"""

BRANCH = """
branch (float[N,2] x) => (float[N,2] y)
<float[2] a = {1, 2}, bool choice = {1}>
{
    [if] y = If(choice) <
        then_branch = then () => (float[N,2] t) { t = Mul(x, a) },
        else_branch = other () => (float[N,2] e) <float[2] b = {3, 4}> { e = Add(x, b) }
    >
}
"""

RELABELLED = """
relabelled (float[N,2,3] x) => (float[N,3,2] y, float[N,2,3] x2)
{
    [turn] y = Transpose<perm = [0, 2, 1]>(x)
    [copy] x2 = Identity(x)
}
"""

TEXTS = {
    "matrix": MATRIX,
    "image": IMAGE,
    "tied": TIED,
    "constants": CONSTANTS,
    "sizes": SIZES,
    "computed": COMPUTED,
    "function": FUNCTION,
    "linear": LINEAR,
    "old": OLD,
    "branch": BRANCH,
    "relabelled": RELABELLED,
}


def model_of(text):
    """Parse a model; one that doesn't say otherwise is of opset 21."""
    return onnx.parser.parse_model(text if text.lstrip().startswith("<") else HEAD + text)


def decorated():
    """Give a model with everything that no operator reads."""
    model = model_of(MATRIX)
    model.producer_version, model.model_version, model.domain = "1.2", 7, "com.acme"
    helper.set_model_props(model, {"license": "free", "": "empty"})
    graph = model.graph
    graph.doc_string, graph.node[0].doc_string = "a graph", "a product"
    graph.node[0].metadata_props.add(key="scope", value="dense")
    graph.input[0].doc_string = "an input"
    graph.value_info.append(helper.make_tensor_value_info("p", TensorProto.FLOAT, ["N", 2]))
    annotation = graph.quantization_annotation.add(tensor_name="p")
    annotation.quant_parameter_tensor_names.add(key="SCALE_TENSOR", value="bias")
    graph.initializer[0].doc_string = "a kernel"
    graph.input.append(helper.make_tensor_value_info("bias", TensorProto.FLOAT, [2]))
    return model


def sparse():
    """Give a model with a sparse initializer."""
    model = model_of(MATRIX)
    del model.graph.initializer[0]
    values = onnx.numpy_helper.from_array(np.array([5, 6], "float32"), "kernel")
    indices = onnx.numpy_helper.from_array(np.array([1, 4]), "places")
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, [3, 2]))
    return model


def of_type(dtype):
    """Give a model whose weights are of some element type."""
    model = model_of(MATRIX)
    number = getattr(TensorProto, dtype.upper())
    for info in (*model.graph.input, *model.graph.output):
        info.type.tensor_type.elem_type = number
    kind = helper.tensor_dtype_to_np_dtype(number)
    arrays = [(t.name, onnx.numpy_helper.to_array(t).astype(kind)) for t in model.graph.initializer]
    del model.graph.initializer[:]
    model.graph.initializer.extend(onnx.numpy_helper.from_array(array, name) for name, array in arrays)
    return model


def wide():
    """Give a model whose kernel is large enough to stay in its file while it is read."""
    model = model_of(MATRIX)
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 700
    kernel = np.random.default_rng(0).standard_normal((700, 2)).astype("float32")
    model.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(kernel, "kernel"))
    return model


def of_ir():
    """Give a model as `onnx_ir` has it."""
    return ir.from_proto(model_of(IMAGE))
