"""Old revisions of operators, rewritten to the newest: one rule for each step, relatives together in a file.

    problems = upgrade_model(model)

A step is a rule, declared equivalent, or refused with a reason; `missing_steps` lists those that are neither.
"""

from onnx_keras.graph.upgrades import (  # noqa: F401  (they register their rules)
    axes_inputs,
    broadcasting,
    casting,
    classical,
    consumed_inputs,
    control_flow,
    convolution,
    dropout,
    elementwise,
    experimental,
    indexing,
    losses,
    microsoft,
    microsoft_attention,
    normalization,
    pooling,
    products,
    randomness,
    recurrent,
    reshaping,
    resizing,
    signals,
    slicing,
    softmax,
)
from onnx_keras.graph.upgrades.registry import (
    NEWEST,
    MissingStep,
    equivalent,
    missing_steps,
    refuse,
    replaced,
    upgrade,
)
from onnx_keras.graph.upgrades.upgrading import Problem, upgrade_model

__all__ = [
    "NEWEST",
    "MissingStep",
    "Problem",
    "equivalent",
    "missing_steps",
    "refuse",
    "replaced",
    "upgrade",
    "upgrade_model",
]
