"""Operators that merge and split axes: they run on the stored tensor where the axes concerned lie together."""

from collections.abc import Iterator, Sequence

from onnx_keras.axis_rules.along import data_orders
from onnx_keras.axis_rules.elementwise import aligned
from onnx_keras.axis_rules.facts import Arrangement, AxisRule, Facts, Orders, fixed, unique
from onnx_keras.factors import Atom, common_factors, product
from onnx_keras.orders import Dim, Inner, Order, Shape, onnx_order


class Regroups(AxisRule):
    """A reshape of the stored tensor to what ONNX' result is, stored.

    Args:
        attribute: The name of the attribute or plain-valued input that the stored shape is given by.
    """

    is_reshape = True

    def __init__(self, attribute: str = "shape") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        before, after = facts.shapes[0], facts.returns[0]
        if before is None or after is None or is_computed(facts, self.attribute):
            yield fixed(facts)
            return
        for order in unique([*data_orders(facts, orders, (0,)), onnx_order(len(before))]):
            result = regroup(order, before, after)
            if result is not None:
                rest = fixed(facts).asked[1:]
                yield Arrangement((order, *rest), (result,), {self.attribute: result.stored(after)})


class Broadcasts(AxisRule):
    """Any order; the target shape is put in stored order.

    Args:
        attribute: The name of the plain-valued input that holds the target shape.
    """

    keeps_axes = True

    def __init__(self, attribute: str = "shape") -> None:
        self.attribute = attribute

    def arrange(self, facts: Facts, orders: Orders) -> Iterator[Arrangement]:
        before, after = facts.shapes[0], facts.returns[0]
        if before is None or after is None or is_computed(facts, self.attribute):
            yield fixed(facts)
            return
        for order in data_orders(facts, orders, (0,)):
            wide = aligned(order.lift(len(after)).straight(), before)
            rest = fixed(facts).asked[1:]
            yield Arrangement((wide, *rest), (wide,), {self.attribute: wide.stored(after)})


def is_computed(facts: Facts, attribute: str) -> bool:
    """Say whether a plain-valued input is computed while the model runs."""
    return attribute in facts.names and not facts.absent[facts.names.index(attribute)]


def regroup(order: Order, before: Shape, after: Shape) -> Order | None:
    """Find the order in which a reshape of the stored tensor leaves its result; None if it must be moved first."""
    fine = [(a, k, size) for a in range(len(before)) for k, size in enumerate(sizes_of(order, a, before))]
    fine = [f for f in fine if f[2] != 1]
    wide = [j for j, size in enumerate(after) if size != 1]
    atoms = common_factors([f[2] for f in fine], [after[j] for j in wide])
    if atoms is None:
        return onnx_order(len(after)) if order.is_onnx else None
    number = {f[:2]: n for n, f in enumerate(fine)}
    stored = [number[a, k] for a in order.axes for k in parts_of(order, a) if (a, k) in number]
    sequence = atoms_in_order(atoms, stored)
    return None if sequence is None else gathered(atoms, sequence, wide, after)


def sizes_of(order: Order, axis: int, shape: Shape) -> Sequence[Dim]:
    inner = order.inside(axis)
    return (shape[axis],) if inner is None else inner.sizes


def parts_of(order: Order, axis: int) -> Sequence[int]:
    inner = order.inside(axis)
    return (0,) if inner is None else inner.stored


def atoms_in_order(atoms: Sequence[Atom], stored: Sequence[int]) -> list[int] | None:
    """List the atoms as they are stored; None if a block is torn apart."""
    sequence: list[int] = []
    position = {n: p for p, n in enumerate(stored)}
    for n in stored:
        for t, atom in enumerate(atoms):
            if n not in atom.before:
                continue
            if [position[m] for m in atom.before] != list(
                range(position[atom.before[0]], position[atom.before[0]] + len(atom.before))
            ):
                return None
            if n == atom.before[0]:
                sequence.append(t)
    return sequence


def gathered(atoms: Sequence[Atom], sequence: Sequence[int], wide: Sequence[int], after: Shape) -> Order | None:
    """Gather atoms to the axes they make; None if those of an axis don't lie together."""
    groups: list[tuple[int, list[int]]] = []
    for t in sequence:
        for j in atoms[t].after:
            if groups and groups[-1][0] == wide[j]:
                groups[-1][1].append(t)
            else:
                groups.append((wide[j], [t]))
    if len({axis for axis, _ in groups}) != len(groups):
        return None
    inner = []
    for axis, members in groups:
        if members != sorted(members):
            if any(atoms[t].is_block for t in members):
                return None
            inner.append((axis, inside(atoms, members)))
    axes = with_unit_axes([axis for axis, _ in groups], after)
    return Order(axes, tuple(sorted(inner, key=lambda pair: pair[0])))


def inside(atoms: Sequence[Atom], members: Sequence[int]) -> Inner:
    """Describe a scrambled axis; neighbours in both orders are one factor."""
    runs: list[list[int]] = []
    for t in members:
        if runs and runs[-1][-1] == t - 1:
            runs[-1].append(t)
        else:
            runs.append([t])
    ascending = sorted(runs)
    sizes = tuple(product([atoms[t].size for t in run]) for run in ascending)
    return Inner(sizes, tuple(ascending.index(run) for run in runs))


def with_unit_axes(axes: list[int], shape: Shape) -> tuple[int, ...]:
    """Put each unit axis behind the axis that ONNX has before it."""
    axes = list(axes)
    for axis, size in enumerate(shape):
        if size == 1:
            axes.insert(axes.index(axis - 1) + 1 if axis else 0, axis)
    return tuple(axes)
