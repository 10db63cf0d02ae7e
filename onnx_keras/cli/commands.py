"""The commands: each loads what it needs when it runs."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from onnx_keras.cli.failing import Mistake, Reporting
from onnx_keras.cli.options import (
    DataFormat,
    Debug,
    File,
    Format,
    Shapes,
    Stage,
    arrays,
    keras_file,
    saved_model,
    sizes,
)

app = typer.Typer(
    cls=Reporting,
    help="Any ONNX file as a Keras 3 model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def inspect(
    file: File,
    data_format: Format = None,
    shape: Shapes = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    stage: Annotated[Stage | None, typer.Option(help="Print what one step of the import makes of the file.")] = None,
    debug: Debug = False,
) -> None:
    """Say what a file holds, how Keras would store it and what has no layer, without building anything."""
    from onnx_keras.cli.stages import stage_lines
    from onnx_keras.cli.tables import tables
    from onnx_keras.overview import overview

    options = planning(data_format, shape)
    if stage and as_json:
        raise Mistake("--json is for the overview: what --stage prints is text.")
    if stage:
        for line in stage_lines(file, stage, options):
            print(line)
        return
    found = overview(file, **options)
    if as_json:
        print(json.dumps(found.as_dict(), indent=2))
    else:
        Console().print(tables(found))


@app.command()
def convert(
    file: File,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to save; beside FILE by default.")
    ] = None,
    data_format: Format = None,
    shape: Shapes = None,
    debug: Debug = False,
) -> None:
    """Save a file as a Keras model that keras.saving.load_model reads."""
    target = keras_file(output or file.with_suffix(".keras"))
    model = loaded(file, data_format, shape)
    model.save(target)
    print(
        f"{target}: {len(model.layers)} layers, {model.count_params():,} parameters, {target.stat().st_size:,} bytes."
    )
    print(f"Read it with: import keras, onnx_keras; model = keras.saving.load_model({str(target)!r})")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The .keras file.", show_default=False)],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The ONNX file to write; beside FILE by default.")
    ] = None,
    external_data: Annotated[
        bool | None,
        typer.Option(help="Whether weights go to a file beside it; from 1.5 GB on by default."),
    ] = None,
    opset: Annotated[
        int | None, typer.Option(help="The operator set to import; that of the source by default.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Write a Keras model as an ONNX file."""
    from onnx_keras.exporting import export as write

    target = output or file.with_suffix(".onnx")
    write(saved_model(file), target, external_data="auto" if external_data is None else external_data, opset=opset)
    print(f"{target}: {target.stat().st_size:,} bytes.")


@app.command()
def verify(
    file: File,
    data_format: Format = None,
    shape: Shapes = None,
    inputs: Annotated[
        Path | None, typer.Option(help="An .npz file with inputs by ONNX name; random ones by default.")
    ] = None,
    rtol: Annotated[
        float, typer.Option(help="The largest difference, relative to an output's largest magnitude.")
    ] = 1e-4,
    atol: Annotated[float, typer.Option(help="The same, absolute.")] = 1e-6,
    seed: Annotated[int, typer.Option(help="The seed of random inputs.")] = 0,
    debug: Debug = False,
) -> None:
    """Run a file in ONNX Runtime and in Keras and compare the outputs; the exit code is 1 if they differ."""
    from onnx_keras.verifying import verify as compare

    given = arrays(inputs) if inputs else None
    model = loaded(file, data_format, shape)
    report = compare(file, model, given, rtol=rtol, atol=atol, seed=seed)
    print(report)
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def summary(file: File, data_format: Format = None, shape: Shapes = None, debug: Debug = False) -> None:
    """Print the Keras summary of the model that a file becomes."""
    loaded(file, data_format, shape).summary()


@app.command()
def demo(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A folder that keeps the retrained model.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Load, verify, retrain, save and reload a small classifier that comes with the package."""
    from onnx_keras.demo import demonstrate

    if not demonstrate(output).ok:
        raise typer.Exit(1)


def planning(data_format: DataFormat | None, shape: list[str] | None) -> dict[str, Any]:
    return {"data_format": data_format and data_format.value, "shapes": sizes(shape)}


def loaded(file: Path, data_format: DataFormat | None, shape: list[str] | None) -> Any:
    """Load a file and show a bar meanwhile."""
    from onnx_keras.loading import load

    return load(file, progress=True, **planning(data_format, shape))
