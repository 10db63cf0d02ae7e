"""A bar that shows how far the build of a model is."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TextColumn


@contextlib.contextmanager
def progress_bar(layers: int, size: int) -> Iterator[Callable[[int, int], None]]:
    """Show a bar over the layers of a model and another over the bytes of its weights, on the standard error.

    Args:
        layers: How many layers there will be.
        size: How many bytes their weights hold.

    Yields:
        A function to call after each layer with its number, from 0, and the bytes of its weights.
    """
    columns = (TextColumn("{task.description:>7}"), BarColumn(), TextColumn("{task.fields[done]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        layer_bar = bars.add_task("layers", total=layers, done=f"0 of {layers}")
        weight_bar = bars.add_task("weights", total=size, done=f"0 of {decimal(size)}")
        held = 0

        def advance(number: int, more: int) -> None:
            nonlocal held
            held += more
            bars.update(layer_bar, completed=number + 1, done=f"{number + 1} of {layers}")
            bars.update(weight_bar, completed=held, done=f"{decimal(held)} of {decimal(size)}")

        yield advance
