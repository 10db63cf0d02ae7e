"""Pooling, in windows and of whole channels."""

import numpy as np

from tests.operators.matrix import bfloat16, case, float16, float32, float64, int8, live, uint8

BOTH = (1, 1)
NEGATIVE = {"low": -3, "high": -1}


def global_norm(x, p, **options):
    """State a case that neither oracle has at every opset."""
    axes = tuple(range(2, x.array.ndim))
    norm = np.sum(np.abs(x.array.astype("float64")) ** p, axis=axes, keepdims=True) ** (1 / p)
    return case("GlobalLpPool", x, p=p, expected=[norm.astype("float32")], **options)


CASES = [
    case("MaxPool", float32(2, 3, 7, 8), kernel_shape=[2, 2], strides=[2, 2]),
    case(
        "MaxPool",
        float32(2, 3, 7, 8, **NEGATIVE),
        kernel_shape=[3, 3],
        strides=[2, 2],
        pads=[1, 1, 1, 1],
        opset=11,
        why="pads are no zeros",
    ),
    case("MaxPool", float32(2, 3, 7, 8), kernel_shape=[3, 3], pads=[1, 1, 1, 1], opset=1),
    case("MaxPool", float32(2, 3, 7, 8), kernel_shape=[3, 2], strides=[2, 3], pads=[0, 1, 2, 0], opset=8),
    case("MaxPool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1, opset=10),
    case("MaxPool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2], dilations=[2, 1], opset=12),
    case(
        "MaxPool",
        float32(2, 3, 9, 10),
        kernel_shape=[2, 3],
        strides=[3, 2],
        dilations=[2, 3],
        pads=[1, 2, 0, 1],
        ceil_mode=1,
    ),
    case("MaxPool", float32(1, 1, 4, 4), kernel_shape=[1, 1], strides=[2, 2], pads=[0, 0, 0, 0], ceil_mode=1),
    case(
        "MaxPool",
        float32(1, 2, 2, 2),
        kernel_shape=[1, 2],
        strides=[2, 2],
        pads=[0, 0, 0, 1],
        ceil_mode=1,
        why="the last window would start in the pad",
    ),
    case("MaxPool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER"),
    case("MaxPool", float32(2, 3, 7, 8), kernel_shape=[4, 4], strides=[3, 2], auto_pad="SAME_LOWER"),
    case("MaxPool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2], auto_pad="VALID"),
    case("MaxPool", float32(2, 3, 9), kernel_shape=[3], strides=[2], pads=[1, 0]),
    case("MaxPool", float32(1, 2, 5, 6, 7), kernel_shape=[3, 2, 2], strides=[2, 1, 2], pads=[1, 0, 1, 1, 1, 0]),
    case("MaxPool", float64(1, 2, 5, 6, 7), kernel_shape=[3, 2, 2], strides=[2, 2, 2]),
    *[
        case(op, float32(1, 2, 5, 9, 4), kernel_shape=[2, 1, 1], strides=[3, 3, 3], why="gaps between windows")
        for op in ("MaxPool", "AveragePool")
    ],
    case(
        "LpPool", float32(1, 2, 4, 5), kernel_shape=[3, 3], dilations=[2, 1], oracle="reference", why="no window fits"
    ),
    case("MaxPool", int8(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    case("MaxPool", uint8(2, 3, 7, 8), kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    case("MaxPool", float16(2, 3, 7, 8), kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]),
    case("MaxPool", bfloat16(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2]),
    case("MaxPool", float32(0, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2]),
    case("MaxPool", float32(2, 3, 7, 8), kernel_shape=[2, 2], strides=[2, 2], outputs=BOTH),
    case(
        "MaxPool",
        float32(2, 3, 7, 8),
        kernel_shape=[3, 3],
        strides=[2, 2],
        pads=[1, 1, 1, 1],
        storage_order=1,
        outputs=BOTH,
    ),
    case(
        "MaxPool",
        int8(2, 3, 7, 8, low=0, high=2),
        kernel_shape=[3, 3],
        pads=[1, 1, 1, 1],
        outputs=BOTH,
        why="the first of equals",
    ),
    case(
        "MaxPool",
        live(np.full((1, 1, 3, 3), -128), "int8"),
        kernel_shape=[2, 2],
        pads=[1, 1, 1, 1],
        outputs=BOTH,
        why="no pad is chosen",
    ),
    case(
        "MaxPool", float32(1, 2, 7, 8), kernel_shape=[2, 2], strides=[2, 3], dilations=[2, 2], ceil_mode=1, outputs=BOTH
    ),
    case("MaxPool", float32(2, 3, 9), kernel_shape=[3], strides=[2], pads=[1, 1], outputs=BOTH),
    case("MaxPool", float32(2, 2, 5, 6, 7), kernel_shape=[3, 2, 2], strides=[2, 1, 2], outputs=BOTH),
    case("MaxPool", float32(2, 2, 5, 6, 7), kernel_shape=[3, 2, 2], storage_order=1, outputs=BOTH),
    case("AveragePool", float32(2, 3, 7, 8), kernel_shape=[2, 2], strides=[2, 2]),
    case("AveragePool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 1], opset=1),
    case("AveragePool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], opset=7),
    case(
        "AveragePool",
        float32(2, 3, 7, 8),
        kernel_shape=[3, 3],
        strides=[2, 2],
        pads=[1, 1, 1, 1],
        count_include_pad=1,
        opset=10,
    ),
    case("AveragePool", float32(2, 3, 7, 8), kernel_shape=[3, 2], strides=[2, 3], pads=[0, 1, 2, 0], opset=11),
    case("AveragePool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 3], ceil_mode=1, opset=19),
    case(
        "AveragePool",
        float32(2, 3, 7, 8),
        kernel_shape=[3, 3],
        strides=[2, 2],
        ceil_mode=1,
        pads=[1, 1, 1, 1],
        count_include_pad=1,
    ),
    case("AveragePool", float32(2, 3, 9, 10), kernel_shape=[2, 3], strides=[3, 2], dilations=[2, 3], pads=[1, 2, 0, 1]),
    case(
        "AveragePool",
        float32(2, 3, 9, 10),
        kernel_shape=[2, 3],
        dilations=[2, 3],
        pads=[1, 2, 0, 1],
        count_include_pad=1,
    ),
    case("AveragePool", float32(1, 2, 2, 2), kernel_shape=[1, 2], strides=[2, 2], pads=[0, 0, 0, 1], ceil_mode=1),
    case("AveragePool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER"),
    case("AveragePool", float32(2, 3, 7, 8), kernel_shape=[4, 4], strides=[3, 2], auto_pad="SAME_LOWER"),
    case("AveragePool", float32(2, 3, 7, 8), kernel_shape=[3, 3], auto_pad="SAME_UPPER", count_include_pad=1),
    case("AveragePool", float32(2, 3, 9), kernel_shape=[3], strides=[2], pads=[1, 0]),
    case("AveragePool", float32(1, 2, 5, 6, 7), kernel_shape=[3, 2, 2], strides=[2, 1, 2], pads=[1, 0, 1, 1, 1, 0]),
    case("AveragePool", float64(1, 2, 5, 6, 7), kernel_shape=[3, 2, 2], strides=[2, 2, 2], oracle="reference"),
    case(
        "AveragePool", float16(2, 3, 7, 8), kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2], oracle="reference"
    ),
    case("LpPool", float32(2, 3, 7, 8), kernel_shape=[2, 2], strides=[2, 2]),
    case("LpPool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], p=3, opset=11),
    case("LpPool", float32(2, 3, 7, 8), kernel_shape=[3, 3], p=1, auto_pad="SAME_UPPER", opset=2),
    case("LpPool", float32(2, 3, 7, 8), kernel_shape=[3, 3], p=2.0, opset=1, oracle="reference"),
    case("LpPool", float32(2, 3, 7, 8), kernel_shape=[3, 2], strides=[2, 2], dilations=[2, 2], p=1, opset=18),
    case("LpPool", float32(2, 3, 7, 8), kernel_shape=[3, 3], strides=[2, 3], ceil_mode=1),
    case("LpPool", float32(2, 3, 9), kernel_shape=[3], strides=[2], pads=[1, 0]),
    case("GlobalAveragePool", float32(2, 3, 5, 6)),
    case("GlobalAveragePool", float32(2, 3, 5, 6), opset=1),
    case("GlobalAveragePool", float32(2, 3, 5)),
    case("GlobalAveragePool", float16(2, 3, 5, 6, 2), oracle="reference"),
    case("GlobalMaxPool", float32(2, 3, 5, 6)),
    case("GlobalMaxPool", float32(2, 3, 5, 6), opset=1),
    case("GlobalMaxPool", float32(2, 3, 5)),
    case("GlobalMaxPool", float64(2, 3, 5, 6)),
    global_norm(float32(2, 3, 5, 6), 2),
    global_norm(float32(2, 3, 5, 6), 3, opset=2),
    global_norm(float32(2, 3, 5, 6), 1.0, opset=1),
    global_norm(float32(2, 3, 5), 1),
]
