"""Operators that change shapes or say what they are, and constants."""

import numpy as np
import onnx_ir as ir

from onnx_keras.graph.upgrades.registry import equivalent, upgrade


@upgrade("Concat", since_version=4)
def concat_along_a_given_axis(node, op):
    """Until 4 the axis was 1 where none is given."""
    return op.same(*node.inputs, axis=node.attributes.get_int("axis", 1))


@upgrade("Reshape", since_version=5)
def reshape_with_shape_as_an_input(node, op):
    """Until 5 the shape was an attribute."""
    shape = op.constant(node.attributes.get_ints("shape", ()))
    return op.same(*node.inputs, shape, without=["shape", "consumed_inputs"])


@upgrade("Tile", since_version=6)
def tile_along_all_axes(node, op):
    """Until 6 one axis was tiled, and both its number and the count had the type of the data."""
    x, tiles, axis = node.inputs
    rank = op.Shape(op.Shape(x))
    ones = op.ConstantOfShape(rank, value=ir.tensor(np.array([1], np.int64)))
    one = op.constant([1])
    axis, tiles = (op.Reshape(op.Cast(value, to=ir.DataType.INT64.value), one) for value in (axis, tiles))
    return op.same(x, op.ScatterElements(ones, axis, tiles))


equivalent("Concat", 4, 11, 13)
equivalent("Constant", 1, 9, 11, 12, 13, 19, 21, 23, 24, 25)  # 11 and 12 add other attributes for the value
equivalent("ConstantOfShape", 9, 20, 21, 23, 24, 25)
equivalent("DepthToSpace", 1, 11, 13, 28)  # 11 adds mode
equivalent("Expand", 8, 13)
equivalent("Flatten", 1, 9, 11, 13, 21, 23, 24, 25)
equivalent("Identity", 1, 13, 14, 16, 19, 21, 23, 24, 25)
equivalent("Range", 11, 27)  # 27 adds stash_type
equivalent("Reshape", 5, 13, 14, 19, 21, 23, 24, 25)  # 14 adds allowzero
equivalent("Shape", 1, 13, 15, 19, 21, 23, 24, 25)  # 15 adds start and end
equivalent("Size", 1, 13, 19, 21, 23, 24, 25)
equivalent("SpaceToDepth", 1, 13, 28)  # 28 adds mode
equivalent("Tile", 6, 13)
equivalent("Transpose", 1, 13, 21, 23, 24, 25)
