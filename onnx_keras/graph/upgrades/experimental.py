"""Operators that were experimental until 10 and that ONNX no longer has; they are of revision 0."""

import numpy as np
import onnx_ir as ir

from onnx_keras.graph.upgrades.registry import CannotUpgrade, refuse, upgrade


@upgrade("Affine", since_version=10)
def affine_as_mul_and_add(node, op):
    """Affine is alpha * x + beta."""
    (x,) = node.inputs
    alpha, beta = node.attributes.get_float("alpha", 1.0), node.attributes.get_float("beta", 0.0)
    return op.Add(op.Mul(x, op.constant_like(alpha, x)), op.constant_like(beta, x))


@upgrade("ImageScaler", since_version=10)
def image_scaler_as_mul_and_add(node, op):
    """ImageScaler is scale * x + bias, with one bias a channel."""
    (x,) = node.inputs
    scale, bias = node.attributes.get_float("scale", 1.0), node.attributes.get_floats("bias", (0.0,))
    per_channel = op.constant_like(np.reshape(bias, (-1, 1, 1)), x)
    return op.Add(op.Mul(x, op.constant_like(scale, x)), per_channel)


@upgrade("Scale", since_version=10)
def scale_as_mul(node, op):
    """Scale is scale * x."""
    (x,) = node.inputs
    return op.Mul(x, op.constant_like(node.attributes.get_float("scale", 1.0), x))


@upgrade("ParametricSoftplus", since_version=10)
def parametric_softplus_as_softplus(node, op):
    """ParametricSoftplus is alpha * log(exp(beta * x) + 1)."""
    (x,) = node.inputs
    alpha, beta = _alpha_and_beta(node, op)
    return op.Mul(op.Softplus(op.Mul(x, beta)), alpha)


@upgrade("ScaledTanh", since_version=10)
def scaled_tanh_as_tanh(node, op):
    """ScaledTanh is alpha * tanh(beta * x)."""
    (x,) = node.inputs
    alpha, beta = _alpha_and_beta(node, op)
    return op.Mul(op.Tanh(op.Mul(x, beta)), alpha)


@upgrade("Crop", since_version=10)
def crop_as_slice(node, op):
    """Crop cuts borders off an image: left, top, right, bottom; or a part of the size `scale` from left and top on."""
    (x,) = node.inputs
    left, top, right, bottom = node.attributes.get_ints("border", (0, 0, 0, 0))
    size = node.attributes.get_ints("scale")
    ends = [top + size[0], left + size[1]] if size else [-bottom or 2**63 - 1, -right or 2**63 - 1]
    return op.Slice(x, op.constant([top, left]), op.constant(ends), op.constant([2, 3]))


@upgrade("DynamicSlice", since_version=10)
def dynamic_slice_as_slice(node, op):
    """DynamicSlice is what Slice is since 10."""
    return op.Slice(*node.inputs)


@upgrade("GivenTensorFill", since_version=10)
def given_tensor_fill_as_constant(node, op):
    """GivenTensorFill is a constant."""
    if node.inputs or node.attributes.get_ints("extra_shape", ()):
        raise CannotUpgrade("it takes its shape from an input, which only a GivenTensorFill without inputs doesn't")
    values = np.reshape(node.attributes.get_floats("values", ()), node.attributes.get_ints("shape", (-1,)))
    return op.Constant(value=ir.tensor(values.astype(np.float32)))


@upgrade("ConstantFill", since_version=10)
def constant_fill_as_constant_of_shape(node, op):
    """ConstantFill is ConstantOfShape, with a shape that is given, that of the input, or what the input holds."""
    shape = _shape_to_fill(node, op)
    extra = node.attributes.get_ints("extra_shape", ())
    shape = op.Concat(shape, op.constant(extra), axis=0) if extra else shape
    dtype = ir.DataType(node.attributes.get_int("dtype", 1)).numpy()
    value = np.array([node.attributes.get_float("value", 0.0)]).astype(dtype)
    return op.ConstantOfShape(shape, value=ir.tensor(value))


@upgrade("SimplifiedLayerNormalization", since_version=1)
def rms_normalization(node, op):
    """SimplifiedLayerNormalization is ONNX Runtime's name of RMSNormalization."""
    attributes = node.attributes
    return op.RMSNormalization(
        *node.inputs,
        axis=attributes.get_int("axis"),
        epsilon=attributes.get_float("epsilon"),
        stash_type=attributes.get_int("stash_type"),
    )


refuse("ATen", 10, "it calls a function of PyTorch, which ONNX doesn't define")
refuse("GRUUnit", 10, "it was experimental, and ONNX has removed it without a successor")


def _alpha_and_beta(node, op):
    alpha, beta = node.attributes.get_float("alpha"), node.attributes.get_float("beta")
    if alpha is None or beta is None:
        raise CannotUpgrade(f"it gives alpha={alpha} and beta={beta}, and neither has a default")
    (x,) = node.inputs
    return op.constant_like(alpha, x), op.constant_like(beta, x)


def _shape_to_fill(node, op):
    if not node.inputs:
        return op.constant(node.attributes.get_ints("shape", ()))
    if node.attributes.get_int("input_as_shape", 0):
        return op.Cast(node.inputs[0], to=ir.DataType.INT64.value)
    return op.Shape(node.inputs[0])
