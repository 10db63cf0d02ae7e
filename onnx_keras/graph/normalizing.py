"""Normalize: functions inlined, old revisions rewritten, shapes inferred, constants folded. Knows of no layouts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import onnx_ir as ir

from onnx_keras.graph.claims import note_claims
from onnx_keras.graph.differentiating import cut_out_functions
from onnx_keras.graph.folding import lift_constants, prepare
from onnx_keras.graph.freeing import free_batch
from onnx_keras.graph.functions import inline, inline_operators
from onnx_keras.graph.settling import settle_bodies
from onnx_keras.graph.shapes import infer
from onnx_keras.graph.upgrades import Problem, upgrade_model
from onnx_keras.graph.weights import part_equal_parameters
from onnx_keras.orders import Shape
from onnx_keras.program import AS_IN_FILE

HasLayer = Callable[[str, str], bool]
OwnShape = Callable[[Sequence[Shape | None]], Shape | None]

ROUNDS = 8
"""How deep definitions of operators by other operators may nest."""


def normalize(
    model: ir.Model,
    fixed: Mapping[str, Any] | None,
    has_layer: HasLayer,
    own_shapes: Mapping[tuple[str, str], OwnShape] | None = None,
    batch: int | str | None = AS_IN_FILE,
) -> list[Problem]:
    """Rewrite a model in place to operators of the newest revision, with inferred shapes and no Constant nodes.

    Args:
        model: The model as it was read.
        fixed: Sizes to settle, by the file's name of a size or of an input.
        has_layer: Whether an operator, by domain and name, has a layer and so stays as it is.
        own_shapes: For operators that ONNX doesn't know, the result's shape from those of the inputs, if it is known.
        batch: The batch size: None frees that of a file with a fixed one.

    Returns:
        The nodes that can't be rewritten; all others are of the newest revision then, but no more is done.

    Raises:
        InputError: `fixed` names what the model doesn't have, or contradicts it.
        LayoutError: The batch axis can't be followed through a node.
        InvalidModelError: A Gradient differentiates what there isn't.
    """
    model.meta["own_shapes"] = dict(own_shapes or {})
    note_claims(model)
    cut_out_functions(model)
    part_equal_parameters(model)
    problems = inline(model, has_layer)
    lift_constants(model)
    infer(model, fixed)
    problems += upgrade_model(model)
    if problems:
        return problems
    if batch != AS_IN_FILE:
        free_batch(model, batch)
    prepare(model, fixed)
    for _ in range(ROUNDS):
        if not inline_operators(model, has_layer):
            break
        prepare(model)
    settle_bodies(model)
    return []
