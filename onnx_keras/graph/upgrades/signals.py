"""Fourier transforms."""

from onnx_keras.graph.upgrades.registry import upgrade


@upgrade("DFT", since_version=20)
def dft_with_axis_as_an_input(node, op):
    """Until 20 the axis was an attribute, by default 1."""
    x, length = (*node.inputs, None)[:2]
    return op.same(x, length, op.constant(node.attributes.get_int("axis", 1)), without=["axis"])
