"""The command line: `onnx-keras inspect`, `convert`, `verify`, `summary` and `demo`."""

from onnx_keras.cli.commands import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command that the user typed."""
    app()
