"""Gradient of ai.onnx.preview.training: of nodes around it, at their own inputs and at others, of weights, twice."""

import functools

import keras
import numpy as np
import pytest

import onnx_keras
from tests.operators.matrix import case, fails, feeds, float32, graph, live, model_of, weight

DOMAIN = "ai.onnx.preview.training"
A, B = float32(2, 3), float32(2, 3, seed=1)
a, b = A.array, B.array
K = float32(3, 3, seed=2)
TANH = np.tanh(a.astype("float64") @ K.array.astype("float64"))
IMAGE, KERNEL = float32(2, 2, 5, 4), float32(3, 2, 3, 3)
PATCHES = np.lib.stride_tricks.sliding_window_view(IMAGE.array.astype("float64"), (3, 3), (2, 3)).sum((0, 2, 3))
PICKED = np.zeros((3, 2))
np.add.at(PICKED, [2, 0, 2, 1], 1)

gradient = functools.partial(case, "Gradient", domain=DOMAIN)


def f(*arrays):
    return [np.asarray(x, "float32") for x in arrays]


AGAIN = f"d = {DOMAIN}.Gradient <xs = ['in0'], y = 'y'> (in0)".replace("'", '"')
OF_OTHERS = f"d = {DOMAIN}.Gradient <xs = ['in1'], y = 'y'> (in1)".replace("'", '"')
BRANCHES = """y = If (outside0) <
    then_branch: graph = then () => (float[2, 3] p) <float[3] k = {1, 2, 3}> { m = Mul (in0, in0) p = Mul (m, k) },
    else_branch: graph = other () => (float[2, 3] q) { q = Neg (in0) }
>"""
REPEATED = """y = Loop (outside0, , in0) <
    body: graph = powers (int64 i, bool c, float[2, 3] s) => (bool c, float[2, 3] t) { t = Mul (s, in0) }
>"""

CASES = [
    gradient(
        A, B, before="y = Add (in0, in1)", xs=["in0", "in1"], y="y", outputs=(1, 1), expected=f(a * 0 + 1, a * 0 + 1)
    ),
    gradient(
        *(A, B),
        before="c = Add (in0, in1) y = Mul (c, in0)",
        **{"xs": ["in0", "in1"], "y": "y", "outputs": (1, 1), "expected": f(2 * a + b, a)},
    ),
    gradient(A, B, before="y = Mul (in0, in1)", xs=["in0"], zs=["in1"], y="y", expected=f(b)),
    gradient(
        A, B, before="y = Mul (in0, in1)", xs=["in1", "in0"], y="y", outputs=(0, 1), expected=f(a), why="one wanted"
    ),
    gradient(
        *(A, B),
        before="y = Mul (c, d) c = Sin (in0) d = Neg (in0)",
        **{"xs": ["c"], "zs": ["d"], "y": "y", "expected": f(b)},
        why="values in between, elsewhere than where they are",
    ),
    gradient(
        A, B, before="y = Exp (in1)", xs=["in0"], y="y", zs=["in1"], expected=f(0 * a), why="it doesn't depend on x"
    ),
    gradient(A, before="y = Exp (in0)", xs=["in0"], y="in0", expected=f(0 * a + 1), why="x itself"),
    gradient(A, before="y = ArgMax (in0)", xs=["in0"], y="y", expected=f(0 * a), why="integers come out"),
    gradient(
        *(float32(3, 2), live([2, 0, 2, 1], "int64")),
        before="y = Gather (in0, in1)",
        **{"xs": ["in0", "in1"], "y": "y", "outputs": (1, 1)},
        expected=[PICKED.astype("float32"), np.zeros(4, "int64")],
        why="integers go in",
    ),
    gradient(A, A, before="y = Mul (in0, in1)", xs=["in0"], zs=["in1"], y="y", expected=f(a)),
    gradient(
        weight(K),
        before="m = MatMul (outside0, in0) y = Tanh (m)",
        **{"outside": (A,), "xs": ["in0"], "y": "y"},
        expected=f(a.T @ (1 - TANH**2)),
        why="by a weight",
    ),
    gradient(
        A,
        before="m = MatMul (in0, outside0) y = Tanh (m)",
        **{"outside": (weight(K),), "xs": ["in0"], "y": "y"},
        expected=f((1 - TANH**2) @ K.array.T),
        why="a weight inside",
    ),
    gradient(
        *(weight(KERNEL), IMAGE),
        before="c = Conv (in1, in0) y = MaxPool <kernel_shape = [1, 1]> (c)",
        **{"xs": ["in0"], "zs": ["in1"], "y": "y", "trains": False},
        expected=f(np.broadcast_to(PATCHES, KERNEL.array.shape)),
        why="images",
    ),
    gradient(
        A, before=f"c = Mul (in0, in0) y = Mul (c, in0) {AGAIN}", xs=["in0"], y="d", expected=f(6 * a), why="twice"
    ),
    gradient(
        *(A, B),
        before=f"c = Mul (in0, in0) y = Mul (c, in1) {OF_OTHERS}",
        **{"xs": ["in0"], "zs": ["in1"], "y": "d", "expected": f(2 * a)},
        why="by one, then by another",
    ),
    gradient(
        A,
        before=BRANCHES,
        **{"outside": (live(True, "bool"),), "xs": ["in0"], "y": "y"},
        expected=f(2 * a * np.arange(1, 4)),
        why="through a branch with a weight",
    ),
    gradient(
        A, before=REPEATED, outside=(live(2, "int64"),), xs=["in0"], y="y", expected=f(3 * a * a), why="through a loop"
    ),
    fails("Gradient", A, domain=DOMAIN, xs=["in0"], y="z", match="names 'z', which nothing makes"),
    fails("Gradient", A, domain=DOMAIN, xs=["in0", "in0"], y="in0", match="1 inputs; xs and zs name in0, in0"),
    fails("Gradient", A, domain=DOMAIN, xs=["in0"], y="out0", match="wait for each other"),
]


IN_A_BRANCH = case(
    "If",
    live(True, "bool"),
    then_branch=graph(
        f'then () => (float[2, 3] p) {{ p = {DOMAIN}.Gradient <xs = ["outside0"], y = "y"> (outside0) }}'
    ),
    else_branch=graph("other () => (float[2, 3] q) { q = Neg (outside0) }"),
    outside=(A,),
    before="y = Exp (outside0)",
)


def test_a_gradient_in_a_branch_names_values_around_it():
    source = model_of(IN_A_BRANCH)
    source.opset_import.add(domain=DOMAIN, version=1)
    np.testing.assert_allclose(onnx_keras.run(onnx_keras.load(source), feeds(IN_A_BRANCH)), np.exp(a), rtol=1e-6)


@pytest.mark.parametrize("case", [c for c in CASES if c.learns and c.trains], ids=str)
def test_the_graph_and_what_is_differentiated_share_their_weights(case, tmp_path):
    source = model_of(case)
    source.graph.output.add(name="y")
    model = onnx_keras.load(source)
    before = onnx_keras.run(model, feeds(case))
    (weight,) = model.trainable_variables
    weight.assign(weight * 0.5)
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    assert len(again.trainable_variables) == 1
    for name, x in onnx_keras.run(again, feeds(case)).items():
        assert not np.array_equal(x, before[name])
