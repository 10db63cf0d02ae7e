"""Comparing a model with its ONNX file: the same inputs through ONNX Runtime and through Keras."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from onnx_keras.errors import VerificationError
from onnx_keras.model import in_graph_order
from onnx_keras.running import run

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
        inputs: Arrays by ONNX name, or a list of them, in ONNX' axis order. By default random ones are drawn, with
            size 4 for unknown axes.
        rtol: The largest difference that is allowed, relative to the largest magnitude of an output.
        atol: The same, absolute.
        seed: The seed of random inputs.

    Returns:
        A report with a row for each output; `print` shows a table, `check` raises where they differ. Compared is with
        ONNX Runtime, or with onnx's ReferenceEvaluator where that isn't installed.
    """
    from onnx_keras.graph.oracle import oracle

    name, runner = oracle(onnx_path)
    given = made_up(model, seed) if inputs is None else named(model, inputs)
    want = runner(given)
    got = run(model, given)
    results = got if isinstance(got, Mapping) else {next(iter(model.onnx_outputs)): got}
    return Report(name, tuple(rows(results, want, rtol, atol)), rtol, atol)


def named(model: keras.Model, inputs: Any) -> dict[str, np.ndarray]:
    ordered = in_graph_order(inputs, model.onnx_inputs)
    return {n: np.asarray(a) for n, a in zip(model.onnx_inputs, ordered)}


def made_up(model: keras.Model, seed: int) -> dict[str, np.ndarray]:
    """Draw inputs: floats from a normal distribution, integers 0 or 1, which most tables have."""
    rng = np.random.default_rng(seed)
    return {n: drawn(rng, door) for n, door in model.onnx_inputs.items()}


def drawn(rng: np.random.Generator, door: Mapping[str, Any]) -> np.ndarray:
    from onnx_keras.types import numpy_type

    shape = [s if isinstance(s, int) else LIVE_SIZE for s in door["shape"] or ()]
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
