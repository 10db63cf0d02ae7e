"""Dim expressions: what is written of a size evaluates to it."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from onnx_keras import dims
from onnx_keras.layout.binding import Unbound, bound, sources_of, written

N, S = (sympy.Symbol(n, integer=True, positive=True) for n in "NS")
TEXTS = {N: "x[0]", S: "x[1]"}


@st.composite
def sizes(draw, depth=3):
    if not depth or draw(st.booleans()):
        return draw(st.sampled_from([N, S, sympy.Integer(2), sympy.Integer(3)]))
    a, b = draw(sizes(depth - 1)), draw(sizes(depth - 1))
    return draw(
        st.sampled_from(
            [
                a + b,
                a * b,
                a - b,
                sympy.floor(a / 2),
                sympy.ceiling(a / 3),
                sympy.Max(a, b),
                sympy.Min(a, b),
                sympy.Mod(a, 5),
            ]
        )
    )


@given(sizes(), st.integers(1, 20), st.integers(1, 20))
def test_a_size_is_worth_what_its_text_is(size, n, s):
    value = bound(size, TEXTS)
    assert dims.evaluate(value, {"x": (n, s)}) == int(size.subs({N: n, S: s}))


def test_a_whole_fraction_is_divided():
    assert dims.evaluate(written(N * S / 4, TEXTS), {"x": (8, 3)}) == 6


def test_symbols_are_solved_for():
    texts = sources_of({"x": (2 * N + 1, S - 3)})
    assert dims.evaluate(bound((N, S), texts), {"x": (9, 4)}) == (4, 7)


def test_a_size_that_no_tensor_has_is_not_guessed():
    with pytest.raises(Unbound, match="N"):
        bound(N, {S: "x[0]"})


@pytest.mark.parametrize("text", ["x.shape", "__import__('os')", "x[0]**2", "f(1)", "x['a']"])
def test_a_text_that_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="is not a dim expression"):
        dims.compiled(text)
