"""Tensors without elements, through operators of each family."""

from tests.operators.matrix import case, constant, float32, int64, live, uint8

IMAGES = float32(0, 2, 5, 5)
NONE = float32(2, 0, 3)


def nowhere(*shape):
    return int64(*shape, low=0, high=0)


CASES = [
    *[case(op, NONE) for op in ("Identity", "Transpose", "Flatten", "Shape", "Size", "NonZero", "LpNormalization")],
    *[case(op, NONE, float32(2, 1, 3)) for op in ("Add", "Max", "Equal", "Pow")],
    case("MatMul", float32(2, 0, 3), float32(3, 4)),
    case("MatMul", float32(2, 3, 0), float32(0, 4), why="a sum of nothing"),
    case("Gemm", float32(3, 0), float32(0, 4), float32(4)),
    case("Einsum", float32(2, 0), float32(0, 3), equation="ij,jk->ik"),
    case("Concat", NONE, float32(2, 1, 3), axis=1),
    case("Split", NONE, num_outputs=3, axis=2, outputs=(1, 1, 1)),
    case("Slice", float32(3, 4), constant([2]), constant([1])),
    case("Gather", float32(3, 4), nowhere(0, 2)),
    case("GatherND", float32(3, 4), nowhere(0, 2), unknown=False),
    case("ScatterElements", float32(3, 4), nowhere(0, 4), float32(0, 4)),
    case("ScatterND", float32(3, 4), nowhere(0, 1), float32(0, 4)),
    case("Reshape", NONE, constant([3, 0, 2]), allowzero=1),
    case("Expand", float32(1, 1), constant([2, 0])),
    case("Tile", float32(2, 3), constant([0, 2])),
    case("Pad", NONE, constant([0, 1, 0, 0, 1, 0])),
    case("Conv", IMAGES, float32(3, 2, 3, 3)),
    case("ConvTranspose", IMAGES, float32(2, 3, 3, 3)),
    *[case(op, IMAGES, kernel_shape=[2, 2]) for op in ("MaxPool", "AveragePool", "LpPool")],
    case("GlobalAveragePool", IMAGES),
    case("BatchNormalization", IMAGES, float32(2), float32(2), float32(2), float32(2, low=0.1)),
    case("LayerNormalization", float32(0, 3), float32(3)),
    case("LRN", IMAGES, size=3),
    case("Resize", IMAGES, None, None, constant([0, 2, 8, 8]), unknown=False, oracle="reference"),
    case("TopK", float32(0, 4), constant([2]), outputs=(1, 1)),
    case("ArgMax", float32(0, 4), axis=1),
    case("CumSum", float32(3, 0), constant(1)),
    case("OneHot", nowhere(0), constant(3), live([0.0, 1.0])),
    case("Compress", float32(3, 4), live([0, 0, 0], "bool"), axis=0),
    case("Unique", float32(0), outputs=(1, 1, 1, 1)),
    case("DepthToSpace", float32(0, 4, 2, 2), blocksize=2),
    case("QuantizeLinear", float32(0, 3), live(0.1), live(3, "uint8")),
    case("MatMulInteger", uint8(0, 3), uint8(3, 2)),
    case("NonMaxSuppression", float32(1, 0, 4), float32(1, 1, 0), constant(3)),
    case(
        "RoiAlign", float32(1, 2, 4, 4), float32(0, 4), nowhere(0), output_height=2, output_width=2, oracle="reference"
    ),
    case("Col2Im", float32(0, 4, 4), constant([4, 4]), constant([2, 2]), strides=[2, 2], unknown=False),
    case("Attention", float32(0, 2, 3, 4), float32(0, 2, 3, 4), float32(0, 2, 3, 4)),
]
