"""Arithmetic on pads and sizes, without tensors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnx_keras.layers import windows

SIZES, SPANS, STRIDES, PADS = st.integers(1, 40), st.integers(1, 9), st.integers(1, 6), st.integers(0, 4)


@given(SIZES, SPANS, STRIDES, st.booleans())
def test_same_pads_give_size_over_stride(size, span, stride, at_end):
    begin, end = windows.same_pads(size, span, stride, at_end)
    assert windows.outputs_of(size + begin + end, span, stride) == -(-size // stride)
    assert (end - begin if at_end else begin - end) in (0, 1)


@given(SIZES, SPANS, STRIDES, PADS, PADS)
def test_ceil_mode_counts_windows_that_start_before_the_end_pad(size, span, stride, before, after):
    if size + before + after < span:
        return
    more = windows.beyond(size, span, stride, (before, after))
    starts = range(0, size + before + after, stride)
    reaching = [s for s in starts if s + span < size + before + after + stride and s < size + before]
    fitting = [s for s in starts if s + span <= size + before + after]
    wide = size + before + after + more
    assert windows.outputs_of(wide, span, stride) == max(len(reaching), len(fitting))
    assert more < stride


@given(SIZES, SPANS, STRIDES, PADS, PADS)
def test_padding_is_same_only_where_it_pads_alike(size, span, stride, before, after):
    padding = windows.padding_of("NOTSET", (before, after), (size,), (span,), (stride,))
    assert windows.resolved(padding, (size,), (span,), (stride,)) == ((before, after),)


def test_sizes_that_nobody_knows_leave_pads_as_they_are():
    assert windows.padding_of("NOTSET", (1, 1), (None,), (3,), (2,)) == ((1, 1),)
    assert windows.padding_of("NOTSET", (1, 1), (None,), (3,), (1,)) == "same"


@pytest.mark.parametrize(
    ("strides", "dilations", "expected"),
    [((2,), (2,), ((2,), (1,), (1,))), ((4,), (6,), ((2,), (2,), (3,))), ((1,), (3,), ((1,), (1,), (3,)))],
)
def test_common_factors_of_strides_and_dilations_go(strides, dilations, expected):
    assert windows.without_common_factors(strides, dilations) == expected


@given(SIZES, SPANS, STRIDES, PADS, PADS, st.integers(0, 2))
def test_crops_leave_the_size_that_onnx_states(size, span, stride, before, after, more):
    full = stride * (size - 1) + span
    (crop,) = windows.transposed_crops("NOTSET", (before, after), (more,), None, (size,), (span,), (stride,))
    assert full - sum(crop) == full + more - before - after
    (crop,) = windows.transposed_crops("SAME_UPPER", None, (more,), None, (size,), (span,), (stride,))
    assert full - sum(crop) == size * stride
    (crop,) = windows.transposed_crops("NOTSET", None, (more,), (17,), (size,), (span,), (stride,))
    assert full - sum(crop) == 17
