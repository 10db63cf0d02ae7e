"""Shapes of what sequences and optional values hold: one shape that covers all of their tensors.

A sequence whose tensors have no known shape is taken to be empty: what is put into it says what it holds.
"""

import onnx_ir as ir

from onnx_keras.graph.shape_rules import corrects
from onnx_keras.graph.symbols import element_dims


def _covering(shapes):
    known = [shape for shape in shapes if shape is not None]
    if not known or len({len(shape) for shape in known}) > 1:
        return None
    return tuple(sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*known))


def _shapes(node: ir.Node) -> list:
    return [None if value is None else element_dims(value) for value in node.inputs]


def _one(shape):
    return None if shape is None else [shape]


def _axis(node: ir.Node, rank: int, default: int | None = None) -> int:
    axis = node.attributes.get_int("axis", default)
    return axis + rank if axis < 0 else axis


@corrects("SequenceConstruct")
def _constructed(node):
    return _one(_covering(_shapes(node)))


@corrects("SequenceInsert")
def _inserted(node):
    return _one(_covering(_shapes(node)[:2]))


@corrects("SequenceErase", "Optional", "OptionalGetElement", "Identity")
def _same(node):
    return _one(_shapes(node)[0]) if node.inputs and node.inputs[0] is not None else None


@corrects("SequenceAt")
def _taken(node):
    return _one(_of_any(_shapes(node)[0]))


def _of_any(shape):
    """Return what is known of the shape of any one tensor: a symbol stands for another size in each."""
    return None if shape is None else tuple(size if isinstance(size, int) else None for size in shape)


@corrects("SplitToSequence")
def _split(node):
    shape = _shapes(node)[0]
    if shape is None:
        return None
    axis = _axis(node, len(shape), 0)
    is_single = len(node.inputs) < 2 or node.inputs[1] is None
    if is_single and not node.attributes.get_int("keepdims", 1):
        return [shape[:axis] + shape[axis + 1 :]]
    return [(*shape[:axis], 1 if is_single else None, *shape[axis + 1 :])]


@corrects("ConcatFromSequence")
def _concatenated(node):
    shape = _of_any(_shapes(node)[0])
    if shape is None:
        return None
    is_new = node.attributes.get_int("new_axis", 0)
    axis = _axis(node, len(shape) + is_new)
    return [(*shape[:axis], None, *shape[axis + 1 - is_new :])]
