"""Normalisation by statistics of batches, images, groups, rows and neighbours."""

import numpy as np

from tests.operators.matrix import bfloat16, case, constant, float16, float32, float64, weight

VARIANCE = {"low": 0.5, "high": 2.0}


def vector(channels, seed, dtype=float32, **options):
    return weight(dtype(channels, seed=seed, **options))


def statistics(channels, dtype=float32):
    return [*(vector(channels, seed, dtype) for seed in (1, 2, 3)), vector(channels, 4, dtype, **VARIANCE)]


CASES = [
    case("BatchNormalization", float32(2, 3, 4, 5), *statistics(3)),
    case("BatchNormalization", float32(2, 3), *statistics(3), epsilon=0.01),
    case("BatchNormalization", float32(2, 3, 7), *statistics(3)),
    case("BatchNormalization", float32(2, 3, 4, 5, 2), *statistics(3)),
    case("BatchNormalization", float32(2, 1, 4, 5), *statistics(1)),
    case("BatchNormalization", float32(0, 3, 4, 5), *statistics(3), trains=False),
    case("BatchNormalization", float64(2, 3, 4, 5), *statistics(3, float64), epsilon=2.0**-10),
    case("BatchNormalization", float16(2, 3, 4, 5), *statistics(3, float16), oracle="reference"),
    case("BatchNormalization", float32(2, 3, 4, 5), *statistics(3), training_mode=1, outputs=(1, 1, 1), momentum=0.7),
    case("BatchNormalization", float32(2, 3, 4, 5), *statistics(3), training_mode=1, oracle="reference"),
    case("BatchNormalization", float32(2, 3), *statistics(3), training_mode=1, outputs=(1, 1, 1), opset=14),
    case("BatchNormalization", float32(2, 3, 4, 5), *statistics(3), opset=9),
    case("BatchNormalization", float32(2, 3, 4, 5), *statistics(3), opset=7),
]

IMAGE, CUBE = float32(2, 3, 4, 5), float32(2, 4, 4, 4)


def normalised(x, scale, b, mean, variance):
    """Normalise by given statistics, as no runtime does for the oldest revisions."""
    return (x - mean) / np.sqrt(variance + 1e-5) * scale + b


def by_channel(image, parameters):
    return [normalised(image.array, *(p.array[:, None, None] for p in parameters))]


# Where channels, height and width have one size, a broadcast along the wrong axis doesn't fail: it must not happen.
CASES += [
    case("BatchNormalization", CUBE, *statistics(4), expected=by_channel(CUBE, statistics(4))),
    case("BatchNormalization", IMAGE, *statistics(3), opset=6, is_test=1, expected=by_channel(IMAGE, statistics(3))),
    case(
        "BatchNormalization",
        IMAGE,
        *statistics(3),
        opset=1,
        is_test=1,
        consumed_inputs=[0, 0, 0, 1, 1],
        expected=by_channel(IMAGE, statistics(3)),
    ),
]

EVEN = float32(2, 7, 4, 5)


def near(x):
    """Sum squares from one channel before to two behind, as LRN of size 4 does; onnx' evaluator doesn't."""
    padded = np.pad(np.square(x), [(0, 0), (1, 2), (0, 0), (0, 0)])
    return 1 + 0.5 / 4 * sum(padded[:, k : k + 7] for k in range(4))


ROWS = vector(5, 1), vector(5, 2)

