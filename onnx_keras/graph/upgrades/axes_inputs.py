"""Operators whose `axes` were an attribute: Squeeze, Unsqueeze and the reductions."""

from onnx_keras.graph.upgrades.checking import refuse_integers
from onnx_keras.graph.upgrades.registry import equivalent, upgrade

SUMS = ("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMean", "ReduceProd", "ReduceSumSquare")
EXTREMES = ("ReduceMax", "ReduceMin")


@upgrade("Squeeze", "Unsqueeze", "ReduceSum", since_version=13)
@upgrade(*SUMS, *EXTREMES, since_version=18)
def axes_as_an_input(node, op):
    """Until 13, of other reductions than ReduceSum until 18, the axes were an attribute."""
    (x,) = node.inputs
    axes = node.attributes.get_ints("axes", ())
    return op.same(x, op.constant(axes) if axes else None, without=["axes"])


@upgrade("ReduceLogSum", "ReduceLogSumExp", since_version=28)
def logarithms_of_floats(node, op):
    """Until 28 they took integers too, and rounded in a way that isn't written down."""
    refuse_integers(node.inputs[0], 28)


for op_type in ("Squeeze", "Unsqueeze"):
    equivalent(op_type, 1, 11)
    equivalent(op_type, 13, 21, 23, 24, 25)
for op_type in SUMS:
    equivalent(op_type, 1, 11, 13)
for op_type in EXTREMES:
    equivalent(op_type, 1, 11, 12, 13)
    equivalent(op_type, 18, 20)
equivalent("ReduceSum", 1, 11)
for op_type in ("ArgMax", "ArgMin"):
    equivalent(op_type, 1, 11, 12, 13)  # 12 adds select_last_index
equivalent("CumSum", 11, 14)
