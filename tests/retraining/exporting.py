"""Both exporters of PyTorch, to a model in memory."""

import copy
import io
import warnings

import onnx
import torch
from torch import nn

from tests.retraining.networks import batches

EXPORTERS = ("torchscript", "dynamo")


def exported(name: str, module: nn.Module, exporter: str, training: bool = False) -> onnx.ModelProto:
    """Export a network; with `training`, as one that is to be trained further."""
    inputs = {n: torch.from_numpy(a) for n, a in batches(name, 1)[0][0].items()}
    module.train(training)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write = by_dynamo if exporter == "dynamo" else by_torchscript
        return write(module, inputs, training)


def by_torchscript(module: nn.Module, inputs: dict[str, torch.Tensor], training: bool) -> onnx.ModelProto:
    file, before = io.BytesIO(), copy.deepcopy(module)
    torch.onnx.export(
        module,
        tuple(inputs.values()),
        file,
        input_names=list(inputs),
        output_names=["output"],
        dynamic_axes={n: {0: "batch"} for n in (*inputs, "output")},
        training=torch.onnx.TrainingMode.TRAINING if training else torch.onnx.TrainingMode.EVAL,
        do_constant_folding=not training,
        dynamo=False,
    )
    return with_statistics_of(before, onnx.load_from_string(file.getvalue()))


def with_statistics_of(module: nn.Module, file: onnx.ModelProto) -> onnx.ModelProto:
    """Undo what tracing did: in training it moves the statistics of BatchNorm."""
    buffers = dict(module.named_buffers())
    for initializer in file.graph.initializer:
        if initializer.name in buffers:
            initializer.CopyFrom(onnx.numpy_helper.from_array(buffers[initializer.name].numpy(), initializer.name))
    return file


def by_dynamo(module: nn.Module, inputs: dict[str, torch.Tensor], training: bool) -> onnx.ModelProto:
    program = torch.onnx.export(
        module,
        tuple(inputs.values()),
        input_names=list(inputs),
        output_names=["output"],
        dynamic_shapes=tuple({0: torch.export.Dim("batch")} for _ in inputs),
        dynamo=True,
        optimize=not training,
        verbose=False,
    )
    return program.model_proto
