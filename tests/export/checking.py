"""Models written as ONNX and compared: Keras on one side, ONNX Runtime on the file on the other."""

import math

import keras
import numpy as np
import onnx
import onnxruntime

from onnx_keras.exporting.drafting import draft

SIZE = 3
"""What stands for an unknown size."""


def model_of(layer, *shapes, dtype="float32"):
    """Make a model of one call: the layer is called with one input for each shape, in a list if there are several."""
    inputs = [keras.Input(shape, dtype=dtype, name=f"x{i}") for i, shape in enumerate(shapes)]
    return keras.Model(inputs, layer(inputs[0] if len(inputs) == 1 else inputs))


def written(model, opset=None):
    """Write a model, and check the file as strictly as onnx can."""
    proto = draft(model, opset).complete()
    onnx.checker.check_model(proto, full_check=True)
    onnx.shape_inference.infer_shapes(proto, check_type=True, strict_mode=True, data_prop=True)
    return proto


def randomize(model, seed=0):
    """Give all weights elements that tell them apart; variances are positive."""
    random = np.random.default_rng(seed)
    for variable in model.weights:
        if variable.dtype.startswith("float"):
            elements = random.normal(size=variable.shape) / 2
            variable.assign(np.abs(elements) + 0.5 if "variance" in variable.name else elements)


def examples(model, seed=0):
    """Make inputs of a model."""
    random = np.random.default_rng(seed)
    arrays = []
    for tensor in model.inputs:
        shape = [SIZE if s is None else s for s in tensor.shape]
        integral = tensor.dtype.startswith(("int", "uint"))
        array = random.integers(0, 4, shape) if integral else random.normal(size=shape) * 2
        arrays.append(array.astype(tensor.dtype))
    return arrays


def check(model, opset=None, arrays=None, depth=0):
    """Compare a model with what ONNX Runtime makes of its file, which is given."""
    randomize(model)
    proto = written(model, opset)
    arrays = examples(model) if arrays is None else arrays
    graph = getattr(model, "_functional", model)
    expected = keras.tree.flatten(computed(model, keras.tree.pack_sequence_as(graph.input, arrays)))
    compared(model, proto, arrays, [np.asarray(keras.ops.convert_to_numpy(t)) for t in expected], depth)
    return proto


def compared(model, proto, arrays, expected, depth=0):
    """Compare what ONNX Runtime makes of a file with what is expected."""
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    values = session.run(None, dict(zip([i.name for i in proto.graph.input], arrays)))
    assert len(values) == len(expected)
    for value, output, wanted in zip(values, proto.graph.output, expected):
        compare(value, wanted, output.name, bound(model, arrays, depth))


def computed(model, inputs):
    """Run a model outside of training, by XLA where TensorFlow needs it: its CPU convolves channels-last only."""
    first = any(getattr(layer, "data_format", "") == "channels_first" for layer in model.layers)
    if not first or keras.backend.backend() != "tensorflow":
        return model(inputs, training=False)
    import tensorflow

    return tensorflow.function(lambda x: model(x, training=False), jit_compile=True)(inputs)


def bound(model, arrays, depth):
    """Count the roundings behind an element.

    A sum of n terms is off by about the root of n units in the last place, for roundings go either way; 8 times that
    is taken, and once more for each layer that was before.
    """
    fans = [int(np.prod(w.shape[:-1])) for w in model.weights]
    terms = max([1, *fans, *(int(np.prod(a.shape[1:])) for a in arrays)])
    return 8 * math.sqrt(terms) * (1 + depth)


def compare(value, wanted, name, roundings):
    assert value.shape == wanted.shape, name
    assert value.dtype == wanted.dtype, name
    if wanted.dtype.kind in "iub":
        np.testing.assert_array_equal(value, wanted)
        return
    scale = max(1.0, float(np.abs(wanted).max(initial=0)))
    allowed = roundings * float(np.finfo(wanted.dtype).eps) * scale
    np.testing.assert_allclose(value, wanted, rtol=0, atol=allowed, err_msg=name)


def operators(proto):
    return [node.op_type for node in proto.graph.node]
