"""Matrices that a file holds twice: a table of embeddings, and the same numbers as the kernel that ends the model."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from onnx_keras.layout.weighing import repeats
from onnx_keras.program import Constant, Program
from onnx_keras.types import FLOATS

Operators = Mapping[tuple[str, str], Any]

TABLE = "embeddings"
"""What operators call a weight that is such a table."""


def tied_matrices(program: Program, operators: Operators) -> dict[str, tuple[str, tuple[int, int]]]:
    """Find the matrices that are a table of embeddings once more: its name, and which of its axes theirs are.

    They are tensors of the file, so that an export finds them. Exporters write a tied table twice where one reader has it transposed. Other equal matrices stay apart: layers that
    are copies of each other begin so.
    """
    names = set(table_names(program, operators))
    tables = {n: c for n, c in program.constants.items() if n in names and is_matrix(c)}
    found = {}
    for name, constant in program.constants.items():
        if name in tables or not is_matrix(constant) or (program.origin and isinstance(constant.source, str)):
            continue
        for table, of in tables.items():
            if perm := same_numbers(of, constant):
                found[name] = (table, perm)
    return found


def table_names(program: Program, operators: Operators) -> Iterator[str]:
    """Name what some operator reads as a table of embeddings."""
    for node in program.nodes:
        cls = operators[node.domain, node.op_type]
        for name, value in zip(cls.inputs_of, node.inputs):
            if value is not None and cls.weight_names.get(name) == TABLE:
                yield value


def is_matrix(constant: Constant) -> bool:
    is_weight = constant.is_initializer and constant.dtype in FLOATS
    return is_weight and len(constant.shape) == 2 and min(constant.shape) > 1


def same_numbers(table: Constant, other: Constant) -> tuple[int, int] | None:
    """Say which axes of a table those of another matrix are, if their numbers are the same."""
    if table.dtype != other.dtype or sorted(table.shape) != sorted(other.shape) or repeats(table):
        return None
    a, b = table.array(), other.array()
    same = next((perm for perm in ((1, 0), (0, 1)) if are_equal(a.transpose(perm), b)), None)
    table.release()
    other.release()
    return same


def are_equal(a: np.ndarray, b: np.ndarray) -> bool:
    """Compare two matrices; most differ in their first row, and aren't read whole."""
    return a.shape == b.shape and np.array_equal(a[0], b[0]) and np.array_equal(a, b)
