"""Operators of two tensors, whose shapes had to agree or to be aligned by hand until 7."""

from onnx_keras.graph.upgrades.builder import rank_of
from onnx_keras.graph.upgrades.registry import CannotUpgrade, equivalent, upgrade


@upgrade("Add", "Div", "Mul", "Sub", "Pow", since_version=7)
@upgrade("And", "Equal", "Greater", "Less", "Or", "Xor", since_version=7)
def broadcast_from_the_end(node, op):
    """Until 7 the second input could be laid along the first from `axis` on, instead of from the end."""
    a, b = node.inputs
    axis = node.attributes.get_int("axis")
    if axis is not None and node.attributes.get_int("broadcast", 0):
        b = append_unit_axes(op, b, a, axis)
    return op.same(a, b, without=["axis", "broadcast"])


@upgrade("PRelu", since_version=7)
def prelu_slope_by_channel(node, op):
    """Until 7 a vector of slopes belonged to axis 1 of the input."""
    x, slope = node.inputs
    if rank_of(slope) not in (None, 1):
        return None
    return op.same(x, append_unit_axes(op, slope, x, 1))


def append_unit_axes(op, short, long, axis):
    """`short` with unit axes at its end, so that it meets the axes of `long` from `axis` on."""
    if short.shape is not None and all(size == 1 for size in short.shape):
        return short
    if rank_of(short) is None or rank_of(long) is None:
        return _append_unit_axes_by_shape(op, short, long, axis)
    start = axis + rank_of(long) if axis < 0 else axis
    count = rank_of(long) - start - rank_of(short)
    if count < 0:
        raise CannotUpgrade(
            f"its second input has rank {rank_of(short)}, too many to begin at axis {axis} of a first input of rank "
            f"{rank_of(long)}"
        )
    if count == 0:
        return short
    return op.Unsqueeze(short, op.constant(range(rank_of(short), rank_of(short) + count)))


def _append_unit_axes_by_shape(op, short, long, axis):
    if axis < 0:
        raise CannotUpgrade(f"axis={axis} can't be resolved because a rank is unknown; infer shapes before")
    missing = op.Sub(op.Sub(op.Size(op.Shape(long)), op.constant(axis)), op.Size(op.Shape(short)))
    units = op.Expand(op.constant([1]), op.Unsqueeze(missing, op.constant([0])))
    return op.Reshape(short, op.Concat(op.Shape(short), units, axis=0), allowzero=1)


for op_type in ("Add", "Div", "Mul", "Sub"):
    equivalent(op_type, 7, 13, 14)
equivalent("Equal", 7, 11, 13, 19)
equivalent("Greater", 7, 9, 13)
equivalent("GreaterOrEqual", 12, 16)
equivalent("Less", 7, 9, 13)
equivalent("LessOrEqual", 12, 16)
equivalent("Pow", 7, 12, 13, 15)
equivalent("PRelu", 7, 9, 16)
