"""Resize in all its modes."""

from tests.operators.matrix import case, constant, float16, float32, float64, live, uint8


def floats(*values):
    return constant(values, "float32")


def resized(x, scales=None, sizes=None, roi=None, **options):
    """State a case; scales and sizes are of the last axes, of all that `axes` doesn't name ones."""
    rank = x.array.ndim - (len(options["axes"]) if "axes" in options else 0)
    lead = [] if "axes" in options else [1.0] * (rank - len(scales or ()))
    given = None if scales is None else floats(*lead, *scales)
    return case("Resize", x, roi, given, None if sizes is None else constant(sizes), **options)


IMAGE = float32(1, 2, 4, 5)
ENLARGED = IMAGE.array.repeat(2, axis=2).repeat(3, axis=3)
COORDINATES = ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric")
ROUNDINGS = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")

CASES = [
    *(
        resized(
            IMAGE,
            scales,
            mode="nearest",
            coordinate_transformation_mode=mode,
            nearest_mode=rounding,
        )
        for scales in ((2.0, 3.0), (0.6, 1.7))
        for mode in COORDINATES
        for rounding in ROUNDINGS
    ),
    *(
        resized(IMAGE, scales, mode=kind, coordinate_transformation_mode=mode)
        for scales in ((2.0, 3.0), (0.6, 1.7))
        for mode in COORDINATES
        for kind in ("linear", "cubic")
    ),
    *(
        resized(float32(1, 2, 8, 9), sizes=[1, 2, 3, 7], mode=kind, antialias=1, exclude_outside=outside)
        for kind in ("linear", "cubic")
        for outside in (0, 1)
    ),
    *(
        resized(float32(1, 2, 8, 9), sizes=[7, 6], axes=[2, 3], mode=kind, keep_aspect_ratio_policy=policy)
        for kind in ("nearest", "linear", "cubic")
        for policy in ("not_larger", "not_smaller")
    ),
    *(
        resized(
            IMAGE,
            sizes=[1, 2, 3, 6],
            roi=floats(0, 0, 0.2, -0.3, 1, 1, 0.7, 1.2),
            mode=kind,
            coordinate_transformation_mode="tf_crop_and_resize",
            extrapolation_value=7.0,
        )
        for kind in ("nearest", "linear", "cubic")
    ),
    case(
        "Resize",
        IMAGE,
        live([0, 0, 0.2, -0.3, 1, 1, 0.7, 1.2]),
        None,
        constant([1, 2, 3, 6]),
        mode="linear",
        coordinate_transformation_mode="tf_crop_and_resize",
        why="a live region",
    ),
    resized(IMAGE, sizes=[1, 2, 7, 8], mode="cubic", exclude_outside=1, cubic_coeff_a=-0.5),
    resized(IMAGE, sizes=[1, 2, 1, 1], mode="linear", coordinate_transformation_mode="pytorch_half_pixel"),
    resized(IMAGE, sizes=[1, 2, 1, 1], mode="linear", coordinate_transformation_mode="align_corners"),
    resized(float32(1, 2, 5), (1.5,), mode="linear"),
    resized(
        float32(1, 2, 5), (2.0,), mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"
    ),
    resized(float32(1, 2, 3, 4, 5), (2.0, 1.5, 2.0), mode="linear"),
    resized(float32(1, 2, 3, 4, 5), (2.0, 1.0, 2.0), mode="nearest"),
    resized(float32(4, 5), (2.0, 0.5), mode="linear"),
    resized(float32(2, 3, 4, 5), sizes=[6, 5], axes=[3, 1], mode="linear", oracle="reference", why="the channels too"),
    resized(uint8(1, 2, 4, 5), (2.0, 2.0), mode="nearest"),
    resized(uint8(1, 2, 4, 5), (2.0, 2.0), mode="linear"),
    resized(float64(1, 2, 4, 5), (2.0, 1.5), mode="linear", oracle="reference"),
    resized(float16(1, 2, 4, 5), (2.0, 1.5), mode="linear", oracle="reference"),
    resized(float32(0, 2, 4, 5), (2.0, 2.0), mode="linear", oracle="reference"),
    case("Resize", IMAGE, None, live([1.0, 1.0, 2.0, 1.5]), mode="linear", why="live scales"),
    *[
        case("Resize", IMAGE, None, None, live([1, 2, 7, 3], "int64"), mode=m, why="live sizes")
        for m in ("nearest", "linear")
    ],
    case("Resize", IMAGE, None, None, live([1, 2, 7, 3], "int64"), mode="cubic"),
    resized(IMAGE, (2.0, 3.0), mode="linear", opset=18),
    resized(IMAGE, (2.0, 3.0), mode="linear", opset=13),
    case("Resize", IMAGE, floats(), floats(1, 1, 2, 3), mode="nearest", opset=11),
    case("Resize", IMAGE, floats(1, 1, 2, 3), mode="linear", opset=10),
    case("Upsample", IMAGE, floats(1, 1, 2, 3), mode="nearest", opset=9),
    case("Upsample", IMAGE, floats(1, 1, 2, 3), mode="nearest", opset=10, expected=[ENLARGED], why="deprecated"),
    case("Upsample", IMAGE, height_scale=2.0, width_scale=3.0, mode="nearest", opset=6, expected=[ENLARGED]),
    case("Upsample", IMAGE, scales=[1.0, 1.0, 2.0, 3.0], mode="linear", opset=7),
]
