"""Reshapes of stored tensors, and the ways from one order to another."""

import numpy as np
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from onnx_keras.axis_rules.regroups import regroup
from onnx_keras.layout.conforming import conform, fits, needs_move
from onnx_keras.layout.storing import to_stored
from onnx_keras.orders import Order, onnx_order
from tests.layout.test_orders import numbers, shapes_and_orders

N, S = (sympy.Symbol(n, integer=True, positive=True) for n in "NS")


@st.composite
def reshapes(draw):
    """Draw a shape, an order of it and another shape with as many elements."""
    shape, order = draw(shapes_and_orders())
    rest = int(np.prod(shape))
    after = []
    while rest > 1 and len(after) < 4:
        size = draw(st.sampled_from([d for d in range(1, rest + 1) if rest % d == 0]))
        after.append(size)
        rest //= size
    if rest > 1 or draw(st.booleans()):
        after.insert(draw(st.integers(0, len(after))), rest)
    return shape, order, tuple(after)


@settings(max_examples=400)
@given(reshapes())
def test_a_regrouped_tensor_is_the_result_in_the_order_that_is_told(drawn):
    shape, order, after = drawn
    result = regroup(order, shape, after)
    if result is None:
        assert not order.is_onnx
        return
    stored = to_stored(numbers(shape), order).reshape(result.stored(after))
    np.testing.assert_array_equal(stored, to_stored(numbers(after), result))


@settings(max_examples=400)
@given(shapes_and_orders(), st.data())
def test_conforming_gives_the_order_that_is_asked(drawn, data):
    shape, have = drawn
    more = data.draw(st.integers(0, 1))
    rank = len(shape) + more
    want = Order(
        tuple(data.draw(st.permutations(range(rank)))), data.draw(st.sampled_from([(), have.lift(rank).inner]))
    )
    array = to_stored(numbers(shape), have)
    moved = False
    for change in conform(shape, have, want):
        array = array.reshape(change.shape) if change.perm is None else array.transpose(change.perm)
        moved |= change.perm is not None
    wide = numbers(shape).reshape((1,) * more + shape)
    right = to_stored(wide, want)
    assert moved == needs_move(shape, have, want)
    if fits(shape, have, want) and more:
        right = right.reshape([s for i, s in enumerate(right.shape) if s != 1 or any(t != 1 for t in right.shape[:i])])
        array = array.reshape(right.shape)
    np.testing.assert_array_equal(array, right)


def test_an_image_that_is_flattened_is_scrambled_and_comes_back():
    flat = regroup(Order((0, 2, 3, 1)), (N, 64, 7, 7), (N, 3136))
    assert flat.text() == "a (b1 b0)"
    assert regroup(flat, (N, 3136), (N, 64, 49)) == Order((0, 2, 1))


def test_heads_are_split_and_merged_for_nothing():
    heads = regroup(onnx_order(3), (N, S, 32), (N, S, 4, 8))
    assert heads == onnx_order(4)
    assert regroup(heads.transpose((0, 2, 1, 3)).transpose((0, 2, 1, 3)), (N, S, 4, 8), (N, S, 32)) == onnx_order(3)


def test_axes_that_lie_apart_are_not_merged():
    assert regroup(Order((0, 2, 1)), (2, 6, 5), (12, 5)) is None