CASES += [
    case("LayerNormalization", float32(2, 3, 5), *ROWS),
    case("LayerNormalization", float32(2, 3, 5), ROWS[0], epsilon=0.01),
    case("LayerNormalization", float32(2, 3, 5), *ROWS, outputs=(1, 1, 1)),
    case(
        "LayerNormalization",
        float32(2, 3, 4, 5),
        weight(float32(3, 4, 5, seed=1)),
        weight(float32(3, 4, 5, seed=2)),
        axis=1,
        outputs=(1, 0, 1),
    ),
    case(
        "LayerNormalization", float32(2, 3, 4, 5), weight(float32(4, 5, seed=1)), weight(float32(4, 5, seed=2)), axis=-2
    ),
    case("LayerNormalization", float32(2, 3, 5), weight(float32(2, 3, 5)), axis=0),
    case("LayerNormalization", float32(2, 3, 5), float32(5), float32(5, seed=1), why="computed factors"),
    case("LayerNormalization", float32(0, 3, 5), *ROWS, trains=False),
    case("LayerNormalization", float64(2, 3, 5), vector(5, 1, float64), vector(5, 2, float64), epsilon=2.0**-10),
    case("LayerNormalization", float16(2, 3, 5), vector(5, 1, float16), vector(5, 2, float16), outputs=(1, 1, 1)),
    case("LayerNormalization", bfloat16(2, 3, 5), vector(5, 1, bfloat16), vector(5, 2, bfloat16), oracle="reference"),
    case("RMSNormalization", float32(2, 3, 5), ROWS[0], opset=23),
    case("RMSNormalization", float32(2, 3, 4, 5), weight(float32(3, 4, 5)), axis=1, epsilon=0.01, oracle="reference"),
    case("RMSNormalization", float16(2, 3, 5), vector(5, 1, float16), oracle="reference"),
    case("InstanceNormalization", float32(2, 3, 4, 5), vector(3, 1), vector(3, 2)),
    case("InstanceNormalization", float32(2, 3, 7), vector(3, 1), vector(3, 2), epsilon=0.01, opset=6),
    case("InstanceNormalization", float32(2, 3, 4, 5, 2), vector(3, 1), vector(3, 2)),
    case("InstanceNormalization", float32(2, 3, 4, 5), vector(3, 1), vector(3, 2), opset=1, oracle="reference"),
    case(
        "InstanceNormalization", float16(2, 3, 4, 5), vector(3, 1, float16), vector(3, 2, float16), oracle="reference"
    ),
    case("GroupNormalization", float32(2, 6, 4, 5), vector(6, 1), vector(6, 2), num_groups=3, oracle="reference"),
    case(
        "GroupNormalization",
        float32(2, 6, 7),
        vector(6, 1),
        vector(6, 2),
        num_groups=2,
        epsilon=0.01,
        oracle="reference",
    ),
    case(
        "GroupNormalization",
        float32(2, 6, 4, 5),
        vector(3, 1),
        vector(3, 2),
        num_groups=3,
        opset=18,
        oracle="reference",
    ),
    case(
        "GroupNormalization",
        float16(2, 6, 4, 5),
        vector(6, 1, float16),
        vector(6, 2, float16),
        num_groups=6,
        oracle="reference",
    ),
    case("MeanVarianceNormalization", float32(2, 3, 4, 5)),
    case("MeanVarianceNormalization", float32(2, 3, 4, 5), axes=[1, -1], opset=9),
    case("MeanVarianceNormalization", float32(2, 3, 4), axes=[0, 2]),
    case("LRN", float32(2, 7, 4, 5), size=5),
    case("LRN", float32(2, 7, 4, 5), size=3, alpha=0.5, beta=0.5, bias=2.0, opset=1),
    case(
        "LRN",
        EVEN,
        size=4,
        alpha=0.5,
        beta=1.0,
        expected=[EVEN.array / near(EVEN.array)],
        why="an even size reaches further ahead",
    ),
    case("LpNormalization", float32(2, 3, 4)),
    case("LpNormalization", float32(2, 3, 4), p=1, axis=1, opset=1),
    case("LpNormalization", float32(2, 3, 4, low=0, high=0), oracle="reference", why="zero stays zero"),
    case("PRelu", float32(2, 3, 4, 5), weight(float32(3, 1, 1))),
    case("PRelu", float32(2, 3, 4, 5), weight(float32(5)), opset=9),
    case("PRelu", float32(2, 3, 4, 5), weight(float32(1)), opset=7),
    case("PRelu", float32(2, 3, 4, 5), float32(2, 3, 4, 5, seed=1)),
    case("PRelu", float32(2, 3, 4, 5), weight(float32(3)), opset=6, expected=None, oracle="reference"),
    case(
        "PRelu",
        IMAGE,
        weight(float32(3)),
        opset=1,
        consumed_inputs=[0, 0],
        expected=[np.where(IMAGE.array < 0, IMAGE.array * float32(3).array[:, None, None], IMAGE.array)],
    ),
    case("Dropout", float32(2, 3)),
    case("Dropout", float32(2, 3), constant(0.3, "float32"), constant(False, "bool"), outputs=(1, 1)),
    case("Dropout", float32(2, 3), constant(0.0, "float32"), constant(True, "bool"), outputs=(1, 1), opset=13),
    case("Dropout", float16(2, 3), constant(0.25, "float16"), opset=12),
    case("Dropout", float32(2, 3), ratio=0.25, opset=10),
    case("Dropout", float32(2, 3), ratio=0.25, opset=7),
    case("Dropout", float32(2, 3), ratio=0.25, opset=6, is_test=1, expected=[float32(2, 3).array]),
    case("Dropout", float32(2, 3), ratio=0.25, opset=1, is_test=1, consumed_inputs=[0], expected=[float32(2, 3).array]),
    case("DepthToSpace", float32(2, 12, 2, 3), blocksize=2),
    case("DepthToSpace", float32(2, 12, 2, 3), blocksize=2, mode="CRD", opset=13),
    case("DepthToSpace", float32(2, 12, 2, 3), blocksize=2, mode="CRD", opset=11),
    case("DepthToSpace", float32(2, 12, 2, 3), blocksize=2, opset=1, oracle="reference"),
    case("SpaceToDepth", float32(2, 3, 4, 6), blocksize=2),
    case("SpaceToDepth", float32(2, 3, 4, 6), blocksize=2, mode="CRD", oracle="reference"),
    case("SpaceToDepth", float32(2, 3, 4, 6), blocksize=2, opset=13),
    case("SpaceToDepth", float32(2, 3, 4, 6), blocksize=2, opset=1, oracle="reference"),
]
