"""A user's mistake ends in one red message and the exit code 1; `--debug` shows the traceback."""

from typing import Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from onnx_keras.errors import OnnxKerasError


class Mistake(Exception):
    """What was typed can't be meant so."""


class Reporting(TyperGroup):
    """A group of commands that reports what the user can mend without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (OnnxKerasError, OSError, Mistake) as error:
            if ctx.obj == "debug":
                raise
            report(error)
            raise typer.Exit(1) from None


def report(error: Exception) -> None:
    """Print an error on the standard error, as it is: no markup, no line breaks of our own."""
    name = f"{type(error).__name__}: " if isinstance(error, OnnxKerasError) else ""
    Console(stderr=True, soft_wrap=True).print(Text(f"{name}{error}", style="red"), highlight=False)


def remember(ctx: typer.Context, debug: bool) -> bool:
    """Keep `--debug` where the group finds it."""
    if debug:
        ctx.find_root().obj = "debug"
    return debug
