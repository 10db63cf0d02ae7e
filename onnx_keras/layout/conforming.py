"""From one order to another: reshapes where only unit axes pass, else a move."""

from dataclasses import dataclass

from onnx_keras.orders import Order, Shape, essential


@dataclass(frozen=True)
class Change:
    """One thing to do to a stored tensor.

    Attributes:
        shape: The stored shape to reshape to, or
        perm: the permutation of stored axes to transpose by.
    """

    shape: Shape | None = None
    perm: tuple[int, ...] | None = None


def without_leading_units(shape: Shape) -> Shape:
    start = next((i for i, size in enumerate(shape) if size != 1), len(shape))
    return shape[start:]


def fits(shape: Shape, have: Order, want: Order) -> bool:
    """Say whether a value stored in one order can be taken for the other as it is."""
    if want.rank == have.rank:
        return have == want
    lifted, wide = lift(shape, have, want)
    same = essential(lifted, wide) == essential(want, wide)
    stored = without_leading_units(have.stored(shape))
    return same and stored == without_leading_units(want.stored(wide))


def needs_move(shape: Shape, have: Order, want: Order) -> bool:
    """Say whether elements have to change places."""
    lifted, wide = lift(shape, have, want)
    return essential(lifted, wide) != essential(want, wide)


def lift(shape: Shape, have: Order, want: Order) -> tuple[Order, Shape]:
    return have.lift(want.rank), (1,) * (want.rank - have.rank) + tuple(shape)


def conform(shape: Shape, have: Order, want: Order) -> list[Change]:
    """List what turns a value stored in one order to another, of at least its rank."""
    if fits(shape, have, want):
        return []
    lifted, wide = lift(shape, have, want)
    if not needs_move(shape, have, want):
        return [Change(shape=want.stored(wide))]
    if clash := [
        a for a, inner in lifted.inner if want.inside(a) not in (None, inner) and not same_sizes(lifted, want, a)
    ]:
        straight = lifted.straight(clash)
        return [*conform(wide, lifted, straight), *conform(wide, straight, want)]
    before, after = atoms(lifted, want), atoms(want, lifted)
    sizes = {(a, k): size for a in range(want.rank) for k, size in enumerate(parts(lifted, want, a, wide))}
    changes = []
    split = tuple(sizes[atom] for atom in before)
    if split != have.stored(shape):
        changes.append(Change(shape=split))
    changes.append(Change(perm=tuple(before.index(atom) for atom in after)))
    if tuple(sizes[atom] for atom in after) != want.stored(wide):
        changes.append(Change(shape=want.stored(wide)))
    return changes


def same_sizes(a: Order, b: Order, axis: int) -> bool:
    one, other = a.inside(axis), b.inside(axis)
    return one is not None and other is not None and one.sizes == other.sizes


def atoms(order: Order, other: Order) -> list[tuple[int, int]]:
    """List an order's factors as they are stored; an axis that the other order scrambles is split too."""
    found = []
    for axis in order.axes:
        inner, across = order.inside(axis), other.inside(axis)
        if inner is not None:
            found += [(axis, k) for k in inner.stored]
        else:
            found += [(axis, k) for k in range(1 if across is None else len(across.sizes))]
    return found


def parts(a: Order, b: Order, axis: int, shape: Shape) -> Shape:
    inner = a.inside(axis) or b.inside(axis)
    return (shape[axis],) if inner is None else inner.sizes
