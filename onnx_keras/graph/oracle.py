"""Running an ONNX file as others do: ONNX Runtime, or onnx's ReferenceEvaluator where that isn't installed."""

import importlib.util
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnx_ir as ir

from onnx_keras.graph.reading import read

Runner = Callable[[dict[str, np.ndarray]], dict[str, Any]]


def oracle(source: Any) -> tuple[str, Runner]:
    """Give something that runs a model, and its name.

    Args:
        source: A path, bytes, a `ModelProto` or an `onnx_ir.Model`.
    """
    path_or_bytes = runnable(source)
    if importlib.util.find_spec("onnxruntime"):
        return "ONNX Runtime", runtime(path_or_bytes)
    return "onnx's ReferenceEvaluator (onnxruntime is not installed)", reference(path_or_bytes)


def doors_of(source: Any) -> tuple[dict[str, tuple[int | None, ...] | None], tuple[str, ...]]:
    """Give the inputs of a model with their shapes, None where one isn't known, and the names of its outputs.

    Raises:
        InvalidModelError: It can't be read.
    """
    graph = read(source).graph
    inputs = {
        v.name: v.shape and tuple(d if isinstance(d, int) and d >= 0 else None for d in v.shape)
        for v in graph.inputs
        if v.name not in graph.initializers
    }
    return inputs, tuple(v.name for v in graph.outputs)


def runnable(source: Any) -> str | bytes:
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    if isinstance(source, ir.Model):
        source = ir.to_proto(source)
    if isinstance(source, onnx.ModelProto):
        return source.SerializeToString()
    return source if isinstance(source, bytes) else source.read()


def runtime(source: str | bytes) -> Runner:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    return lambda inputs: dict(zip(names, session.run(names, inputs)))


def reference(source: str | bytes) -> Runner:
    from onnx.reference import ReferenceEvaluator

    evaluator = ReferenceEvaluator(onnx.load(source) if isinstance(source, str) else onnx.load_from_string(source))
    return lambda inputs: dict(zip(evaluator.output_names, evaluator.run(None, inputs)))
