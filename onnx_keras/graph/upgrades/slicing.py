"""Operators that take or add parts along axes: Slice, Split, Pad, TopK."""

from onnx_keras.graph.upgrades.builder import constant_of
from onnx_keras.graph.upgrades.registry import CannotUpgrade, equivalent, upgrade


@upgrade("Slice", since_version=10)
def slice_with_bounds_as_inputs(node, op):
    """Until 10 starts, ends and axes were attributes."""
    starts, ends = node.attributes.get_ints("starts"), node.attributes.get_ints("ends")
    axes = node.attributes.get_ints("axes")
    axes = op.constant(axes) if axes else None
    return op.same(*node.inputs, op.constant(starts), op.constant(ends), axes, without=["starts", "ends", "axes"])


equivalent("Slice", 10, 11, 13)


@upgrade("Split", since_version=2)
def split_with_sizes_as_an_attribute(node, op):
    """Until 2 the sizes could be an input, and the axis had no default."""
    if "axis" not in node.attributes:
        raise CannotUpgrade("it gives no axis, which has no default until revision 2")
    if len(node.inputs) == 1:
        return None
    # The sizes had the type of the data.
    return op.same(node.inputs[0], split=constant_of(node.inputs[1], "input split").astype(int).tolist())


@upgrade("Split", since_version=13)
def split_with_sizes_as_an_input(node, op):
    """Until 13 the sizes were an attribute."""
    sizes = node.attributes.get_ints("split")
    return op.same(node.inputs[0], op.constant(sizes) if sizes else None, without=["split"])


@upgrade("Split", since_version=18)
def split_with_number_of_outputs(node, op):
    """Until 18 equal parts were as many as the node has outputs."""
    if node.inputs[1:] and node.inputs[1]:
        return None
    return op.same(node.inputs[0], num_outputs=len(node.outputs))


equivalent("Split", 2, 11)


@upgrade("Pad", since_version=2)
def pad_with_pads(node, op):
    """Until 2 the attribute `pads` was called `paddings`."""
    return op.same(*node.inputs, without=["paddings"], pads=node.attributes.get_ints("paddings"))


@upgrade("Pad", since_version=11)
def pad_with_pads_as_an_input(node, op):
    """Until 11 the pads and their value were attributes."""
    (x,) = node.inputs
    pads, value = node.attributes.get_ints("pads"), node.attributes.get_float("value", 0.0)
    return op.same(x, op.constant(pads), op.constant_like(value, x) if value else None, without=["pads", "value"])


equivalent("Pad", 11, 13, 18, 19, 21, 23, 24, 25)


@upgrade("TopK", since_version=10)
def topk_with_k_as_an_input(node, op):
    """Until 10 k was an attribute."""
    return op.same(*node.inputs, op.constant([node.attributes.get_int("k")]), without=["k"])


equivalent("TopK", 10, 11, 24)
