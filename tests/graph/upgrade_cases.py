"""Models of old opsets: what they compute, and which are refused.

Each case says its opset and its graph as ONNX text.
"""

import numpy as np

# Old revisions that ONNX Runtime can still run: (opset, graph).
AGAINST_RUNTIME = {
    "softmax flattens at axis 1": (11, "(float[2,3,4] x) => (float[2,3,4] y) { y = Softmax(x) }"),
    "softmax over the last axis": (11, "(float[2,3,4] x) => (float[2,3,4] y) { y = Softmax<axis=-1>(x) }"),
    "softmax over one long axis": (11, "(float[2,5,1,1] x) => (float[2,5,1,1] y) { y = Softmax(x) }"),
    "softmax of unit axes": (11, "(float[2,1,1] x) => (float[2,1,1] y) { y = Softmax(x) }"),
    "softmax of an unknown rank": (11, "(float[2,3,4] x) => (float[2,3,4] y) { a = Relu(x) y = Softmax(a) }"),
    "softmax of nothing": (11, "(float[2,3,0] x) => (float[2,3,0] y) { a = Relu(x) y = Softmax(a) }"),
    "log softmax": (12, "(float[2,3,4] x) => (float[2,3,4] y) { y = LogSoftmax<axis=1>(x) }"),
    "hardmax": (11, "(float[2,3,4] x) => (float[2,3,4] y) { y = Hardmax(x) }"),
    "squeeze": (11, "(float[2,1,3,1] x) => (float[2,3] y) { y = Squeeze<axes=[1,3]>(x) }"),
    "squeeze of all unit axes": (11, "(float[2,1,3,1] x) => (float[2,3] y) { y = Squeeze(x) }"),
    "unsqueeze": (11, "(float[2,3] x) => (float[1,2,3,1] y) { y = Unsqueeze<axes=[0,-1]>(x) }"),
    "sum": (11, "(float[2,3,4] x) => (float[2,4] y) { y = ReduceSum<axes=[1],keepdims=0>(x) }"),
    "mean over all axes": (12, "(float[2,3,4] x) => (float[1,1,1] y) { y = ReduceMean(x) }"),
    "mean": (17, "(float[2,3,4] x) => (float[2,1,1] y) { y = ReduceMean<axes=[-1,1]>(x) }"),
    "norm": (13, "(float[2,3,4] x) => (float[2,3] y) { y = ReduceL2<axes=[2],keepdims=0>(x) }"),
    "max": (12, "(float[2,3] x) => (float[2,1] y) { y = ReduceMax<axes=[1]>(x) }"),
    "arg max": (11, "(float[2,3] x) => (int64[2,1] y) { y = ArgMax<axis=1>(x) }"),
    "clip": (7, "(float[2,3] x) => (float[2,3] y) { y = Clip<min=-0.5,max=1.0>(x) }"),
    "clip from below": (10, "(float[2,3] x) => (float[2,3] y) { a = Relu(x) b = Neg(a) y = Clip<min=-1.0>(b) }"),
    "dropout": (7, "(float[2,3] x) => (float[2,3] y) { y = Dropout<ratio=0.3>(x) }"),
    "dropout with a mask": (13, "(float[2,3] x) => (float[2,3] y, bool[2,3] m) { y, m = Dropout(x) }"),
    "slice": (9, "(float[4,5,6] x) => (float[4,2,3] y) { y = Slice<axes=[1,2],starts=[1,-3],ends=[3,100]>(x) }"),
    "slice of the first axes": (9, "(float[4,5] x) => (float[2,3] y) { y = Slice<starts=[1,0],ends=[3,3]>(x) }"),
    "split": (11, "(float[2,6] x) => (float[2,2] a, float[2,4] b) { a, b = Split<axis=1,split=[2,4]>(x) }"),
    "split equally": (11, "(float[2,6] x) => (float[2,3] a, float[2,3] b) { a, b = Split<axis=1>(x) }"),
    "split equally since 13": (13, "(float[4,2] x) => (float[2,2] a, float[2,2] b) { a, b = Split(x) }"),
    "pad": (10, "(float[2,3] x) => (float[4,4] y) { y = Pad<pads=[1,0,1,1],value=2.5>(x) }"),
    "pad with reflections": (10, '(float[2,3] x) => (float[2,6] y) { y = Pad<mode="reflect",pads=[0,2,0,1]>(x) }'),
    "pad an unknown type": (10, "(float[2,3] x) => (float[2,4] y) { a = Neg(x) y = Pad<pads=[0,1,0,0],value=1.0>(a) }"),
    "top k": (9, "(float[2,6] x) => (float[2,3] v, int64[2,3] i) { v, i = TopK<k=3>(x) }"),
    "one hot": (
        9,
        "(int64[2,3] i) => (float[2,3,4] y) <int64[1] d = {4}, float[2] v = {0.0, 1.0}> { y = OneHot(i, d, v) }",
    ),
    "gemm": (7, "(float[2,3] a, float[3,4] b, float[4] c) => (float[2,4] y) { y = Gemm<alpha=0.5>(a, b, c) }"),
    "scatter": (9, "(float[3,3] x, int64[2,3] i, float[2,3] u) => (float[3,3] y) { y = Scatter(x, i, u) }"),
    "scatter along an axis": (10, "(float[3,3] x, int64[3,1] i, float[3,1] u) => (float[3,3] y) { y = Scatter<axis=1>(x, i, u) }"),
    "cast": (7, "(float[2,3] x) => (int32[2,3] y) { y = Cast<to=6>(x) }"),
    "batch normalization": (
        9,
        "(float[2,3,4] x, float[3] s, float[3] b, float[3] m, float[3] v) => (float[2,3,4] y) "
        "{ w = Abs(v) y = BatchNormalization<epsilon=0.1>(x, s, b, m, w) }",
    ),
    "max pooling": (8, "(float[1,2,6,6] x) => (float[1,2,3,3] y) { y = MaxPool<kernel_shape=[2,2],strides=[2,2]>(x) }"),
    "average pooling": (7, "(float[1,2,5,5] x) => (float[1,2,3,3] y) { y = AveragePool<kernel_shape=[3,3],strides=[2,2],pads=[1,1,1,1]>(x) }"),
    "resize up": (10, RESIZE := "(float[1,1,3,4] x) => (float[1,1,h,w] y) <float[4] s = {1.0,1.0,2.0,1.7}> { y = Resize(x, s) }"),
    "resize down": (10, RESIZE.replace("2.0,1.7", "0.6,0.5")),
    "resize up and down": (10, RESIZE.replace("2.0,1.7", "2.0,0.6")),
    "resize linearly": (10, RESIZE.replace("2.0,1.7", "2.0,0.5").replace("(x, s)", '<mode="linear">(x, s)')),
    "resize by computed scales": (10, RESIZE.replace("2.0,1.7", "2.0,0.6").replace("{ y", "{ t = Abs(s) y").replace("(x, s)", "(x, t)")),
    "resize to sizes": (
        11,
        '(float[1,1,3,4] x) => (float[1,1,5,2] y) <float[0] e = {}, int64[4] n = {1,1,5,2}> { y = Resize<mode="linear">(x, e, e, n) }',
    ),
    "resize with scales": (
        11,
        '(float[1,1,3,4] x) => (float[1,1,h,w] y) <float[0] e = {}, float[4] s = {1.0,1.0,2.0,0.5}> '
        '{ y = Resize<mode="cubic",coordinate_transformation_mode="align_corners">(x, e, s) }',
    ),
    "resize a crop": (
        11,
        "(float[1,1,4,4] x) => (float[1,1,h,w] y) <float[8] r = {0.0,0.0,0.2,0.1,1.0,1.0,0.7,1.2}, float[0] e = {}, int64[4] n = {1,1,3,3}> "
        '{ y = Resize<mode="linear",coordinate_transformation_mode="tf_crop_and_resize",extrapolation_value=9.0>(x, r, e, n) }',
    ),
    "resize as tensorflow did": (
        11,
        "(float[1,1,3,4] x) => (float[1,1,h,w] y) <float[0] e = {}, float[4] s = {1.0,1.0,1.7,0.5}> "
        '{ y = Resize<coordinate_transformation_mode="tf_half_pixel_for_nn",nearest_mode="floor">(x, e, s) }',
    ),
    "upsample": (7, "(float[1,2,2,3] x) => (float[1,2,4,9] y) { y = Upsample<scales=[1.0,1.0,2.0,3.0]>(x) }"),
    "upsample linearly": (7, '(float[1,2,2,3] x) => (float[1,2,4,6] y) { y = Upsample<mode="linear",scales=[1.0,1.0,2.0,2.0]>(x) }'),
    "upsample by an input": (9, RESIZE.replace("Resize", "Upsample")),
    "grid sample": (16, '(float[1,1,3,3] x, float[1,2,2,2] g) => (float[1,1,2,2] y) { y = GridSample<mode="bicubic">(x, g) }'),
    "roi align": (
        10,
        "(float[1,1,6,6] x) => (float[1,1,2,2] y) <float[1,4] r = {0.5,0.5,4.0,5.0}, int64[1] i = {0}> "
        "{ y = RoiAlign<output_height=2,output_width=2,sampling_ratio=2>(x, r, i) }",
    ),
    "dft": (17, "(float[1,8,2] x) => (float[1,8,2] y) { y = DFT(x) }"),
    "dft of a length": (17, "(float[1,8,4,1] x) => (float[1,8,3,2] y) <int64 n = {4}> { y = DFT<axis=2,onesided=1>(x, n) }"),
    "group normalization": (
        18,
        "(float[2,4,3] x, float[2] s, float[2] b) => (float[2,4,3] y) { y = GroupNormalization<num_groups=2>(x, s, b) }",
    ),
    "lstm": (
        7,
        "(float[3,2,4] x, float[1,8,4] w, float[1,8,2] r) => (float[3,1,2,2] y, float[1,2,2] h) "
        "{ y, h = LSTM<hidden_size=2>(x, w, r) }",
    ),
    "gru": (7, "(float[3,2,4] x, float[1,6,4] w, float[1,6,2] r) => (float[1,2,2] h) { , h = GRU<hidden_size=2>(x, w, r) }"),
    "scan over samples": (
        8,
        "(float[2,3] s, float[2,4,3] x) => (float[2,3] t, float[2,4,3] y) { t, y = Scan<num_scan_inputs=1, "
        "body = b (float[3] a, float[3] e) => (float[3] c, float[3] d) { c = Add(a, e) d = Identity(c) }>(, s, x) }",
    ),
    "scan backwards": (
        8,
        "(float[2,3] s, float[2,4,3] x) => (float[2,3] t, float[2,4,3] y) { t, y = Scan<num_scan_inputs=1, directions=[1], "
        "body = b (float[3] a, float[3] e) => (float[3] c, float[3] d) { c = Add(a, e) d = Identity(c) }>(, s, x) }",
    ),
    "image scaler": (7, "(float[1,2,3,3] x) => (float[1,2,3,3] y) { y = ImageScaler<scale=0.5,bias=[1.0,-2.0]>(x) }"),
    "affine": (7, "(float[2,3] x) => (float[2,3] y) { y = Affine<alpha=2.0,beta=0.5>(x) }"),
    "scale": (7, "(float[2,3] x) => (float[2,3] y) { y = Scale<scale=3.0>(x) }"),
    "scaled tanh": (7, "(float[2,3] x) => (float[2,3] y) { y = ScaledTanh<alpha=2.0,beta=0.5>(x) }"),
    "parametric softplus": (7, "(float[2,3] x) => (float[2,3] y) { y = ParametricSoftplus<alpha=2.0,beta=0.5>(x) }"),
    "thresholded relu": (7, "(float[2,3] x) => (float[2,3] y) { y = ThresholdedRelu<alpha=0.5>(x) }"),
    "crop": (7, "(float[1,2,5,6] x) => (float[1,2,3,2] y) { y = Crop<border=[1,2,3,0]>(x) }"),
    "crop to a size": (7, "(float[1,2,5,6] x) => (float[1,2,2,3] y) { y = Crop<border=[1,2,0,0],scale=[2,3]>(x) }"),
    "dynamic slice": (7, "(float[4,5] x) => (float[h,w] y) <int64[1] a = {1}, int64[1] b = {3}> { y = DynamicSlice(x, a, b, a) }"),
    "mean variance normalization": (7, "(float[2,3,4,4] x) => (float[2,3,4,4] y) { y = MeanVarianceNormalization(x) }"),
    "mean normalization": (
        7,
        "(float[2,3,4,4] x) => (float[2,3,4,4] y) { y = MeanVarianceNormalization<across_channels=1,normalize_variance=0>(x) }",
    ),
    "layer normalization before 17": (12, "(float[2,3] x, float[3] s) => (float[2,3] y) { y = LayerNormalization(x, s) }"),
    "simplified layer normalization": (
        12,
        "(float[2,3] x, float[3] s) => (float[2,3] y) { y = SimplifiedLayerNormalization<epsilon=0.1>(x, s) }",
    ),
}  # fmt: skip


