"""Orders: which ONNX axis each stored axis of a tensor holds, and how merged axes lie inside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Dim = Any
"""An int, or a sympy expression over the sizes that are known only when the model runs."""

Shape = tuple[Dim, ...]


@dataclass(frozen=True)
class Inner:
    """The inside of a scrambled axis.

    Attributes:
        sizes: The factors of the axis in ONNX' order.
        stored: The numbers of these factors in the order in which they are stored.
    """

    sizes: Shape
    stored: tuple[int, ...]


@dataclass(frozen=True)
class Order:
    """How a value is stored.

    Attributes:
        axes: Stored axis `i` holds ONNX axis `axes[i]`.
        inner: The scrambled axes, as pairs of ONNX axis and `Inner`, ascending.
    """

    axes: tuple[int, ...]
    inner: tuple[tuple[int, Inner], ...] = ()

    @property
    def rank(self) -> int:
        return len(self.axes)

    @property
    def is_onnx(self) -> bool:
        return not self.inner and self.axes == tuple(range(self.rank))

    def position(self, axis: int) -> int:
        """Find the stored axis that holds an ONNX axis, which may count from the end."""
        return self.axes.index(axis + self.rank if axis < 0 else axis)

    def inside(self, axis: int) -> Inner | None:
        """Give the inside of an ONNX axis if it is scrambled."""
        return dict(self.inner).get(axis)

    def stored(self, shape: Sequence[Any]) -> tuple[Any, ...]:
        """Put what is listed per ONNX axis in stored order."""
        return tuple(shape[a] for a in self.axes)

    def relabel(self, to: Mapping[int, int]) -> "Order":
        """Rename ONNX axes; those that `to` lacks are dropped."""
        return Order(
            tuple(to[a] for a in self.axes if a in to),
            tuple(sorted(((to[a], i) for a, i in self.inner if a in to), key=lambda p: p[0])),
        )

    def transpose(self, perm: Sequence[int]) -> "Order":
        """Relabel as a Transpose does: the new axis `i` is the old axis `perm[i]`."""
        return self.relabel({a: i for i, a in enumerate(perm)})

    def straight(self, axes: Iterable[int] | None = None) -> "Order":
        """Unscramble the axes named, or all."""
        named = None if axes is None else set(axes)
        kept = () if named is None else tuple(p for p in self.inner if p[0] not in named)
        return Order(self.axes, kept)

    def lift(self, rank: int) -> "Order":
        """Add leading unit axes until the rank is reached, as broadcasting does."""
        more = rank - self.rank
        return Order(
            tuple(range(more)) + tuple(a + more for a in self.axes),
            tuple((a + more, i) for a, i in self.inner),
        )

    def text(self, names: Sequence[str] | None = None) -> str:
        """Write the order in einops' notation."""
        names = names or "abcdefghijklmnopqrstuvwxyz"[: self.rank]
        words = []
        for axis in self.axes:
            inner = self.inside(axis)
            name = names[axis]
            parts = "" if inner is None else " ".join(f"{name}{k}" for k in inner.stored)
            words.append(f"({parts})" if parts else name)
        return " ".join(words)


def onnx_order(rank: int) -> Order:
    """Give ONNX' own order."""
    return Order(tuple(range(rank)))


def image_order(rank: int, data_format: str) -> Order:
    """Give the order of an image with `rank` axes in a data format."""
    if data_format == "channels_first" or rank < 3:
        return onnx_order(rank)
    return Order((0, *range(2, rank), 1))


def essential(order: Order, shape: Shape) -> Order:
    """Leave out unit axes, which may lie anywhere: two orders with one essence differ by a reshape."""
    return Order(tuple(a for a in order.axes if shape[a] != 1), order.inner)


def parse_order(text: str) -> Order:
    """Read an order from einops' notation.

    Args:
        text: The axes as they are stored, such as "n h w c", where ONNX has batch `n`, channels `c`, then the others
            as they come; or ONNX' axes, an arrow and the stored ones, such as "batch time f -> time batch f".
    """
    onnx, arrow, stored = text.rpartition("->")
    words = stored.split()
    known = onnx.split() if arrow else sorted(words, key=lambda w: {"n": 0, "c": 1}.get(w, 2))
    if len(set(words)) != len(words) or sorted(words) != sorted(known) or not all(w.isidentifier() for w in words):
        raise ValueError(f"'{text}' is not a layout. Write each axis once, such as 'n h w c' or 'a b c -> b a c'.")
    return Order(tuple(known.index(w) for w in words))
