"""An overview of a file as tables for a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from onnx_keras.overview import Door, Overview


def tables(found: Overview) -> RenderableType:
    """Show an overview."""
    return Group(facts(found), doors("Inputs", found.inputs), doors("Outputs", found.outputs), *verdict(found))


def facts(found: Overview) -> Table:
    table = Table(box=None, show_header=False)
    rows = {
        "Producer": found.producer,
        "Operator sets": ", ".join(f"{domain} {version}" for domain, version in found.opsets.items()),
        "Parameters": f"{found.parameters:,} ({decimal(found.parameter_bytes)})",
        "Operators": ", ".join(f"{count} {name}" for name, count in found.operators.items()) or "none",
    }
    for name, value in rows.items():
        table.add_row(Text(name, style="bold"), Text(value))
    return table


def doors(title: str, doors: tuple[Door, ...]) -> Table:
    table = Table("Name", "Type", "ONNX shape", "ONNX layout", "Stored as", title=title, title_justify="left")
    for door in doors:
        shape = "?" if door.shape is None else " x ".join(map(str, door.shape)) or "scalar"
        table.add_row(Text(door.name), door.dtype, Text(shape), door.onnx_layout or "?", door.layout or "?")
    return table


def verdict(found: Overview) -> Iterator[Text]:
    """Say what the file would become, or what has no layer."""
    if found.unsupported:
        yield Text(f"No Keras layer for {len(found.unsupported)} of the file's parts:", style="red")
        yield from (Text(f"  {line}") for line in found.unsupported)
        return
    yield Text(
        f"It loads in {found.data_format} as {found.layers} layers, {len(found.moves)} of them moves.", style="green"
    )
    yield from (Text(f"  {move.value} is moved to axes {move.permutation}") for move in found.moves)
