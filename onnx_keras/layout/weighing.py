"""Whether a floating constant is a weight, or a number, a mask or a table that belongs to the graph's text."""

import re

from onnx_keras.program import Constant

NUMBERED = re.compile(r"val_\d+")
"""What PyTorch calls the constants that it computed itself; parameters of a module keep their names."""

HIDDEN = -1e4
"""What is added to scores of attention to hide them is this or less."""


def why_no_weight(name: str, constant: Constant, is_declared: bool) -> str:
    """Say why a floating constant is no weight; empty if it is one.

    Args:
        name: Its name in the file.
        constant: The constant.
        is_declared: Whether it stands where an operator has a weight by nature, not just where arithmetic may have one.
    """
    if constant.is_computed:
        return "it follows from numbers and sizes"
    if not constant.is_initializer and not is_declared:
        return "the file holds it as a Constant node"
    is_unnamed = not constant.is_initializer or NUMBERED.fullmatch(name) is not None
    if is_unnamed and (repeats(constant, (0, 1)) if is_declared else constant.size == 1):
        return "it is a number"
    if not is_declared and hides(constant):
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
