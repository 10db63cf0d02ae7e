"""Operators on images: grids, regions, boxes, files, windows put back."""

import itertools

import numpy as np

from tests.operators.matrix import (
    Input,
    case,
    constant,
    expected,
    fails,
    float32,
    float64,
    int32,
    live,
    tensor,
    weight,
)

IMAGE = float32(2, 3, 5, 4)
GRID = float32(2, 3, 6, 2, low=-1.6, high=1.6)
VOLUME = float32(2, 2, 3, 4, 5)
GRID_3D = float32(2, 3, 2, 4, 3, low=-1.6, high=1.6)
PADDINGS = ("zeros", "border", "reflection")
OLD_MODES = ("bilinear", "nearest", "bicubic")
MODES = ("linear", "nearest", "cubic")

GRIDS = [
    *[
        case("GridSample", IMAGE, GRID, mode=m, padding_mode=p, align_corners=a, opset=v)
        for v, modes in ((16, OLD_MODES), (20, MODES))
        for m, p, a in itertools.product(modes, PADDINGS, (0, 1))
    ],
    case("GridSample", IMAGE, GRID, oracle="reference"),
    *[
        case("GridSample", VOLUME, GRID_3D, mode=m, padding_mode=p, align_corners=a, opset=20)
        for m, p, a in itertools.product(("linear", "nearest"), PADDINGS, (0, 1))
    ],
    *[
        case(
            "GridSample",
            float32(1, 2, 3, 3, 4),
            # Beyond the border onnx' evaluator differs from what ONNX Runtime and PyTorch do on two axes.
            float32(1, 1, 2, 3, 3, low=-1.0, high=1.0),
            mode="cubic",
            padding_mode=p,
            opset=22,
            oracle="reference",
            terms=512,
        )
        for p in PADDINGS
    ],
    *[case("GridSample", float32(2, 3, 7), float32(2, 5, 1), mode=m, oracle="reference") for m in MODES],
    case(
        "GridSample",
        weight(float64(1, 2, 3, 4)),
        float64(1, 2, 2, 2, low=-1.0, high=1.0),
        oracle="reference",
        terms=2**31,
        why="onnx' evaluator has positions in float32",
    ),
    case("GridSample", int32(1, 2, 3, 4), float32(1, 2, 2, 2, low=-1.0, high=1.0), mode="nearest", oracle="reference"),
    case("GridSample", IMAGE, live(np.full((2, 1, 2, 2), 9.5)), padding_mode="reflection", opset=20),
    fails("GridSample", IMAGE, GRID, mode="lanczos", match="mode"),
    fails("GridSample", IMAGE, GRID, padding_mode="wrap", match="padding_mode"),
    *[
        case("AffineGrid", float32(2, r, r + 1), constant([2, 3, *(4, 5, 6)[:r]]), align_corners=a)
        for r, a in itertools.product((2, 3), (0, 1))
    ],
    case("AffineGrid", weight(float32(1, 2, 3)), live([1, 1, 3, 4], "int64"), oracle="reference", unknown=False),
    case("AffineGrid", float64(1, 2, 3), constant([1, 1, 3, 4])),
]

MAP = float32(2, 3, 9, 7)
ROIS = live([[0.5, 0.7, 5.2, 6.1], [1, 1, 1.5, 1.2], [-3, -2, 4, 3], [2, 3, 30, 40], [4, 4, 2, 3]])
OF = live([0, 1, 1, 0, 1], "int64")
BINS = {"output_height": 3, "output_width": 2}
BOXES = live([[0, 1, 1, 5, 4], [1, 0, 0, 6, 8], [1, -4, -2, 2, 3], [0, 5, 6, 5, 6], [0, 3, 3, 20, 30]])


def of_first_revision(pooled_shape: list[int], spatial_scale: float) -> list[np.ndarray]:
    """Compute a MaxRoiPool as of opset 1."""
    first = case("MaxRoiPool", MAP, BOXES, pooled_shape=pooled_shape, spatial_scale=spatial_scale, opset=1)
    return expected(first)


REGIONS = [
    *[case("RoiAlign", MAP, ROIS, OF, sampling_ratio=s, opset=v, **BINS) for v in (10, 16, 22) for s in (0, 2)],
    *[
        case(
            "RoiAlign",
            MAP,
            ROIS,
            OF,
            mode=m,
            coordinate_transformation_mode=c,
            sampling_ratio=s,
            spatial_scale=0.6,
            **BINS,
        )
        for m, c, s in itertools.product(("avg", "max"), ("half_pixel", "output_half_pixel"), (0, 3))
    ],
    case("RoiAlign", weight(MAP), ROIS, OF),
    case("RoiAlign", MAP, live(np.zeros((0, 4))), live([], "int64"), sampling_ratio=1, **BINS),
    fails("RoiAlign", MAP, ROIS, OF, mode="min", match="mode"),
    fails("RoiAlign", MAP, ROIS, OF, coordinate_transformation_mode="corner", match="coordinate_transformation_mode"),
    *[
        # ONNX Runtime knows the first revision alone, which means the same.
        case("MaxRoiPool", x, BOXES, pooled_shape=p, spatial_scale=s, opset=v, expected=of_first_revision(p, s))
        for x, p, s, v in ((MAP, [2, 3], 1.0, 1), (MAP, [2, 3], 1.0, 22), (weight(MAP), [3, 2], 0.75, 22))
    ],
]

