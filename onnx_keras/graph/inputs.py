"""The sizes of a model's inputs: names that can be computed with, and sizes that the user settles."""

import keyword
import re
from collections.abc import Mapping, Sequence

import onnx_ir as ir

from onnx_keras.errors import InputError
from onnx_keras.graph.symbols import RESERVED_NAMES, from_ir, symbol, to_ir

# Converters number what they don't know: two sizes named unk__7 in one file need not be equal.
_UNNAMED = re.compile(r"|\?|None|-?\d+|unk_+\d+")

Sizes = Mapping[str, int | Sequence[int | None]]


def name_sizes(model: ir.Model) -> None:
    """Give every unknown size of the inputs a name that is an identifier; note the file's own names."""
    names = Names(model)
    for value in model.graph.inputs:
        if value.shape is not None:
            clean = [names.clean(dim, f"{value.name}_dim{axis}") for axis, dim in enumerate(value.shape)]
            value.shape = ir.Shape(clean)


class Names:
    """The names of sizes in use, and what the file calls them."""

    def __init__(self, model: ir.Model):
        self._is_first_visit = "dim_names" not in model.meta
        self.own: dict[str, str] = model.meta.setdefault("dim_names", {})
        inputs = [value for value in model.graph.inputs if value.shape is not None]
        self._taken = {dim.value for value in inputs for dim in value.shape if isinstance(dim, ir.SymbolicDim)}

    def clean(self, dim: int | ir.SymbolicDim, wish: str) -> int | ir.SymbolicDim:
        """Return a size with a usable name: the file's, one like it, or `wish` where the file has none."""
        if isinstance(dim, int):
            return dim if dim >= 0 else self.fresh(wish)
        if dim.value is None or _UNNAMED.fullmatch(dim.value):
            return self.fresh(wish)
        return self._named(dim.value) if self._is_first_visit else dim

    def fresh(self, wish: str) -> ir.SymbolicDim:
        """Return a size of its own, named like `wish`."""
        return ir.SymbolicDim(self._unused(_identifier(wish)))

    def _named(self, own: str) -> ir.SymbolicDim:
        for clean, known in self.own.items():
            if known == own:
                return ir.SymbolicDim(clean)
        clean = _identifier(own)
        clean = clean if clean == own else self._unused(clean)
        self.own[clean] = own
        return ir.SymbolicDim(clean)

    def _unused(self, name: str) -> str:
        candidates = [name, *(f"{name}_{i}" for i in range(2, len(self._taken) + 3))]
        unused = next(candidate for candidate in candidates if candidate not in self._taken)
        self._taken.add(unused)
        return unused


def _identifier(text: str) -> str:
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_") or "size"
    if name[0].isdigit():
        name = f"size_{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in RESERVED_NAMES else name


def fix_sizes(model: ir.Model, fixed: Sizes) -> None:
    """Settle sizes of the inputs.

    Args:
        model: A model whose sizes are named.
        fixed: A size by the file's name of it, or the shape of an input by the input's name, None for a size that
            stays as it is.

    Raises:
        InputError: Listing everything in `shapes` that the model doesn't have or contradicts.
    """
    inputs = {value.name: value for value in model.graph.inputs}
    wishes, problems = _Wishes(inputs, Names(model)), []
    for name, wanted in fixed.items():
        problems += wishes.add(name, wanted)
    if problems:
        raise InputError("\n".join([*problems, _what_exists(inputs, wishes.clean)]))
    substitution = {symbol(name): size for name, size in wishes.sizes.items()}
    for value in inputs.values():
        if value.shape is not None and substitution:
            sizes = [from_ir(dim) for dim in value.shape]
            value.shape = ir.Shape([to_ir(s if isinstance(s, int) else s.subs(substitution)) for s in sizes])


class _Wishes:
    """What `shapes` asks for, as one size for each name."""

    def __init__(self, inputs: dict[str, ir.Value], names: Names):
        self._inputs = inputs
        self._names = names
        self.clean = {own: clean for clean, own in names.own.items()}
        self.sizes: dict[str, int] = {}

    def add(self, name: str, wanted) -> list[str]:
        """Note one entry of `shapes`; return the problems with it."""
        if isinstance(wanted, Sequence) and not isinstance(wanted, str):
            return self._add_shape(name, wanted)
        if name not in self.clean:
            return [f"shapes={{{name!r}: {wanted!r}}}: no size of the inputs is named {name!r}."]
        return self._add_size(self.clean[name], wanted, f"size {name!r}")

    def _add_size(self, name: str, wanted, where: str) -> list[str]:
        if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 0:
            return [f"shapes sets {where} to {wanted!r}; a size is an integer of 0 or more."]
        if self.sizes.setdefault(name, wanted) != wanted:
            return [f"shapes sets {where} to {wanted}, but the same size to {self.sizes[name]} elsewhere."]
        return []

    def _add_shape(self, name: str, wanted: Sequence[int | None]) -> list[str]:
        if name not in self._inputs:
            return [f"shapes={{{name!r}: {tuple(wanted)}}}: no input is named {name!r}."]
        value = self._inputs[name]
        if value.shape is None:
            value.shape = ir.Shape([self._names.fresh(f"{name}_dim{axis}") for axis in range(len(wanted))])
        if len(value.shape) != len(wanted):
            return [f"shapes gives input {name!r} {len(wanted)} axes: {tuple(wanted)}; the file has {_shown(value)}."]
        problems = []
        for axis, (dim, size) in enumerate(zip(value.shape, wanted)):
            where = f"axis {axis} of input {name!r}"
            if size is not None and isinstance(dim, int) and dim != size:
                problems.append(f"shapes sets {where} to {size!r}; the file fixes it to {dim}.")
            elif size is not None and not isinstance(dim, int):
                problems += self._add_size(dim.value, size, where)
        return problems


def _shown(value: ir.Value) -> str:
    return "an unknown shape" if value.shape is None else f"({', '.join(map(str, value.shape))})"


def _what_exists(inputs: dict[str, ir.Value], own_names: dict[str, str]) -> str:
    shapes = ", ".join(f"{name!r} of shape {_shown(value)}" for name, value in inputs.items())
    names = ", ".join(map(repr, own_names)) or "none"
    return f"The inputs are {shapes or 'none'}; the named sizes are {names}."
