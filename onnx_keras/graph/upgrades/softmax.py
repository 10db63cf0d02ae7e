"""Softmax, LogSoftmax and Hardmax: a distribution along one axis."""

from onnx_keras.graph.upgrades.registry import equivalent, upgrade

for op_type in ("Softmax", "LogSoftmax", "Hardmax"):
    equivalent(op_type, 1, 11)  # 11 only allows a negative axis


@upgrade("Softmax", "LogSoftmax", "Hardmax", since_version=13)
def softmax_over_one_axis(node, op):
    """Until 13 Softmax flattened its input to a matrix at `axis`, by default 1."""
    (x,) = node.inputs
    axis = node.attributes.get_int("axis", 1)
    only = _only_axis_from(x.shape, axis)
    if only is not None:
        return op.same(x, axis=only)
    matrix = op.same(op.Flatten(x, axis=axis), axis=-1)
    return op.Reshape(matrix, op.Shape(x), allowzero=1)


def _only_axis_from(shape, axis):
    """The one axis from `axis` on that isn't of size 1; the last if all are; None if there are several."""
    if shape is None or not -shape.rank() <= axis < shape.rank():
        return None
    axes = range(axis % shape.rank(), shape.rank())
    long = [a for a in axes if shape[a] != 1]
    return None if len(long) > 1 else (long or [axes[-1]])[0]
