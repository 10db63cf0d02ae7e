"""Measure imported models beside the same networks written by hand.

    python -m benchmarks                        ResNet-50 at its full size
    python -m benchmarks --network all --quick  every network, small and few times

Contenders take turns; the table shows medians and how the imported model compares with the one written by hand. Times
are those of this machine while it does what else it does: compare within a row only.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# PyTorch's threads would spin between their turns, and take the cores from the others.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import argparse
import pathlib
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import networks
from benchmarks.measuring import medians, peak_of_load

BATCHES = (1, 8)
GOALS = {"load": 1.2, "peak memory": 1.5, "inference": 1.05, "training": 1.05}
Row = tuple[str, dict[str, float], float]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--network", choices=(*networks.NAMES, "all"), default="resnet50")
    parser.add_argument("--rounds", type=int, help="how often each contender runs")
    parser.add_argument("--quick", action="store_true", help="small inputs, three rounds")
    parser.add_argument("--only", choices=GOALS, help="one measurement alone")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    console = Console(width=110)
    for name in networks.NAMES if options.network == "all" else (options.network,):
        with tempfile.TemporaryDirectory() as folder:
            console.print(table_of(name, rows(name, options, pathlib.Path(folder))))
    return 0


def rows(name: str, options: Any, folder: pathlib.Path) -> Iterator[Row]:
    """Measure one network: what, the seconds or bytes of each contender, and the ratio that counts."""
    from benchmarks.contenders import contenders_of

    network = networks.network(name)
    made = contenders_of(network, network.quick_shape if options.quick else network.shape, folder)
    rounds = options.rounds or (3 if options.quick else 9)
    if options.only in (None, "load"):
        yield compared("load", made.loads(), rounds)
    if options.only in (None, "peak memory"):
        yield memory_row(made.path)
    for batch in BATCHES:
        if options.only in (None, "inference"):
            yield compared(f"inference, batch {batch}", made.inferences(batch), rounds)
    if options.only in (None, "training"):
        yield compared(f"training step, batch {BATCHES[-1]}", made.training_steps(BATCHES[-1]), rounds)


def compared(what: str, contenders: Any, rounds: int) -> Row:
    from benchmarks.contenders import BY_HAND, IMPORTED

    seconds = medians(contenders, rounds)
    return what, seconds, seconds[IMPORTED] / seconds[BY_HAND]


def memory_row(path: pathlib.Path) -> Row:
    """Compare the peak of a load with the weights themselves."""
    found = peak_of_load(path)
    return (
        "peak memory of load",
        {"imported": found["peak"], "weights": found["weights"]},
        found["peak"] / found["weights"],
    )


def table_of(name: str, measured: Iterator[Row]) -> Table:
    columns = ("imported", "by hand", "ONNX Runtime", "PyTorch", "weights")
    table = Table("", *columns, "ratio", "goal", title=f"{name}: medians in ms or MB")
    for what, figures, ratio in measured:
        goal = next(g for begin, g in GOALS.items() if what.startswith(begin))
        unit = 1e-6 if "weights" in figures else 1e3
        cells = (f"{figures[c] * unit:.1f}" if c in figures else "" for c in columns)
        table.add_row(what, *cells, f"{ratio:.2f}", f"{goal:.2f}")
    return table


if __name__ == "__main__":
    raise SystemExit(main())
