"""Random numbers: their distribution, and that a seed repeats them."""

import keras
import numpy as np
import pytest

import onnx_keras
from tests.operators.distributions import normal, shares, uniform
from tests.operators.matrix import case, constant, feeds, float32, float64, live, model_of

MANY = float32(40, 50)
RATES = np.array([[0.0, 0.25, 0.5, 1.0]] * 2000, "float32").T
ODDS = np.array([[0.1, 0.2, 0.7], [0.5, 0.5, 0.0]])
with np.errstate(divide="ignore"):
    SCORES = np.log(ODDS).astype("float32") + 3
DRAWN = np.zeros((2, 3000), "int32")
BINARY = shares(np.stack([1 - RATES[:, 0], RATES[:, 0]], -1), 2)

CASES = [
    *[case("RandomNormal", shape=[40, 50], seed=1.0, opset=v, distribution=normal()) for v in (1, 22)],
    case("RandomNormal", shape=[30, 70], mean=-3.0, scale=0.5, dtype=11, distribution=normal(-3, 0.5)),
    case("RandomNormal", shape=[2, 1000], seed=0.25, dtype=10, distribution=normal()),
    *[case("RandomNormalLike", MANY, seed=2.0, opset=v, distribution=normal()) for v in (1, 22)],
    case("RandomNormalLike", float64(10, 20, 30), mean=5.0, scale=2.0, distribution=normal(5, 2)),
    case("RandomNormalLike", live(np.zeros((40, 50)), "int32"), dtype=1, distribution=normal()),
    *[case("RandomUniform", shape=[40, 50], seed=1.0, opset=v, distribution=uniform()) for v in (1, 22)],
    case("RandomUniform", shape=[30, 70], low=-3.0, high=0.5, dtype=11, distribution=uniform(-3, 0.5)),
    *[case("RandomUniformLike", MANY, seed=2.0, opset=v, distribution=uniform()) for v in (1, 22)],
    case("RandomUniformLike", float64(10, 20, 30), low=1.0, high=2.0, dtype=1, distribution=uniform(1, 2)),
    *[case("Bernoulli", live(RATES), seed=2.0, opset=v, distribution=BINARY) for v in (15, 22)],
    case("Bernoulli", live(RATES, "float64"), dtype=9, distribution=BINARY),
    case("Bernoulli", constant(RATES, "float32"), dtype=6, distribution=BINARY),
    *[
        case(
            "Multinomial",
            live(SCORES),
            sample_size=3000,
            seed=4.0,
            opset=v,
            distribution=shares(ODDS, 3),
            expected=[DRAWN],
        )
        for v in (7, 22)
    ],
    case(
        "Multinomial",
        live(SCORES),
        sample_size=3000,
        dtype=7,
        distribution=shares(ODDS, 3),
        expected=[DRAWN.astype("int64")],
    ),
]

SEEDED = [c for c in CASES if "seed" in c.attributes and c.version >= 15]


def draw(model, seeded) -> np.ndarray:
    return np.asarray(onnx_keras.run(model, feeds(seeded), trace=False))


@pytest.mark.parametrize("seeded", SEEDED, ids=str)
def test_a_seed_repeats_its_numbers_in_every_import(seeded):
    first, second = (onnx_keras.load(model_of(seeded)) for _ in range(2))
    numbers = draw(first, seeded)
    np.testing.assert_array_equal(numbers, draw(second, seeded))
    assert np.any(numbers != draw(first, seeded)), "a second run draws new numbers"


@pytest.mark.parametrize("seeded", SEEDED, ids=str)
def test_a_reloaded_model_goes_on_where_it_was(seeded, tmp_path):
    model = onnx_keras.load(model_of(seeded))
    draw(model, seeded)
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(draw(model, seeded), draw(again, seeded))


def test_seeds_that_differ_by_a_fraction_differ():
    drawn = [
        draw(onnx_keras.load(model_of(c)), c) for s in (1.0, 1.25) for c in [case("RandomNormal", shape=[9], seed=s)]
    ]
    assert np.all(drawn[0] != drawn[1])


def test_numbers_without_a_seed_differ_from_import_to_import():
    unseeded = case("RandomUniform", shape=[9])
    first, second = (draw(onnx_keras.load(model_of(unseeded)), unseeded) for _ in range(2))
    assert np.all(first != second)
