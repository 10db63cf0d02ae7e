"""Small networks as PyTorch exports them, for tests of what is done with a loaded model."""

import numpy as np
import onnx

BODY = """
<ir_version: 10, opset_import: ["" : 22]>
classifier (float[N, 3, 8, 8] image) => (float[N, 5] logits)
{
  ["/conv1/Conv"] c1 = Conv <pads = [1, 1, 1, 1]> (image, "conv1.weight")
  ["/bn1/BatchNormalization"] n1 = BatchNormalization (c1, "bn1.weight", "bn1.bias", "bn1.mean", "bn1.var")
  ["/relu/Relu"] r1 = Relu (n1)
  ["/layer1/layer1.0/conv/Conv"] c2 = Conv <pads = [1, 1, 1, 1]> (r1, "layer1.0.conv.weight", "layer1.0.conv.bias")
  ["/layer1/layer1.0/Relu"] r2 = Relu (c2)
  ["/layer1/layer1.0/Add"] a2 = Add (r1, r2)
  ["/layer2/conv/Conv"] c3 = Conv <strides = [2, 2]> (a2, "layer2.conv.weight")
  ["/layer2/Relu"] r3 = Relu (c3)
  ["/Flatten"] flat = Flatten (r3)
  ["/dropout/Dropout"] dropped = Dropout (flat, ratio)
  ["/fc/Gemm"] logits = Gemm <transB = 1> (dropped, "fc.weight", "fc.bias")
}
"""

SHAPES = {
    "conv1.weight": (4, 3, 3, 3),
    **{f"bn1.{n}": (4,) for n in ("weight", "bias", "mean", "var")},
    "layer1.0.conv.weight": (4, 4, 3, 3),
    "layer1.0.conv.bias": (4,),
    "layer2.conv.weight": (6, 4, 2, 2),
    "fc.weight": (5, 96),
    "fc.bias": (5,),
}


def classifier() -> onnx.ModelProto:
    """Make a residual network with BatchNormalization, Dropout and names as PyTorch gives them."""
    model = onnx.parser.parse_model(BODY)
    rng = np.random.default_rng(0)
    arrays = {n: rng.normal(0, 0.3, s).astype("float32") for n, s in SHAPES.items()}
    arrays["bn1.var"] = np.abs(arrays["bn1.var"]) + 0.5
    arrays["ratio"] = np.array(0.5, "float32")
    model.graph.initializer.extend(onnx.numpy_helper.from_array(a, n) for n, a in arrays.items())
    onnx.checker.check_model(model)
    return model


def images(count: int = 6) -> np.ndarray:
    """Make images in ONNX' order."""
    return np.random.default_rng(1).standard_normal((count, 3, 8, 8)).astype("float32")


def values_in_onnx(model: onnx.ModelProto, inputs: dict[str, np.ndarray], names: list[str]) -> dict[str, np.ndarray]:
    """Compute values between inputs and outputs with ONNX Runtime."""
    import onnxruntime

    wider = onnx.ModelProto()
    wider.CopyFrom(model)
    have = {o.name for o in wider.graph.output}
    wider.graph.output.extend(onnx.ValueInfoProto(name=n) for n in names if n not in have)
    session = onnxruntime.InferenceSession(wider.SerializeToString())
    return dict(zip(names, session.run(names, inputs)))


ENCODER = """
<ir_version: 10, opset_import: ["" : 22]>
encoder (int64[N, S] ids, float[N, S] mask) => (float[N, S, 8] out)
<float one = {1}, float scale = {0.5}, float far = {-3.4028235e38}, int64[4] split = {0, 0, 2, 4}, int64[3] merge = {0, 0, 8},
 int64[2] middle = {1, 2}>
{
  ["/embed/Gather"] e = Gather (embed, ids)
  ["/attention/q/MatMul"] q0 = MatMul (e, "q.weight")
  ["/attention/k/MatMul"] k0 = MatMul (e, "k.weight")
  ["/attention/v/MatMul"] v0 = MatMul (e, "v.weight")
  q1 = Reshape (q0, split)
  k1 = Reshape (k0, split)
  v1 = Reshape (v0, split)
  q = Transpose <perm = [0, 2, 1, 3]> (q1)
  k = Transpose <perm = [0, 2, 3, 1]> (k1)
  v = Transpose <perm = [0, 2, 1, 3]> (v1)
  s0 = MatMul (q, k)
  s1 = Mul (s0, scale)
  hidden = Sub (one, mask)
  h1 = Unsqueeze (hidden, middle)
  h2 = Mul (h1, far)
  s2 = Add (s1, h2)
  a = Softmax (s2)
  c0 = MatMul (a, v)
  c1 = Transpose <perm = [0, 2, 1, 3]> (c0)
  c = Reshape (c1, merge)
  r = Add (c, e)
  ["/norm/LayerNormalization"] out = LayerNormalization (r, "norm.weight", "norm.bias")
}
"""


def encoder() -> onnx.ModelProto:
    """Make a layer of a transformer encoder with a mask."""
    model = onnx.parser.parse_model(ENCODER)
    rng = np.random.default_rng(0)
    shapes = {"embed": (11, 8), **{f"{n}.weight": (8, 8) for n in "qkv"}, "norm.weight": (8,), "norm.bias": (8,)}
    arrays = {n: rng.normal(0, 0.5, s).astype("float32") for n, s in shapes.items()}
    model.graph.initializer.extend(onnx.numpy_helper.from_array(a, n) for n, a in arrays.items())
    return model


PERCEPTRON = """
<ir_version: 10, opset_import: ["" : 22]>
perceptron (float[N, 6] x) => (float[N, 4] y)
{
  ["/fc1/Gemm"] h = Gemm <transB = 1> (x, "fc1.weight", "fc1.bias")
  r = Relu (h)
  ["/fc2/Gemm"] y = Gemm <transB = 1> (r, "fc2.weight", "fc2.bias")
}
"""


def perceptron() -> onnx.ModelProto:
    """Make two layers whose gradients are means over rows, so that they don't depend on how rows are divided."""
    model = onnx.parser.parse_model(PERCEPTRON)
    rng = np.random.default_rng(0)
    shapes = {"fc1.weight": (8, 6), "fc1.bias": (8,), "fc2.weight": (4, 8), "fc2.bias": (4,)}
    arrays = {n: rng.normal(0, 0.5, s).astype("float32") for n, s in shapes.items()}
    model.graph.initializer.extend(onnx.numpy_helper.from_array(a, n) for n, a in arrays.items())
    return model
