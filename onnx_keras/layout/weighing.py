"""Whether a floating constant is a weight, or a number, a mask or a table that belongs to the graph's text."""

import re

from onnx_keras.program import Constant

NUMBERED = re.compile(r"val_\d+")
"""What PyTorch calls the constants that it computed itself; parameters of a module keep their names."""

FACTORS = frozenset({"gamma", "beta"})
"""Weights that do nothing as ones and zeros: so they stand in an operator that the module had without weights."""

HIDDEN = -1e4
"""What is added to scores of attention to hide them is this or less."""


def why_no_weight(name: str, constant: Constant, roles: frozenset[str]) -> str:
    """Say why a floating constant is no weight; empty if it is one.

    Args:
        name: Its name in the file.
        constant: The constant.
        roles: What the weights are called in whose places it stands, where operators have weights by nature and not
            just as arithmetic may have some.
    """
    if constant.is_parameter is not None:
        return "" if constant.is_parameter else "the file says that it is no parameter"
    if constant.is_computed:
        return "it follows from numbers and sizes"
    if not constant.is_initializer and not roles:
        return "the file holds it as a Constant node"
    is_unnamed = not constant.is_initializer or NUMBERED.fullmatch(name) is not None
    if is_unnamed and (constant.size == 1 if not roles else roles <= FACTORS and repeats(constant, (0, 1))):
        return "it is a number"
    if not roles and hides(constant):
        return "it is a mask"
    return ""


def repeats(constant: Constant, numbers: tuple[int, ...] = ()) -> bool:
    """Say whether a constant holds one number everywhere, one of some if they are named."""
    elements = constant.array().reshape(-1)
    is_named = elements.size > 0 and (not numbers or elements[0] in numbers)
    is_one = is_named and bool((elements == elements[0]).all())
    constant.release()
    return is_one


def hides(constant: Constant) -> bool:
    """Say whether a constant hides what it is added to."""
    lowest = constant.array().min(initial=0)
    constant.release()
    return bool(lowest <= HIDDEN)
