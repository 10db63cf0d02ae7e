"""From one order to another in a Keras model: the layers that the plan would have put there."""

from collections.abc import Sequence
from typing import Any

from onnx_keras.errors import LayoutError
from onnx_keras.factors import product
from onnx_keras.layers.internal import Move, Regroup
from onnx_keras.layout.conforming import Change, conform
from onnx_keras.layout.storing import order_config, whole_sizes
from onnx_keras.naming import Names
from onnx_keras.orders import Inner, Order, Shape

BETWEEN = ["", None]
"""What a tensor is, as layers know it, between two changes: no ONNX value."""


def arranged(tensor: Any, have: Order | None, want: Order | None, value: str, names: Names) -> Any:
    """Give a tensor in another order.

    Args:
        tensor: The symbolic tensor.
        have: The order in which it is stored.
        want: The order that is asked for.
        value: The ONNX name of what it holds.
        names: The names that layers have already.
    """
    if have is None or want is None or have == want:
        return tensor
    ends = [[value, order_config(have)], [value, order_config(want)]]
    shape, have = with_symbols(tensor.shape, have)
    stored, changes = have.stored(shape), conform(shape, have, want)
    for i, change in enumerate(changes):
        known = {"reads": [BETWEEN if i else ends[0]], "gives": [ends[1] if change is changes[-1] else BETWEEN]}
        tensor, stored = changed(tensor, stored, change, value, names, known)
    return tensor


def changed(
    tensor: Any, stored: Shape, change: Change, value: str, names: Names, known: dict[str, Any]
) -> tuple[Any, Shape]:
    """Put one reshape or one move upon a tensor; give its stored sizes too."""
    if change.perm is not None:
        move = Move(perm=change.perm, name=names.safe(f"move {value}"), dtype="float32", **known)
        return move(tensor), tuple(stored[p] for p in change.perm)
    from onnx_keras.layout.binding import bound, sources_of  # Here, because sympy takes 0.3 s to import.

    assert change.shape is not None
    sizes = bound(change.shape, sources_of({"x": stored}))
    regroup = Regroup(held={"shape": sizes}, name=names.safe(f"regroup {value}"), dtype="float32", **known)
    return regroup(tensor), change.shape


def with_symbols(stored: Sequence[int | None], order: Order) -> tuple[Shape, Order]:
    """Name the unknown sizes of a stored tensor; give its shape in ONNX' order, and the order with named factors."""
    import sympy

    shape, inner = [], []
    for axis in range(order.rank):
        size = stored[order.position(axis)]
        unknown = sympy.Symbol(f"size_{axis}", integer=True, positive=True)
        inside = order.inside(axis)
        if inside is not None:
            sizes = named_factors(inside.sizes, size, unknown)
            inner.append((axis, Inner(sizes, inside.stored)))
            size = product(sizes)
        shape.append(unknown if size is None else size)
    return tuple(shape), Order(order.axes, tuple(inner))


def named_factors(sizes: Shape, total: int | None, unknown: Any) -> Shape:
    """Give the factors of an axis, the one that isn't known as a symbol."""
    if total is not None:
        return whole_sizes(sizes, total)
    if sum(not str(s).isdigit() for s in sizes) > 1:
        raise LayoutError(
            f"An axis holds {' times '.join(map(str, sizes))} in another order than ONNX', and these sizes aren't known "
            "there. Cut at another value, or load the model with `shapes`."
        )
    return tuple(int(s) if str(s).isdigit() else unknown for s in sizes)
