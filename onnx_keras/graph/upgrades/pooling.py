"""Pooling, and what works on regions like it."""

from onnx_keras.graph.upgrades.registry import CannotUpgrade, equivalent, upgrade


@upgrade("GlobalLpPool", "LpPool", since_version=2)
def norm_of_integer_order(node, op):
    """Until 2 the order of the norm was a float."""
    p = node.attributes.get_float("p", 2.0)
    if p != int(p):
        raise CannotUpgrade(f"its p={p:g} is not an integer")
    return op.same(*node.inputs, p=int(p))


equivalent("AveragePool", 1, 7, 10, 11, 19, 22)  # 7, 10 and 19 add count_include_pad, ceil_mode and dilations
equivalent("GlobalAveragePool", 1, 22)
equivalent("GlobalLpPool", 2, 22)
equivalent("GlobalMaxPool", 1, 22)
equivalent("LpPool", 2, 11, 18, 22)  # 18 adds ceil_mode and dilations
equivalent("MaxPool", 1, 8, 10, 11, 12, 22)  # 8 and 10 add Indices, storage_order, ceil_mode and dilations
equivalent("MaxRoiPool", 1, 22)
equivalent("MaxUnpool", 9, 11, 22)


@upgrade("RoiAlign", since_version=16)
def roi_align_without_a_shift(node, op):
    """Until 16 regions weren't shifted by half a pixel."""
    return op.same(*node.inputs, coordinate_transformation_mode="output_half_pixel")


equivalent("RoiAlign", 16, 22)


@upgrade("GridSample", since_version=20)
def grid_sample_of_any_rank(node, op):
    """Until 20 the modes were named for images."""
    mode = node.attributes.get_string("mode", "bilinear")
    return op.same(*node.inputs, mode={"bilinear": "linear", "bicubic": "cubic"}.get(mode, mode))


equivalent("GridSample", 20, 22)
