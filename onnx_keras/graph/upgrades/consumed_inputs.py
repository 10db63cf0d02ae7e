"""Operators whose revision 1 had nothing but an optimisation hint more than revision 6."""

from onnx_keras.graph.upgrades.registry import upgrade

ARITHMETIC = ("Add", "Div", "Mul", "Sub")
VARIADIC = ("Max", "Mean", "Min", "Sum")
UNARY = ("Abs", "Ceil", "Exp", "Floor", "Log", "Neg", "Reciprocal", "Relu", "Sigmoid", "Sqrt", "Tanh")
WITH_PARAMETERS = ("Elu", "HardSigmoid", "LeakyRelu", "PRelu", "Clip")
MODAL = ("BatchNormalization", "Dropout", "InstanceNormalization")


@upgrade(*ARITHMETIC, *VARIADIC, *UNARY, *WITH_PARAMETERS, *MODAL, since_version=6)
def drop_consumed_inputs(node, op):
    """Until 6 `consumed_inputs` named inputs that might be overwritten, which changes no result."""
    node.attributes.pop("consumed_inputs", None)