def normalized(x, scale, bias, mean, var):
    return (x - mean) / np.sqrt(var + np.float32(1e-5)) * scale + bias


def by_channel(x, *parameters):
    return normalized(x, *(p[:, None] for p in parameters))


def by_the_batch(x, scale, bias, mean, var):
    return by_channel(x, scale, bias, x.mean((0, 2)), x.var((0, 2)))


BATCH_NORMALIZATION = (
    "(float[2,3,4] x, float[3] s, float[3] b, float[3] m, float[3] v) => (float[2,3,4] y) "
    "{ y = BatchNormalization<ATTRIBUTES>(x, s, b, m, v) }"
)
PRELU = "(float[2,3,4] x, float[3] s) => (float[2,3,4] y) { y = PRelu(x, s) }"
ADD = "(float[2,3,4] a, float[3] b) => (float[2,3,4] y) { y = Add<axis=1,broadcast=1>(a, b) }"


def relu(x):
    return np.maximum(x, 0)


# Revisions that nothing runs any more: (opset, graph, what they compute).
AGAINST_NUMPY = {
    "add along an axis": (6, ADD, lambda a, b: a + b[:, None]),
    "add from the end": (6, ADD.replace("axis=1,", "").replace("[3]", "[4]"), lambda a, b: a + b),
    "add of one shape": (1, ADD.replace("axis=1,broadcast=1", "consumed_inputs=[0,0]").replace("[3]", "[2,3,4]"), lambda a, b: a + b),
    "add along a negative axis": (6, ADD.replace("axis=1", "axis=-2"), lambda a, b: a + b[:, None]),
    "add along an axis of unknown rank": (6, ADD.replace("{ y", "{ r = Relu(a) y").replace("(a, b)", "(r, b)"), lambda a, b: relu(a) + b[:, None]),
    "and along an axis": (1, ADD.replace("float", "bool").replace("Add", "And"), lambda a, b: a & b[:, None]),
    "greater along an axis": (1, ADD.replace("[2,3,4] y", "[2,3,4] y").replace("=> (float", "=> (bool").replace("Add", "Greater"), lambda a, b: a > b[:, None]),
    "prelu by channel": (6, PRELU, lambda x, s: np.where(x < 0, x * s[:, None], x)),
    "prelu by channel of unknown rank": (1, PRELU.replace("{ y", "{ r = Neg(x) y").replace("(x, s)", "(r, s)"), lambda x, s: np.where(-x < 0, -x * s[:, None], -x)),
    "prelu of a vector with one slope": (6, PRELU.replace("[2,3,4]", "[4]").replace("[3]", "[1]"), lambda x, s: np.where(x < 0, x * s, x)),
    "prelu with one slope": (6, PRELU.replace("[3]", "[1]"), lambda x, s: np.where(x < 0, x * s, x)),
    "relu": (1, "(float[2,3] x) => (float[2,3] y) { y = Relu<consumed_inputs=[0]>(x) }", relu),
    "selu": (1, "(float[2,3] x) => (float[2,3] y) { y = Selu(x) }", lambda x: np.float32(1.0507) * np.where(x < 0, np.float32(1.6732) * np.expm1(x), x)),
    "clip without bounds": (1, "(float[2,3] x) => (float[2,3] y) { y = Clip(x) }", lambda x: x),
    "concat along axis 1": (1, "(float[2,3] x) => (float[2,6] y) { y = Concat(x, x) }", lambda x: np.concatenate([x, x], 1)),
    "reshape": (1, "(float[2,6] x) => (float[2,3,2] y) { y = Reshape<shape=[0,3,-1],consumed_inputs=[0]>(x) }", lambda x: x.reshape(2, 3, 2)),
    "tile": (1, "(float[2,3] x) => (float[2,6] y) <float n = {2.0}, float a = {1.0}> { y = Tile(x, n, a) }", lambda x: np.tile(x, (1, 2))),
    "split by an input": (1, "(float[6] x) => (float[2] y, float[4] z) <float[2] n = {2.0, 4.0}> { y, z = Split<axis=0>(x, n) }", lambda x: (x[:2], x[2:])),
    "pad": (1, "(float[2,3] x) => (float[3,5] y) { y = Pad<paddings=[1,2,0,0]>(x) }", lambda x: np.pad(x, ((1, 0), (2, 0)))),
    "cast": (1, '(float[2,3] x) => (int32[2,3] y) { y = Cast<to="INT32">(x) }', lambda x: x.astype(np.int32)),
    "gemm": (6, "(float[2,3] a, float[3,4] b, float[4] c) => (float[2,4] y) { y = Gemm<broadcast=1>(a, b, c) }", lambda a, b, c: a @ b + c),
    "dropout in test mode": (6, "(float[2,3] x) => (float[2,3] y) { y = Dropout<is_test=1>(x) }", lambda x: x),
    "dropout in training mode": (6, "(float[2,3] x) => (float[2,3] y, float[2,3] m) { y, m = Dropout<ratio=0.0>(x) }", lambda x: (x, np.ones_like(x))),
    "dropout with a mask of floats": (7, "(float[2,3] x) => (float[2,3] y, float[2,3] m) { y, m = Dropout(x) }", lambda x: (x, np.ones_like(x))),
    "batch normalization in test mode": (6, BATCH_NORMALIZATION.replace("ATTRIBUTES", "is_test=1"), by_channel),
    "batch normalization of revision 1": (1, BATCH_NORMALIZATION.replace("ATTRIBUTES", "is_test=1,consumed_inputs=[0]"), by_channel),
    "batch normalization in training mode": (6, BATCH_NORMALIZATION.replace("ATTRIBUTES", "is_test=0"), by_the_batch),
    "batch normalization of positions": (7, BATCH_NORMALIZATION.replace("ATTRIBUTES", "spatial=0").replace("[3]", "[3,4]"), normalized),
    "batch normalization that trains": (
        9,
        BATCH_NORMALIZATION.replace("ATTRIBUTES", "momentum=0.5").replace("{ y", "{ y, n, w, , ").replace("y)", "y, float[3] n, float[3] w)", 1),
        lambda x, s, b, m, v: (by_the_batch(x, s, b, m, v), (m + x.mean((0, 2))) / 2, (v + x.var((0, 2))) / 2),
    ),
    "instance normalization": (
        1,
        "(float[2,3,4] x, float[3] s, float[3] b) => (float[2,3,4] y) { y = InstanceNormalization<consumed_inputs=[0]>(x, s, b) }",
        lambda x, s, b: normalized(x, s[:, None], b[:, None], x.mean(2, keepdims=True), x.var(2, keepdims=True)),
    ),
    "upsample": (1, "(float[1,1,2,2] x) => (float[1,1,4,6] y) { y = Upsample<height_scale=2.0,width_scale=3.0>(x) }", lambda x: x.repeat(2, 2).repeat(3, 3)),
    "upsample bilinearly": (1, '(float[1,1,1,2] x) => (float[1,1,1,4] y) { y = Upsample<height_scale=1.0,width_scale=2.0,mode="bilinear">(x) }', lambda x: np.stack([x[..., 0], x.mean(-1), x[..., 1], x[..., 1]], -1)),
    "global norm": (1, "(float[1,2,3,4] x) => (float[1,2,1,1] y) { y = GlobalLpPool<p=2.0>(x) }", lambda x: np.sqrt((x * x).sum((2, 3), keepdims=True))),
    "norm": (1, "(float[1,2,4] x) => (float[1,2,3] y) { y = LpPool<p=1.0,kernel_shape=[2]>(x) }", lambda x: np.abs(x[..., 1:]) + np.abs(x[..., :-1])),
    "given tensor": (7, "(float[2,2] x) => (float[2,2] y) { a = GivenTensorFill<values=[1.0,2.0,3.0,4.0],shape=[2,2]>() y = Add(x, a) }", lambda x: x + np.float32([[1, 2], [3, 4]])),
    "constant fill": (7, "(float[2,3] x) => (int32[2,3,2] y) { y = ConstantFill<value=7.0,dtype=6,extra_shape=[2]>(x) }", lambda x: np.full((2, 3, 2), 7, np.int32)),
    "constant fill by an input": (7, "(int64[2] x) => (float[h,w] y) { y = ConstantFill<value=7.0,input_as_shape=1>(x) }", lambda x: np.full(x, 7, np.float32)),
    "constant fill by an attribute": (7, "(float[2,3] x) => (float[2,3] y) { a = ConstantFill<shape=[2,3]>() y = Add(x, a) }", lambda x: x),
    "names of the first encoder": (
        9,
        '(string[3] x) => (int64[3] y) { y = ai.onnx.ml.LabelEncoder<classes_strings=["b","a"],default_int64=7>(x) }',
        lambda x: np.array([{"b": 0, "a": 1}.get(name, 7) for name in x]),
    ),
    "positions of the first encoder": (
        9,
        '(int64[3] x) => (string[3] y) { y = ai.onnx.ml.LabelEncoder<classes_strings=["b","a"]>(x) }',
        lambda x: np.array([["b", "a"][i] if i < 2 else "_Unused" for i in x], object),
    ),
}  # fmt: skip


