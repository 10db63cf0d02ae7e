"""Fourier transforms, windows and mel bands."""

import itertools

import numpy as np

from tests.operators.matrix import case, constant, float16, float32, float64, live

REAL = float32(2, 7, 3, 1)
COMPLEX = float32(2, 7, 3, 2)
SIGNAL = float32(2, 20, 1)
WINDOW = float32(6, low=0.1, high=1.0)
NAMES = ("HannWindow", "HammingWindow", "BlackmanWindow")

TRANSFORMS = [
    *[case("DFT", x, axis=a, opset=17) for x, a in itertools.product((REAL, COMPLEX), (1, 2, -2))],
    case("DFT", REAL, opset=19, why="the axis is 1"),
    case("DFT", COMPLEX, constant(5), axis=1, inverse=1, opset=17),
    case("DFT", REAL, constant(9), axis=1, onesided=1, opset=17),
    *[
        case("DFT", x, n, a, inverse=i, oracle="reference")
        for x, n, a, i in itertools.product(
            (REAL, COMPLEX), (None, constant(4), constant(9)), (None, constant(1)), (0, 1)
        )
    ],
    *[case("DFT", REAL, n, constant(1), onesided=1, oracle="reference") for n in (None, constant(6), constant(9))],
    *[
        case("DFT", COMPLEX, n, a, onesided=1, inverse=1, oracle="reference")
        for n, a in itertools.product((None, constant(4), constant(9)), (None, constant(1), constant(-3)))
    ],
    *[case("DFT", COMPLEX, None, live(a, "int64"), oracle="reference", why="a computed axis") for a in (1, -2, 0)],
    case("DFT", REAL, constant(5), live(1, "int64"), onesided=1, oracle="reference"),
    case("DFT", float64(2, 6, 2), None, constant(1), oracle="reference"),
    case("DFT", float16(2, 6, 1), None, constant(1), oracle="reference", terms=128),
    case("DFT", float32(3, 8, 1), live(5, "int64"), constant(1), oracle="reference", why="a computed length"),
]

PIECES = [
    case("STFT", SIGNAL, constant(4), WINDOW),
    case("STFT", SIGNAL, constant(3), constant(WINDOW.array, "float32"), constant(6), onesided=0),
    case("STFT", SIGNAL, constant(5), None, constant(7), oracle="reference"),
    case("STFT", float32(2, 20, 2), constant(5), None, constant(8), onesided=0, oracle="reference"),
    case("STFT", float32(2, 20), constant(4), WINDOW, why="a real signal without a last axis"),
    case("STFT", float64(1, 11, 1), constant(2), None, constant(4), oracle="reference"),
    case("STFT", SIGNAL, live(4, "int64"), WINDOW, live(6, "int64"), oracle="reference"),
]

WINDOWS = [
    *[case(n, live(s, "int64"), periodic=p) for n, s, p in itertools.product(NAMES, (8, 9), (0, 1))],
    *[case(n, live(10, "int32"), output_datatype=t, oracle="reference") for n, t in itertools.product(NAMES, (10, 11))],
    *[case(n, constant(7)) for n in NAMES],
    case("HannWindow", live(0, "int64"), oracle="reference"),
]

BANDS = [
    *[live(n, "int64") for n in (8, 64, 8192)],
    live(20.0),
    live(4000.0),
]

MEL = [
    case("MelWeightMatrix", *BANDS),
    case("MelWeightMatrix", *BANDS, output_datatype=11),
    case("MelWeightMatrix", *[live(n, "int32") for n in (20, 31, 16000)], live(0.0), live(8000.0)),
    case("MelWeightMatrix", constant(4), constant(16), constant(8192), live(0.0), live(np.float32(4096.0))),
]

CASES = TRANSFORMS + PIECES + WINDOWS + MEL
