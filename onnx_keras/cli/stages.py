"""What `inspect --stage` prints: the graph as read, the graph as normalized, or the plan."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from onnx_keras.cli.options import Stage
from onnx_keras.loading import has_layer, make_plan


def stage_lines(file: Path, stage: Stage, options: Mapping[str, Any]) -> Iterator[str]:
    """Print what a step makes of a file, line by line."""
    if stage is Stage.PLAN:
        return make_plan(file, **options).lines()
    return iter(str(graph(file, stage, options["shapes"])).splitlines())


def graph(file: Path, stage: Stage, shapes: Mapping[str, Any]) -> Any:
    """Give a file's graph as it is read or as it is normalized; nodes that can't be rewritten are left as they are."""
    from onnx_keras.graph.normalizing import normalize
    from onnx_keras.graph.reading import read

    model = read(file)
    if stage is Stage.NORMALIZE:
        normalize(model, shapes, has_layer)
    return model
