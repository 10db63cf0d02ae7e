"""Operators that hold sizes: those of the batch are replaced by the live one."""

from typing import Any

import numpy as np
import onnx_ir as ir

from onnx_keras.factors import divide, product
from onnx_keras.graph.contents import elements
from onnx_keras.graph.freeing.registry import CannotFollow, Case, Track, follows
from onnx_keras.graph.symbols import Dim


@follows("Flatten")
def through_a_flattening(case: Case) -> Track:
    """Elements stay in their order, so the batch lies behind as many elements as before."""
    track, shape, after = case.tracks[0], case.before[0], case.after
    if track is None or shape is None or after is None:
        raise CannotFollow("its shape is computed from elements that hold the batch")
    places = [t for axis in range(len(after)) if (t := place(case, track, shape, after, axis))]
    starts = [t for t in places if t.outer == 1]
    exact = [t for t in starts if after[t.axis] == case.size]
    behind = [t for t in places if t.outer != 1]
    if exact or not places:
        return first(exact, case, after)
    # Where the axes behind the batch stay as they are, it was merged with those before it.
    is_kept = behind and starts and after[starts[0].axis :] == shape[track.axis + 1 :]
    return first(behind if is_kept or not starts else starts, case, after)


def place(case: Case, track: Track, shape: tuple[Dim, ...], after: tuple[Dim, ...], axis: int) -> Track | None:
    """Say whether the batch can lie in an axis of the result: behind as many elements as before."""
    outer = divide(product((*shape[: track.axis], track.outer)), product(after[:axis]))
    is_whole = outer is not None and divide(after[axis], product((outer, case.size))) is not None
    return Track(axis, outer) if is_whole else None


def first(tracks: list[Track], case: Case, after: tuple[Dim, ...]) -> Track:
    if not tracks:
        raise CannotFollow(f"the batch of {case.size} has no place in its result of shape {after}")
    return tracks[0]


@follows("Reshape")
def through_a_reshape(case: Case) -> Track:
    to = through_a_flattening(case)
    known = elements(case.node.inputs[1])
    is_copied = known is not None and to == case.tracks[0] and known[to.axis] == 0
    if not is_copied:
        replace_size(case, 1, to.axis, whole(case.after[to.axis], case.size))
    return to


def whole(size: Dim, divisor: Any) -> Dim:
    found = divide(size, divisor)
    if found is None:
        raise CannotFollow(f"a size of {size} is no multiple of the batch of {divisor}")
    return found


def replace_size(case: Case, index: int, axis: int, times: Dim) -> None:
    """Write the live batch size, times a number, into one element of a shape."""
    node, given = case.node, case.node.inputs[index]
    known = elements(given)
    if known is None or known.ndim != 1:
        raise CannotFollow(f"its input {given.name!r}, a shape, isn't known")
    if not isinstance(known[axis], (int, np.integer)) or known[axis] < 0:
        return
    parts = [
        piece(case, given, known, 0, axis),
        case.live(case.op, times),
        piece(case, given, known, axis + 1, len(known)),
    ]
    node.replace_input_with(index, case.op.Concat(*[p for p in parts if p is not None], axis=0))


def piece(case: Case, given: ir.Value, known: Any, start: int, end: int) -> ir.Value | None:
    """Give some elements of a shape, as a constant where they are known."""
    if start == end:
        return None
    if all(isinstance(n, (int, np.integer)) for n in known[start:end]):
        return case.op.constant([int(n) for n in known[start:end]])
    return case.op.Slice(given, case.op.constant([start]), case.op.constant([end]))


@follows("Expand")
def through_an_expansion(case: Case) -> Track:
    track, shape, after = case.tracks[0], case.before[0], case.after
    if track is None or shape is None or after is None:
        raise CannotFollow("its shape is computed from elements that hold the batch")
    axis = track.axis + len(after) - len(shape)
    known = elements(case.node.inputs[1])
    position = axis - (len(after) - len(known)) if known is not None else -1
    if position >= 0 and known is not None and known[position] == shape[track.axis] != 1:
        replace_size(case, 1, position, whole(shape[track.axis], case.size))
    return Track(axis, track.outer)


@follows("Resize")
def through_a_resize(case: Case) -> Track | None:
    track = case.tracks[0]
    if track is not None and len(case.node.inputs) > 3 and not case.attribute("axes", ()):
        replace_size(case, 3, track.axis, 1)
    return track


@follows("Concat")
def through_a_concatenation(case: Case) -> Track:
    if case.first.axis == case.attribute("axis", 0) % len(case.after or (0,)):
        raise CannotFollow("it joins along the batch")
    for index in range(len(case.node.inputs)):
        expand(case, index, case.first.axis)
    return case.first


@follows("GatherElements")
def through_a_gathering(case: Case) -> Track:
    expand(case, 0, case.first.axis)
    expand(case, 1, case.first.axis)
    return case.first


@follows("Einsum")
def through_a_sum_of_products(case: Case) -> None:
    """No operand repeats itself along the letter of the batch."""
    terms = case.attribute("equation", "").replace(" ", "").split("->")[0].split(",")
    letters = {term[track.axis] for term, track in zip(terms, case.tracks) if track and "." not in term}
    others = [term for term, track in zip(terms, case.tracks) if track is None]
    if any("." in term for term in terms) or any(letter in term for letter in letters for term in others):
        raise CannotFollow("an operand without a batch would have to be repeated")


@follows("LSTM", "GRU", "RNN")
def through_a_recurrence(case: Case) -> None:
    """All states, and the lengths, need the batch of the sequences."""
    layout = case.attribute("layout", 0)
    for index, axis in ((4, 0), (5, 1 - layout), (6, 1 - layout)):
        if index < len(case.node.inputs) and case.node.inputs[index] is not None:
            expand(case, index, axis)


BROADCASTING = (
    *("Add", "And", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Div", "Equal", "Greater", "GreaterOrEqual"),
    *("Less", "LessOrEqual", "Max", "Mean", "Min", "Mod", "Mul", "Or", "PRelu", "Pow", "Sub", "Sum", "Where", "Xor"),
)


@follows(*BROADCASTING)
def through_broadcasting(case: Case) -> None:
    """Constants that repeat one row for each of the batch are cut to that row."""
    index = case.tracks.index(case.first)
    from_end = case.first.axis - len(case.before[index] or ())
    for other, shape in enumerate(case.before):
        if case.tracks[other] is None and len(shape or ()) >= -from_end and shape[from_end] == case.size != 1:
            case.node.replace_input_with(other, one_row(case, other, from_end))


def one_row(case: Case, index: int, axis: int) -> ir.Value:
    """Give the row of a constant that is the same for all of the batch."""
    given = case.node.inputs[index]
    tensor = None if given.is_graph_input() else ir.convenience.get_const_tensor(given)
    array = None if tensor is None else tensor.numpy()
    if array is None or (array != array.take([0], axis)).any():
        raise CannotFollow(f"its input {given.name!r} of shape {case.before[index]} is made for one batch size")
    return case.op.constant(array.take([0], axis), array.dtype)


def expand(case: Case, index: int, axis: int) -> None:
    """Repeat a tensor without a batch along the axis in which the others have one."""
    shape = case.before[index]
    if case.tracks[index] is not None:
        return
    row = case.node.inputs[index] if shape and shape[axis] == 1 else one_row(case, index, axis)
    before, after = (case.op.constant([1] * n) for n in (axis, len(shape) - axis - 1))
    sizes = case.op.Concat(before, case.live(case.op, 1), after, axis=0)
    case.node.replace_input_with(index, case.op.Expand(row, sizes))
