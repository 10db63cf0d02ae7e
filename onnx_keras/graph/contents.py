"""The elements of small tensors as expressions of live sizes: what becomes of Shape -> Gather -> Concat.

Elements are Python ints, bools, sympy expressions (rationals in a floating tensor), or None where an element
can't be known from sizes. Nothing is guessed: a comparison that depends on a live size gives None.
"""

from collections.abc import Callable

import numpy as np
import onnx_ir as ir
import sympy

from onnx_keras.graph.claims import CLAIM
from onnx_keras.graph.symbols import dims

MOST_ELEMENTS = 1024
"""Larger tensors are data, not sizes."""

_FLOATS = frozenset({ir.DataType.FLOAT, ir.DataType.DOUBLE})
_READABLE = _FLOATS | {ir.DataType.BOOL} | {dtype for dtype in ir.DataType if dtype.is_integer()}
_WITHOUT_OVERFLOW = _FLOATS | {ir.DataType.BOOL, ir.DataType.INT32, ir.DataType.INT64}

Evaluator = Callable[..., object]
_EVALUATORS: dict[str, tuple[Evaluator, bool]] = {}


def evaluates(*op_types: str, from_elements: bool = True):
    """Register the evaluation of operators on arrays of elements.

    The function gets the node and an array for each input, None for an absent one. It returns an array, a list
    of them, or None. Without `from_elements` it is called even if an input's elements are unknown.
    """

    def register(evaluator: Evaluator) -> Evaluator:
        _EVALUATORS.update(dict.fromkeys(op_types, (evaluator, from_elements)))
        return evaluator

    return register


def array(items) -> np.ndarray:
    """Return elements as an array of objects, of the nesting that the list has."""
    return np.array(items, dtype=object)


def evaluate(node: ir.Node) -> None:
    """Note the elements of the outputs of a node whose inputs have been evaluated and whose shapes are inferred."""
    evaluator, from_elements = _EVALUATORS.get(node.op_type, (None, True)) if not node.domain else (None, True)
    if evaluator is None:
        return
    operands = [None if value is None else elements(value) for value in node.inputs]
    if from_elements and any(o is None and value is not None for o, value in zip(operands, node.inputs)):
        return
    if any(value is not None and may_be_trained(value) for value in node.inputs) and node.outputs[0].dtype in _FLOATS:
        return
    results = evaluator(node, *operands)
    for output, result in zip(node.outputs, results if isinstance(results, list) else [results]):
        if result is not None and _is_worth_noting(output, np.asarray(result, dtype=object)):
            _note(output, np.asarray(result, dtype=object))


def may_be_trained(value: ir.Value) -> bool:
    """Return whether a constant is a weight that must stay one: floating, not made of integers, and no mere number."""
    tensor = value.const_value
    if tensor is None or not tensor.dtype.is_floating_point() or "folded" in value.meta:
        return False
    return tensor.size > 1 or bool(value.meta.get(CLAIM))


def _is_worth_noting(value: ir.Value, result: np.ndarray) -> bool:
    shape = dims(value)
    if value.dtype not in _WITHOUT_OVERFLOW or (shape is not None and len(shape) != result.ndim):
        return False
    return result.size == 0 or (result.size <= MOST_ELEMENTS and any(element is not None for element in result.flat))


def _note(value: ir.Value, result: np.ndarray) -> None:
    value.meta["contents"] = result
    if all(isinstance(element, (int, sympy.Rational)) for element in result.flat):
        numbers = np.array(result.tolist(), dtype=value.dtype.numpy())
        value.const_value = ir.Tensor(numbers.reshape(result.shape), dtype=value.dtype, name=value.name)


def elements(value: ir.Value) -> np.ndarray | None:
    """Return the elements of a value, None in place of unknown ones, or None if nothing is known of them."""
    if "contents" in value.meta:
        return value.meta["contents"]
    tensor = value.const_value
    if tensor is not None:
        return _of_tensor(tensor)
    shape = dims(value)
    if shape is None or value.dtype not in _READABLE or not all(isinstance(size, int) for size in shape):
        return None
    return np.full(shape, None, dtype=object) if np.prod(shape, dtype=int) <= 16 else None


def _of_tensor(tensor: ir.TensorProtocol) -> np.ndarray | None:
    if tensor.size > MOST_ELEMENTS or tensor.dtype not in _READABLE:
        return None
    numbers = tensor.numpy()
    if tensor.dtype in _FLOATS:
        return _of_floats(numbers) if tensor.size <= 64 else None
    as_python = bool if tensor.dtype == ir.DataType.BOOL else int
    result = np.empty(numbers.shape, dtype=object)
    result.flat[:] = [as_python(number) for number in numbers.flat]
    return result


def _of_floats(numbers: np.ndarray) -> np.ndarray:
    exact = np.empty(numbers.shape, dtype=object)
    exact.flat[:] = [sympy.Rational(float(n)) if np.isfinite(n) else None for n in numbers.flat]
    return exact


def contents(value: ir.Value) -> np.ndarray | None:
    """Return the elements of a value where all of them follow from the sizes of the inputs.

    Args:
        value: A value of a model that `shapes.infer` has seen.

    Returns:
        An array of objects in the value's shape: ints, bools and sympy expressions; rationals if the value is
        floating. None where an element depends on data, or on more than is known of the sizes.
    """
    known = elements(value)
    if known is None or any(element is None for element in known.flat):
        return None
    return known


def scalar(value: ir.Value | None) -> int | bool | None:
    """Return the one element of a value if it is a known number."""
    known = None if value is None else contents(value)
    return known.item() if known is not None and known.size == 1 and isinstance(known.item(), int) else None
