"""Operators that read or write at indices."""

from onnx_keras.graph.upgrades.registry import equivalent, upgrade


@upgrade("Scatter", since_version=11)
def scatter_elements(node, op):
    """Since 11 Scatter is called ScatterElements."""
    return op.ScatterElements(*node.inputs, axis=node.attributes.get_int("axis"))


equivalent("Compress", 9, 11, 28)
equivalent("EyeLike", 9, 22)
equivalent("Gather", 1, 11, 13)
equivalent("GatherElements", 11, 13)
equivalent("GatherND", 11, 12, 13)  # 12 adds batch_dims
equivalent("NonMaxSuppression", 10, 11)
equivalent("NonZero", 9, 13)
equivalent("OneHot", 9, 11, 28)  # 9 asks for indices that aren't negative
equivalent("ReverseSequence", 10, 28)
equivalent("ScatterElements", 11, 13, 16, 18)  # 16 and 18 add reductions
equivalent("ScatterND", 11, 13, 16, 18)  # 16 and 18 add reductions
equivalent("Unique", 11, 28)
