"""`load`: from an ONNX file to a Keras model, one step after the other."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras

from onnx_keras.arguments import Trainable, asked, check_batch, check_mappings, patterns_in, policy_of
from onnx_keras.building import build
from onnx_keras.errors import InputError, InvalidModelError, LayoutError
from onnx_keras.layout.plan import Plan
from onnx_keras.model import Model
from onnx_keras.program import AS_IN_FILE, Program
from onnx_keras.registry import OPERATORS, REFUSED
from onnx_keras.supporting import Problem, problems_of, refuse, text_problems

DATA_FORMATS = ("channels_last", "channels_first")


def load(
    source: Any,
    *,
    data_format: str | None = None,
    input_layouts: Mapping[str, str] | None = None,
    output_layouts: Mapping[str, str] | None = None,
    shapes: Mapping[str, Any] | None = None,
    batch: int | str | None = AS_IN_FILE,
    trainable: Trainable = True,
    training: str | None = None,
    dropout: Mapping[str, float] | None = None,
    dtype_policy: Any = None,
    name: str | None = None,
    progress: bool = False,
) -> Model:
    """Read an ONNX file as a Keras model.

    Args:
        source: A path, bytes, a binary file, an `onnx.ModelProto` or an `onnx_ir.Model`. Weights in files beside the
            model are found by the names it gives.
        data_format: "channels_last" or "channels_first": how images are stored, inputs and outputs of the model
            included; by default what `keras.config.image_data_format()` says.
        input_layouts: How inputs are stored where that should be otherwise, by ONNX name: "n h w c", or ONNX' axes and
            the stored ones, "batch time features -> time batch features".
        output_layouts: The same for outputs.
        shapes: Sizes to settle: `{"batch": 8}` by the file's name of a size, `{"x": (1, 3, None, None)}` by input.
        batch: The batch size, the first axis of every input: None frees it where the file fixes it, a number sets it.
            A fixed axis is followed through the graph, and constants that hold its size are replaced.
        trainable: Which weights gradients change: all that the file's exporter calls parameters, or all floating ones
            where it doesn't say (True), none (False), those whose names in the file match a glob pattern or one of
            several, each of which has to match something, or those for which a function of the name is true. A layer
            of which all weights are left out is frozen as by `freeze`, which can be undone by `unfreeze`.
        training: "unfold" makes a file that was exported for inference one that trains as its source did. Every Conv
            with a bias gets back the BatchNormalization that exporters fold into it, with mean zero and variance one
            and the bias as its beta: outputs are the same, and in `fit` it normalises by the batch. What the file does
            as in training always, it does in `fit` alone. By default, the file is taken at its word.
        dropout: Puts Dropout back where an exporter dropped it: the share of elements to drop in `fit`, by the name of
            the node or value that it follows, or a glob pattern of such names.
        dtype_policy: The precision, as Keras' layers take it: "mixed_bfloat16", "mixed_float16" or a policy object; by
            default what `keras.config.dtype_policy()` says. It concerns what is float32 in the file: weights are stored
            in the policy's variable type and computed with in its compute type. Integers, other floats and the
            statistics and factors of normalizations keep their types; outputs of a mixed model are float32.
        name: The name of the model; that of the graph by default.
        progress: Whether a bar is shown while layers are made.

    Returns:
        A functional Keras model with a layer for each operator that computes. Its inputs are those of the graph, in
        order, or a dict by ONNX name; its output is a tensor, or a dict by ONNX name if there are several.

    Raises:
        InvalidModelError: The file can't be read, or contradicts the ONNX specification.
        UnsupportedModelError: Operators, revisions or attribute values have no layer; the message lists all of them.
        InputError: `shapes` contradicts the file, `dropout` names what it doesn't have, or another argument is none that
            `load` takes.
        UnknownNameError: A pattern in `trainable` matches nothing in the file.
        LayoutError: A layout names no input or output, or not its axes; or the batch axis can't be followed through a
            node, which the message names.

    Example:
        >>> model = onnx_keras.load("resnet18.onnx")
        >>> model.output_shape
        (None, 1000)
    """
    policy = policy_of(dtype_policy)
    made = make_plan(
        source,
        data_format=data_format,
        input_layouts=input_layouts,
        output_layouts=output_layouts,
        shapes=shapes,
        batch=batch,
        trainable=trainable,
        training=training,
        dropout=dropout,
    )
    model = (build_with_bar if progress else build)(made, name, dtype_policy=policy)
    if trainable is False:
        model.trainable = False
    return model


def build_with_bar(plan: Plan, name: str | None, dtype_policy: Any) -> Model:
    from onnx_keras.progress import progress_bar

    weights = sum(p.constant.nbytes for step in plan.steps for p in step.parameters.values())
    with progress_bar(len(plan.steps), weights) as advance:
        return build(plan, name, advance, dtype_policy)


def make_program(
    source: Any,
    shapes: Mapping[str, Any] | None = None,
    batch: int | str | None = AS_IN_FILE,
    training: str | None = None,
    dropout: Mapping[str, float] | None = None,
) -> Program:
    """Read and normalize: the graph as plain data. Arguments are those of `load`.

    Raises:
        InvalidModelError: The file can't be read, or contradicts the ONNX specification.
        UnsupportedModelError: Revisions of operators can't be rewritten to the newest ones.
        InputError: An argument contradicts the file.
    """
    from onnx_keras.graph.changed import keep_changed
    from onnx_keras.graph.extracting import extract
    from onnx_keras.graph.normalizing import normalize
    from onnx_keras.graph.reading import read
    from onnx_keras.graph.unfolding import drop, unfold

    check_mappings(shapes=shapes, dropout=dropout)
    check_batch(batch)
    if training not in (None, "unfold"):
        raise InputError(f"training is None or 'unfold', not {training!r}.")
    model = read(source)
    opset = model.opset_imports.get("", 1)
    own_shapes = {key: cls.axis_rule.result_shape for key, cls in OPERATORS.items() if key[0]}
    unsolved = normalize(model, shapes, has_layer, own_shapes, batch)
    if unsolved:
        refuse([*map(old_revision, unsolved), *other_problems(extract(model), unsolved)], label(source))
    if training:
        unfold(model)
    drop(model, dropout or {})
    if model.meta["origin"] is None:
        keep_changed(model, opset)
    program = extract(model)
    if not program.outputs:
        raise InvalidModelError(f"{label(source)} has no outputs, so there is nothing to compute.")
    return program


def old_revision(problem: Any) -> Problem:
    return Problem(f"{problem.op_type} (version {problem.version})", problem.node, problem.reason)


def other_problems(program: Program, unsolved: Sequence[Any]) -> Iterator[Problem]:
    """List what has no layer beside the operators of which some can't be rewritten.

    ONNX' own operators aren't listed for having no layer: most of these are put together from others later.
    """
    told = {(p.domain, p.op_type) for p in unsolved}

    def is_certain(domain: str, op_type: str) -> bool:
        is_known = has_layer(domain, op_type) or (domain, op_type) in REFUSED
        return (domain, op_type) not in told and (is_known or not f"{domain or 'ai.onnx'}.".startswith("ai.onnx."))

    return problems_of(program, OPERATORS, REFUSED, is_certain)


def make_plan(
    source: Any,
    *,
    data_format: str | None = None,
    input_layouts: Mapping[str, str] | None = None,
    output_layouts: Mapping[str, str] | None = None,
    shapes: Mapping[str, Any] | None = None,
    batch: int | str | None = AS_IN_FILE,
    trainable: Trainable = True,
    training: str | None = None,
    dropout: Mapping[str, float] | None = None,
) -> Plan:
    """Read, normalize and plan, without building anything; arguments and errors are those of `load`."""
    from onnx_keras.layout.planning import plan

    data_format = data_format or keras.config.image_data_format()
    if data_format not in DATA_FORMATS:
        raise LayoutError(f"data_format is 'channels_last' or 'channels_first', not {data_format!r}.")
    check_mappings(input_layouts=input_layouts, output_layouts=output_layouts)
    patterns_in(trainable)
    program = make_program(source, shapes, batch, training, dropout)
    has_text = keras.backend.backend() == "tensorflow"
    unsupported = [*problems_of(program, OPERATORS, REFUSED), *(() if has_text else text_problems(program))]
    refuse(unsupported, label(source))
    with asked(trainable, program.constants) as is_trained:
        return plan(program, OPERATORS, data_format, input_layouts, output_layouts, is_trained)


def has_layer(domain: str, op_type: str) -> bool:
    return (domain, op_type) in OPERATORS


def label(source: Any) -> str:
    """Call a source as messages do."""
    return f"'{os.path.basename(source)}'" if isinstance(source, (str, os.PathLike)) else "the model"
