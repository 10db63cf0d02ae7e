"""Which axes operators mix. Reductions and products show by themselves: the batch is gone behind them."""

from onnx_keras.graph.contents import elements
from onnx_keras.graph.freeing.registry import CannotFollow, Case, mixes

NOTHING = (
    *("Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BitwiseNot", "Cast", "CastLike", "Ceil", "Celu"),
    *("Clip", "Cos", "Cosh", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "Identity"),
    *("IsInf", "IsNaN", "LeakyRelu", "Log", "Mish", "Neg", "Not", "Reciprocal", "Relu", "Round", "Selu", "Shrink"),
    *("Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Swish", "Tan", "Tanh", "ThresholdedRelu"),
    *("Add", "And", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Div", "Equal", "Greater"),
    *("GreaterOrEqual", "Less", "LessOrEqual", "Max", "Mean", "Min", "Mod", "Mul", "Or", "PRelu", "Pow", "Sub"),
    *("Sum", "Where", "Xor", "BatchNormalization", "QuantizeLinear", "DequantizeLinear"),
    *("Shape", "Size", "Transpose", "Squeeze", "Unsqueeze", "Reshape", "Flatten", "Expand", "Tile", "Pad", "Slice"),
    *("MatMul", "Gemm", "MatMulInteger", "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd"),
    *("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare", "ConstantOfShape"),
    *("RandomNormalLike", "RandomUniformLike", "OneHot", "Einsum"),
)


@mixes(*NOTHING)
def none(case: Case) -> set[int]:
    """Elements meet only those of the same place, or axes vanish."""
    return set()


@mixes("Softmax", "LogSoftmax", "Hardmax", "TopK", "LpNormalization", "ArgMax", "ArgMin")
def along_the_last(case: Case) -> set[int]:
    return {case.attribute("axis", -1)}


@mixes("Concat", "Split", "Gather", "GatherElements")
def along_the_first(case: Case) -> set[int]:
    return {case.attribute("axis", 0)}


@mixes("CumSum")
def along_a_computed_axis(case: Case) -> set[int]:
    axis = elements(case.node.inputs[1])
    if axis is None:
        raise CannotFollow("its axis isn't known")
    return {int(axis.flat[0])}


@mixes("LayerNormalization", "RMSNormalization")
def from_an_axis_on(case: Case) -> set[int]:
    rank = len(case.before[0] or ())
    return set(range(case.attribute("axis", -1) % max(rank, 1), rank))


@mixes(
    *("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool"),
    *("InstanceNormalization", "GroupNormalization", "LRN", "DepthToSpace", "SpaceToDepth", "Resize", "GridSample"),
)
def all_but_the_first(case: Case) -> set[int]:
    return set(range(1, len(case.before[0] or ())))


@mixes("LSTM", "GRU", "RNN")
def all_but_the_sequences(case: Case) -> set[int]:
    return {0, 1, 2} - {1 - case.attribute("layout", 0)}


@mixes("Trilu", "Det")
def matrices(case: Case) -> set[int]:
    return {-2, -1}
