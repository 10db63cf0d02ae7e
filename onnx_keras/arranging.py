"""From one order to another in a Keras model: the layers that the plan would have put there."""

from collections.abc import Mapping, Sequence
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

Sizes = Mapping[str, tuple[Any, int]]
"""For each named size a tensor that has it, and at which axis."""


def arranged(
    tensor: Any, have: Order | None, want: Order | None, value: str, names: Names, sizes: Sizes | None = None
) -> Any:
    """Give a tensor in another order.

    Args:
        tensor: The symbolic tensor.
        have: The order in which it is stored.
        want: The order that is asked for.
        value: The ONNX name of what it holds.
        names: The names that layers have already.
        sizes: Where named sizes are found.

    Raises:
        LayoutError: It takes sizes that are not found.
    """
    if have is None or want is None or have == want:
        return tensor
    sizes = sizes or {}
    ends = [[value, order_config(have)], [value, order_config(want)]]
    shape, have = with_symbols(tensor.shape, have, value, sizes)
    stored, changes = have.stored(shape), conform(shape, have, want)
    for i, change in enumerate(changes):
        reads, gives = BETWEEN if i else ends[0], ends[1] if change is changes[-1] else BETWEEN
        if change.perm is not None:
            known = {"reads": [reads], "gives": [gives], "dtype": "float32"}
            tensor = Move(perm=change.perm, name=names.safe(f"move {value}"), **known)(tensor)
            stored = tuple(stored[p] for p in change.perm)
        else:
            tensor = regrouped(tensor, stored, change, names.safe(f"regroup {value}"), sizes, (reads, gives))
            stored = change.shape or ()
    return tensor


def regrouped(tensor: Any, stored: Shape, change: Change, name: str, sizes: Sizes, ends: tuple[Any, Any]) -> Any:
    """Put a reshape upon a tensor, which gets the sizes that it doesn't have from other tensors."""
    from onnx_keras.layout.binding import bound, free_symbols, sources_of  # Here, because sympy takes 0.3 s to import.

    texts = sources_of({"x": stored})
    more: dict[str, Any] = {}
    for symbol in free_symbols(change.shape) - texts.keys():
        owner, axis = sizes[str(symbol)]
        texts[symbol] = f"sizes_{len(more)}[{axis}]"
        more[f"sizes_{len(more)}"] = owner
    held, reads = {"shape": bound(change.shape, texts)}, [ends[0], *[BETWEEN for _ in more]]
    return Regroup(held=held, reads=reads, gives=[ends[1]], name=name, dtype="float32")(tensor, **more)


def with_symbols(stored: Sequence[int | None], order: Order, value: str, sizes: Sizes) -> tuple[Shape, Order]:
    """Name the unknown sizes of a stored tensor; give its shape in ONNX' order, and the order with named factors."""
    shape, inner = [], []
    for axis in range(order.rank):
        size = stored[order.position(axis)]
        inside = order.inside(axis)
        if inside is not None:
            factors = named_factors(inside.sizes, size, value, sizes)
            inner.append((axis, Inner(factors, inside.stored)))
            size = product(factors)
        shape.append(symbol(f"axis {axis}") if size is None else size)
    return tuple(shape), Order(order.axes, tuple(inner))


def named_factors(factors: Shape, total: int | None, value: str, sizes: Sizes) -> Shape:
    """Give the factors of an axis; those that aren't known as symbols. One can be found from the others."""
    if total is not None:
        return whole_sizes(factors, total)
    unknown = [str(f) for f in factors if not str(f).isdigit()]
    if missing := [name for name in unknown if name not in sizes and len(unknown) > 1]:
        raise LayoutError(
            f"'{value}' holds {' times '.join(map(str, factors))} in one axis, in another order than ONNX', and the size "
            f"{missing[0]} is not found in the inputs that are left. Choose another value, or load with `shapes`."
        )
    return tuple(int(f) if str(f).isdigit() else symbol(str(f)) for f in factors)


def symbol(name: str) -> Any:
    import sympy

    return sympy.Symbol(name, integer=True, positive=True)
