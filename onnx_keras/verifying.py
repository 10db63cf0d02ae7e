"""Comparing a model with its ONNX file: the same inputs through ONNX Runtime and through Keras."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from onnx_keras.errors import InputError, VerificationError
from onnx_keras.loading import label
from onnx_keras.model import Shapes, check_shapes, listed
from onnx_keras.places import quoted
from onnx_keras.running import run, taken

LIVE_SIZE = 4
"""The size that an unknown axis gets in made-up inputs, if the model runs with it."""

Runner = Callable[[dict[str, np.ndarray]], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """How one output agrees.

    Attributes:
        name: The output's ONNX name.
        shape: Its shape in ONNX' order.
        max_abs: The largest absolute difference.
        max_rel: That, relative to the largest magnitude of the output.
        ok: Whether it is within the tolerance.
        note: What is wrong, if shapes or types differ.
    """

    name: str
    shape: tuple[int, ...]
    max_abs: float
    max_rel: float
    ok: bool
    note: str = ""


@dataclass(frozen=True)
class Report:
    """What `verify` found.

    Attributes:
        oracle: What the model was compared with.
        rows: One row for each output.
        rtol: The relative tolerance.
        atol: The absolute tolerance.
    """

    oracle: str
    rows: tuple[Row, ...]
    rtol: float
    atol: float

    @property
    def ok(self) -> bool:
        return all(row.ok for row in self.rows)

    def check(self) -> "Report":
        """Raise where an output differs.

        Raises:
            VerificationError: With the table of all outputs.
        """
        if not self.ok:
            raise VerificationError(f"The model differs from its ONNX file.\n{self}")
        return self

    def __str__(self) -> str:
        lines = [f"Compared with {self.oracle} (rtol={self.rtol:g}, atol={self.atol:g}):"]
        for row in self.rows:
            size = "x".join(map(str, row.shape)) or "scalar"
            state = "ok" if row.ok else "DIFFERS"
            lines.append(
                f"  {row.name} {size}: absolute {row.max_abs:.2e}, relative {row.max_rel:.2e} {state} {row.note}".rstrip()
            )
        return "\n".join(lines)


def verify(
    onnx_path: Any,
    model: keras.Model,
    inputs: Any = None,
    *,
    rtol: float = 1e-4,
    atol: float = 1e-6,
    seed: int = 0,
) -> Report:
    """Compare a model with the ONNX file that it was loaded from.

    Args:
        onnx_path: The file; or whatever `load` took.
        model: The model.
        inputs: Arrays by ONNX name, or a list of them, in ONNX' axis order, turned to the types of the inputs as `run`
            does. By default random ones are drawn, with size 4 for unknown axes.
        rtol: The largest difference that is allowed, relative to the largest magnitude of an output.
        atol: The same, absolute.
        seed: The seed of random inputs.

    Returns:
        A report with a row for each output; `print` shows a table, `check` raises where they differ. Compared is with
        ONNX Runtime, or with onnx's ReferenceEvaluator where that isn't installed.

    Raises:
        InvalidModelError: The file can't be read.
        InputError: The inputs are not those of the model, or it knows no ONNX names.
        VerificationError: The file isn't the model's, or can't be run.
    """
    from onnx_keras.graph.oracle import runnable

    source = runnable(onnx_path)  # A stream can be read but once.
    shapes = shapes_in(source, model)
    given = made_up(model, shapes, seed) if inputs is None else named(model, inputs)
    check_shapes(list(given.values()), shapes, f"in {label(source)}")
    name, want = expected(source, given)
    got = run(model, given)
    results = got if isinstance(got, Mapping) else {next(iter(model.onnx_outputs)): got}
    return Report(name, tuple(rows(results, want, rtol, atol)), rtol, atol)


def shapes_in(source: str | bytes, model: keras.Model) -> Shapes:
    """Give the shapes of a model's inputs in its ONNX file.

    Raises:
        InvalidModelError: The file can't be read.
        InputError: The model knows no ONNX names.
        VerificationError: The file isn't the model's.
    """
    from onnx_keras.graph.oracle import doors_of

    shapes, outputs = doors_of(source)
    own = getattr(model, "onnx_inputs", None), getattr(model, "onnx_outputs", None)
    if own[0] is None or own[1] is None:
        raise InputError(
            f"{quoted(model)} knows no ONNX names, so it can't be compared with a file: `load` gives models that do."
        )
    for what, names, has in (("inputs", own[0], shapes), ("outputs", own[1], outputs)):
        if set(names) != set(has):
            raise VerificationError(
                f"'{model.name}' doesn't belong to {label(source)}: it has the {what} {listed(names)}, the file {listed(has)}."
            )
    return {n: None if "container" in door else shapes[n] for n, door in own[0].items()}


def expected(source: str | bytes, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give the outputs of an ONNX file and the name of what ran it.

    Raises:
        VerificationError: It doesn't run.
    """
    from onnx_keras.graph.oracle import oracle

    try:
        name, runner = oracle(source)
        return name, runner(given)
    except Exception as error:  # ONNX Runtime's have no class in common.
        raise VerificationError(f"Running {label(source)} itself fails: {error}") from error


def named(model: keras.Model, inputs: Any) -> dict[str, Any]:
    return dict(zip(model.onnx_inputs, taken(model.onnx_inputs, inputs)))


def made_up(model: keras.Model, shapes: Shapes, seed: int) -> dict[str, Any]:
    """Draw inputs: floats from a normal distribution, integers 0 or 1, which most tables have."""
    rng = np.random.default_rng(seed)
    return {n: drawn(rng, door, shapes[n]) for n, door in model.onnx_inputs.items()}


def drawn(rng: np.random.Generator, door: Mapping[str, Any], in_file: Sequence[int | None] | None) -> np.ndarray:
    from onnx_keras.types import numpy_type

    own = door["shape"] or ()
    sizes = zip(own, in_file if in_file and len(in_file) == len(own) else own)
    shape = [next((s for s in pair if isinstance(s, int)), LIVE_SIZE) for pair in sizes]
    kind = numpy_type(door["dtype"] or "float32")
    if kind.kind in "biu":
        return rng.integers(0, 2, shape).astype(kind)
    return np.asarray(rng.standard_normal(shape)).astype(kind)


def rows(got: Mapping[str, Any], want: Mapping[str, Any], rtol: float, atol: float) -> Iterator[Row]:
    for name, right in want.items():
        yield compared(name, np.asarray(got[name]), np.asarray(right), rtol, atol)


def compared(name: str, got: np.ndarray, want: np.ndarray, rtol: float, atol: float) -> Row:
    """Compare one output; infinities and NaN must stand at the same places."""
    if got.shape != want.shape:
        return Row(name, want.shape, np.inf, np.inf, False, f"has shape {got.shape} here")
    if want.dtype.kind in "OSU":
        same = bool((got.astype(str) == want.astype(str)).all())
        return Row(name, want.shape, 0.0 if same else np.inf, 0.0 if same else np.inf, same)
    wide = np.complex128 if want.dtype.kind == "c" else np.float64
    a, b = got.astype(wide), want.astype(wide)
    finite = np.isfinite(b)
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True) or not np.isfinite(a[finite]).all():
        return Row(name, want.shape, np.inf, np.inf, False, "has infinities or NaN elsewhere")
    top = float(np.abs(b[finite]).max()) if finite.any() else 0.0
    largest = float(np.abs(a[finite] - b[finite]).max()) if finite.any() else 0.0
    return Row(name, want.shape, largest, largest / max(top, 1e-30), largest <= atol + rtol * top)
