"""Orders, their texts, and the arrays that they describe."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnx_keras.layout.storing import from_stored, order_config, order_from_config, to_stored
from onnx_keras.orders import Inner, Order, image_order, onnx_order, parse_order


@st.composite
def shapes_and_orders(draw, most=4):
    """Draw a shape and an order of it, some axes of which are scrambled."""
    rank = draw(st.integers(0, most))
    shape, inner = [], []
    for axis in range(rank):
        factors = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
        shape.append(int(np.prod(factors)))
        stored = tuple(draw(st.permutations(range(len(factors)))))
        if len(factors) > 1 and stored != tuple(sorted(stored)):
            inner.append((axis, Inner(tuple(factors), stored)))
    return tuple(shape), Order(tuple(draw(st.permutations(range(rank)))), tuple(inner))


def numbers(shape):
    return np.arange(int(np.prod(shape))).reshape(shape)


@given(shapes_and_orders())
def test_storing_is_undone(drawn):
    shape, order = drawn
    stored = to_stored(numbers(shape), order)
    assert stored.shape == order.stored(shape)
    np.testing.assert_array_equal(from_stored(stored, order), numbers(shape))


@given(shapes_and_orders())
def test_an_order_survives_its_configuration(drawn):
    _, order = drawn
    assert order_from_config(order_config(order)) == order


@given(shapes_and_orders(), st.data())
def test_a_transpose_relabels(drawn, data):
    shape, order = drawn
    perm = data.draw(st.permutations(range(len(shape))))
    stored = to_stored(numbers(shape), order)
    np.testing.assert_array_equal(from_stored(stored, order.transpose(perm)), numbers(shape).transpose(perm))


def test_a_symbolic_factor_is_what_is_left():
    order = Order((0,), ((0, Inner(("N", 4), (1, 0))),))
    np.testing.assert_array_equal(from_stored(to_stored(numbers((12,)), order), order), numbers((12,)))


def test_images_have_their_channels_where_the_format_says():
    assert image_order(4, "channels_last").axes == (0, 2, 3, 1)
    assert image_order(4, "channels_first") == onnx_order(4)
    assert image_order(2, "channels_last") == onnx_order(2)


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("n h w c", (0, 2, 3, 1)),
        ("n c h w", (0, 1, 2, 3)),
        ("n l c", (0, 2, 1)),
        ("batch time f -> time batch f", (1, 0, 2)),
    ],
)
def test_layouts_are_written_as_einops_does(text, axes):
    assert parse_order(text).axes == axes


@pytest.mark.parametrize("text", ["n n", "a b -> a c", "a-b", ""])
def test_a_layout_that_is_none_is_refused(text):
    if not text:
        assert parse_order(text).rank == 0
        return
    with pytest.raises(ValueError, match="Write each axis once"):
        parse_order(text)


def test_scrambled_axes_are_shown():
    assert Order((1, 0), ((1, Inner((2, 3), (1, 0))),)).text() == "(b1 b0) a"
