"""Resize and Upsample, its predecessor."""

import numpy as np

from onnx_keras.graph.upgrades.builder import known_constant
from onnx_keras.graph.upgrades.registry import CannotUpgrade, equivalent, upgrade

MODES = {"nearest": "nearest", "linear": "linear", "bilinear": "linear"}


@upgrade("Upsample", since_version=7)
def upsample_with_scales(node, op):
    """Until 7 Upsample had one scale for the height and one for the width of images."""
    height, width = node.attributes.get_float("height_scale"), node.attributes.get_float("width_scale")
    return op.same(*node.inputs, without=["height_scale", "width_scale"], scales=[1.0, 1.0, height, width])


@upgrade("Upsample", since_version=9)
def upsample_with_scales_as_an_input(node, op):
    """Until 9 the scales were an attribute."""
    scales = op.constant(node.attributes.get_floats("scales"), np.float32)
    return op.same(*node.inputs, scales, without=["scales"])


@upgrade("Upsample", since_version=10)
@upgrade("Resize", since_version=11)
def resize_from_corners(node, op):
    """Upsample and Resize until 11 divided positions by the scale; nearest rounded down, up where an axis shrinks."""
    x, scales = node.inputs
    mode = MODES.get(node.attributes.get_string("mode", "nearest"))
    if mode is None:
        raise CannotUpgrade(f"its mode={node.attributes.get_string('mode')!r} is neither nearest nor linear")

    def resize(image, factors, rounding):
        return op.Resize(
            image, None, factors, mode=mode, nearest_mode=rounding, coordinate_transformation_mode="asymmetric"
        )

    if mode == "linear":
        return resize(x, scales, None)
    known = known_constant(scales)
    if known is not None and np.all(known >= 1):
        return resize(x, scales, "floor")
    if known is not None and np.all(known <= 1):
        return resize(x, scales, "ceil")
    one = op.constant(1, np.float32)
    return resize(resize(x, op.Max(scales, one), "floor"), op.Min(scales, one), "ceil")


@upgrade("Resize", since_version=13)
def resize_with_absent_inputs(node, op):
    """Until 13 an input that isn't wanted was an empty tensor; and there was a coordinate mode of TensorFlow's."""
    x, roi, scales, sizes = (*node.inputs, None, None, None)[:4]
    crops = node.attributes.get_string("coordinate_transformation_mode") == "tf_crop_and_resize"
    inputs = (x, roi if crops else None, None if sizes else scales, sizes)
    if node.attributes.get_string("coordinate_transformation_mode") != "tf_half_pixel_for_nn":
        return op.same(*inputs)
    mode = node.attributes.get_string("mode", "nearest")
    rounding = node.attributes.get_string("nearest_mode", "round_prefer_floor")
    if mode != "nearest" or rounding != "floor":
        raise CannotUpgrade(
            f"coordinate_transformation_mode='tf_half_pixel_for_nn' with mode={mode!r} and nearest_mode={rounding!r} "
            "has no counterpart since 13; only nearest with floor has"
        )
    # floor(y) is y - 0.5 rounded to the nearest, halves up; y - 0.5 is the position of half_pixel.
    return op.same(*inputs, coordinate_transformation_mode="half_pixel", nearest_mode="round_prefer_ceil")


equivalent("Resize", 13, 18, 19)  # 18 and 19 add attributes and a coordinate mode
