"""Functions of one tensor or of several of one shape, element by element."""

from onnx_keras.graph.upgrades.checking import refuse_integers
from onnx_keras.graph.upgrades.registry import equivalent, upgrade

LOWEST, HIGHEST = -3.4028234663852886e38, 3.4028234663852886e38  # of float32, the bounds of a Clip that has none

for op_type in ("Abs", "Ceil", "Exp", "Floor", "Log", "Neg", "Reciprocal", "Sigmoid", "Sqrt", "Tanh"):
    equivalent(op_type, 6, 13)
for op_type in ("Acos", "Asin", "Atan", "Cos", "Sin", "Tan"):
    equivalent(op_type, 7, 22)
for op_type in ("Acosh", "Asinh", "Atanh", "Cosh", "Sinh"):
    equivalent(op_type, 9, 22)
for op_type in ("Elu", "HardSigmoid", "Selu"):
    equivalent(op_type, 6, 22)
for op_type in ("Softplus", "Softsign"):
    equivalent(op_type, 1, 22)
for op_type in ("Max", "Min"):
    equivalent(op_type, 6, 8, 12, 13)  # 8 only adds broadcasting
for op_type in ("Mean", "Sum"):
    equivalent(op_type, 6, 8, 13)  # 8 only adds broadcasting

equivalent("BitShift", 11, 28)
equivalent("Celu", 12, 28)
equivalent("HardSwish", 14, 22)
equivalent("IsInf", 10, 20)
equivalent("IsNaN", 9, 13, 20)
equivalent("LeakyRelu", 6, 16)
equivalent("Mish", 18, 22)
equivalent("Mod", 10, 13, 28)
equivalent("Relu", 6, 13, 14)
equivalent("Round", 11, 22)
equivalent("Sign", 9, 13)
equivalent("ThresholdedRelu", 0, 10, 22)  # it was experimental before 10, and the same
equivalent("Where", 9, 16)


@upgrade("Erf", since_version=13)
def erf_of_floats(node, op):
    """Until 13 Erf took integers too, and rounded in a way that isn't written down."""
    refuse_integers(node.inputs[0], 13)


@upgrade("Selu", since_version=6)
def selu_with_exact_defaults(node, op):
    """Until 6 the defaults of Selu had five digits."""
    alpha, gamma = node.attributes.get_float("alpha", 1.6732), node.attributes.get_float("gamma", 1.0507)
    return op.same(*node.inputs, without=["consumed_inputs"], alpha=alpha, gamma=gamma)


@upgrade("Clip", since_version=11)
def clip_with_bounds_as_inputs(node, op):
    """Until 11 the bounds of Clip were attributes."""
    (x,) = node.inputs
    low, high = node.attributes.get_float("min", LOWEST), node.attributes.get_float("max", HIGHEST)
    return op.same(
        x,
        None if low <= LOWEST else op.constant_like(low, x),
        None if high >= HIGHEST else op.constant_like(high, x),
        without=["min", "max"],
    )


equivalent("Clip", 11, 12, 13)