# What can't be upgraded: (opset, graph, op_type, version, reason).
REFUSED = {
    "of the future": (99, "(float[2] x) => (float[2] y) { [n] y = Relu(x) }", "Relu", 14, "opset 99 of ai.onnx is newer than 28, the newest that is known"),
    "not of ONNX": (11, "(float[2] x) => (float[2] y) { [n] y = Rulo(x) }", "Rulo", 0, "ONNX has no such operator"),
    "not yet there": (11, "(float[2] x) => (float[2] y) { [n] y = HardSwish(x) }", "HardSwish", 0, "ONNX has this operator only since opset 14"),
    "removed": (7, "(float[2] x) => (float[2] y) { [n] y = ATen(x) }", "ATen", 0, "it calls a function of PyTorch, which ONNX doesn't define"),
    "another domain's": (11, "(float[2] x) => (float[2] y) { [n] y = ai.onnx.ml.Binarizer(x) }", "Binarizer", 0, "the model doesn't say which opset of ai.onnx.ml it uses"),
    "wrong attribute": (11, "(float[2] x) => (float[2] y) { [n] y = Softmax<axis=0.5>(x) }", "Softmax", 11, "its attribute 'axis' is of type FLOAT instead of INT"),
    "no attribute": (9, "(float[2] x) => (float[2] y) { [n] y = Slice<starts=[0]>(x) }", "Slice", 1, "it lacks the attribute 'ends'"),
    "too many inputs": (11, "(float[2] x) => (float[2] y) { [n] y = Softmax(x, x) }", "Softmax", 11, "it has 2 inputs, where revision 11 takes 1 to 1"),
    "split without axis": (1, "(float[2] x) => (float[2] y) { [n] y = Split(x) }", "Split", 1, "it gives no axis, which has no default until revision 2"),
    "split by a tensor": (1, "(float[2] x, float[1] s) => (float[2] y) { [n] y = Split<axis=0>(x, s) }", "Split", 1, "its input split 's' is computed, but has to be a constant"),
    "misplaced axis": (6, "(float[2,3] x, float[2,3] b) => (float[2,3] y) { [n] y = Add<broadcast=1,axis=1>(x, b) }", "Add", 6, "its second input has rank 2, too many to begin at axis 1 of a first input of rank 2"),
    "axis from an unknown end": (6, "(float[2] x, float[2] b) => (float[2] y) { a = Relu(x) [n] y = Add<broadcast=1,axis=-1>(a, b) }", "Add", 6, "axis=-1 can't be resolved because a rank is unknown; infer shapes before"),
    "cast to nothing": (1, '(float[2] x) => (float[2] y) { [n] y = Cast<to="half">(x) }', "Cast", 1, "its to='half' is not a type of ONNX"),
    "norm of broken order": (1, "(float[2,2,2] x) => (float[2,2,1] y) { [n] y = GlobalLpPool<p=1.5>(x) }", "GlobalLpPool", 1, "its p=1.5 is not an integer"),
    "upsample by area": (9, '(float[2] x, float[1] s) => (float[2] y) { [n] y = Upsample<mode="area">(x, s) }', "Upsample", 9, "its mode='area' is neither nearest nor linear"),
    "resize of tensorflow's": (11, '(float[2] x, float[1] s) => (float[2] y) { [n] y = Resize<coordinate_transformation_mode="tf_half_pixel_for_nn",mode="linear">(x, s, s) }', "Resize", 11, "coordinate_transformation_mode='tf_half_pixel_for_nn' with mode='linear' and nearest_mode='round_prefer_floor' has no counterpart since 13; only nearest with floor has"),
    "erf of integers": (9, "(int32[2] x) => (int32[2] y) { [n] y = Erf(x) }", "Erf", 9, "its input 'x' holds integers, which revision 13 no longer takes"),
    "logarithm of integers": (18, "(int64[2] x) => (int64[1] y) { [n] y = ReduceLogSum(x) }", "ReduceLogSum", 18, "its input 'x' holds integers, which revision 28 no longer takes"),
    "saved statistics": (9, "(float[2,3] x, float[3] s) => (float[2,3] y, float[3] v) { [n] y, a, b, c, v = BatchNormalization(x, s, s, s, s) }", "BatchNormalization", 9, "the newer revisions don't compute its output 'v', which is used"),
    "scan of lengths": (8, "(int64[2] l, float[2,4] x) => (float[2,4] y) { [n] y = Scan<num_scan_inputs=1, body = b (float e) => (float d) { d = Neg(e) }>(l, x) }", "Scan", 8, "its sequences have lengths of their own (sequence_lens), which revision 9 ended"),
    "softplus without parameters": (7, "(float[2] x) => (float[2] y) { [n] y = ParametricSoftplus<alpha=2.0>(x) }", "ParametricSoftplus", 0, "it gives alpha=2.0 and beta=None, and neither has a default"),
}  # fmt: skip