CROWD = tensor("float32", 2, 12, 4, low=0.0, high=3.0)
SCORES = tensor("float32", 2, 3, 12, low=0.0, high=1.0, seed=1)
LIMITS = (constant(5), constant(0.2, "float32"), constant(0.3, "float32"))

CHOICES = [
    *[case("NonMaxSuppression", CROWD, SCORES, *LIMITS, opset=v) for v in (10, 11)],
    case("NonMaxSuppression", CROWD, SCORES, *LIMITS, center_point_box=1),
    case("NonMaxSuppression", CROWD, SCORES, constant([30]), constant([0.5], "float32")),
    case("NonMaxSuppression", CROWD, SCORES, constant(2), None, constant(0.4, "float32")),
    case("NonMaxSuppression", CROWD, SCORES, why="none is asked for"),
    case("NonMaxSuppression", CROWD, SCORES, live([4], "int64"), live([0.1]), live([0.2])),
    case(
        "NonMaxSuppression",
        live(np.zeros((1, 5, 4))),
        live(np.ones((1, 1, 5))),
        constant(3),
        constant(0.5, "float32"),
        why="boxes without an area, and ties",
    ),
]

WINDOWS = [
    case("Col2Im", float32(2, 3 * 4, 9), constant([6, 6]), constant([2, 2]), strides=[2, 2]),
    case("Col2Im", float32(1, 2 * 6, 16), constant([5, 6]), constant([2, 3])),
    case(
        "Col2Im",
        float32(2, 9, 6),
        constant([5, 7]),
        constant([3, 3]),
        pads=[1, 0, 2, 1],
        strides=[2, 2],
        dilations=[1, 2],
        oracle="reference",
    ),
    case("Col2Im", float32(1, 2 * 8, 12), constant([3, 4, 3]), constant([2, 2, 2])),
    case("Col2Im", weight(float32(1, 4, 4)), live([3, 3], "int64"), constant([2, 2])),
    case("Col2Im", float32(1, 6, 5), constant([6]), constant([2]), oracle="reference", why="one axis"),
]

CORNERS = live([[[[5, 7], [13, 15]], [[16, 18], [26, 31]]]], "int64")
POOLED = float32(1, 2, 2, 2)

UNPOOLED = [
    *[case("MaxUnpool", POOLED, CORNERS, kernel_shape=[2, 2], strides=[2, 2], opset=v) for v in (9, 11, 22)],
    case(
        "MaxUnpool",
        weight(POOLED),
        CORNERS,
        constant([1, 2, 5, 6]),
        kernel_shape=[2, 2],
        strides=[2, 2],
        oracle="reference",
    ),
    case(
        "MaxUnpool",
        POOLED,
        CORNERS,
        live([1, 2, 5, 6], "int64"),
        kernel_shape=[2, 2],
        strides=[2, 2],
        oracle="reference",
    ),
    case(
        "MaxUnpool",
        POOLED,
        live([[[[0, 1], [2, 3]], [[4, 5], [6, 7]]]], "int64"),
        kernel_shape=[2, 2],
        pads=[1, 0, 0, 1],
        oracle="reference",
    ),
    case("MaxUnpool", float32(2, 1, 3), live([[[1, 2, 5]], [[6, 9, 10]]], "int64"), kernel_shape=[2], strides=[2]),
]

PICTURE = float32(2, 4, 6, 5)
KERNEL = float32(6, 4, 3, 2, seed=1)
SHIFTS = float32(2, 12, 4, 4, seed=2)
MASK = float32(2, 6, 4, 4, low=0.0, high=1.0, seed=3)

DEFORMED = [
    *[case("DeformConv", PICTURE, weight(KERNEL), SHIFTS, opset=v) for v in (19, 22)],
    case("DeformConv", PICTURE, weight(KERNEL), weight(SHIFTS), weight(float32(6)), MASK),
    case(
        "DeformConv",
        PICTURE,
        weight(float32(6, 2, 3, 3)),
        float32(2, 36, 3, 4, seed=2),
        None,
        float32(2, 18, 3, 4, low=0.0, high=1.0, seed=3),
        group=2,
        offset_group=2,
        strides=[2, 1],
        pads=[1, 0, 0, 1],
    ),
    case("DeformConv", PICTURE, KERNEL, float32(2, 12, 4, 5, seed=2), dilations=[2, 1], pads=[1, 0, 1, 1]),
]

PICTURES = {
    "RGB": b"P6 2 1 255\n\x01\x02\x03\xfa\xfb\xfc",
    "gray": b"P5 3 2 255\n\x00\x10\x20\x30\x40\xff",
    "none": b"no image at all",
}


def encoded(kind: str) -> Input:
    return live(np.frombuffer(PICTURES[kind], np.uint8), "uint8")


FILES = [
    *[case("ImageDecoder", encoded("RGB"), pixel_format=f) for f in ("RGB", "BGR", "Grayscale")],
    case("ImageDecoder", encoded("gray"), pixel_format="Grayscale"),
    case(
        "ImageDecoder", encoded("gray"), expected=[np.repeat(np.uint8([[[0], [16], [32]], [[48], [64], [255]]]), 3, 2)]
    ),
    case("ImageDecoder", encoded("none"), expected=[np.zeros((0, 0, 3), np.uint8)]),
    fails("ImageDecoder", encoded("RGB"), pixel_format="CMYK", match="pixel_format"),
]

CASES = GRIDS + REGIONS + CHOICES + WINDOWS + UNPOOLED + DEFORMED + FILES
