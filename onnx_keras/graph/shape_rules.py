"""Shapes that the library's rules assume too much or too little of.

Each rule sees a node whose outputs have been inferred and returns better shapes: one for each output, in
which None is a size that can't be known, or None to leave all of them as they are.
"""

import functools

import onnx_ir as ir
import sympy

from onnx_keras.graph.contents import elements
from onnx_keras.graph.symbols import Dim, dims, to_ir

_RULES = {}


def corrects(*op_types: str, domain: str = ""):
    """Register a rule for operators: a function of the node."""

    def register(rule):
        _RULES.update({(domain, op_type): rule for op_type in op_types})
        return rule

    return register


def correct(context, node: ir.Node) -> None:
    """Replace the shapes of a node's outputs where there is a better rule."""
    rule = _RULES.get((node.domain, node.op_type))
    shapes = None if rule is None else rule(node)
    for output, shape in zip(node.outputs, shapes or ()):
        output.shape = ir.Shape([context.new_symbolic_dim() if s is None else to_ir(sympy.sympify(s)) for s in shape])


def targets(node: ir.Node, index: int) -> list | None:
    """Return the elements of a vector input, None for those that aren't known; None if not even their number is."""
    if index >= len(node.inputs) or node.inputs[index] is None:
        return None
    value = node.inputs[index]
    known = elements(value)
    if known is not None:
        return list(known.flat)
    shape = dims(value)
    return [None] * shape[0] if shape is not None and len(shape) == 1 and isinstance(shape[0], int) else None


def is_given(node: ir.Node, index: int) -> bool:
    """Return whether a node has that input."""
    return index < len(node.inputs) and node.inputs[index] is not None


def broadcast(a: Dim | None, b: Dim | None) -> Dim | None:
    """Return the size that two sizes broadcast to, None if that can't be known."""
    if a is None or b is None:
        known = b if a is None else a
        return known if isinstance(known, int) and known != 1 else None
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    if isinstance(a, int) and isinstance(b, int):
        raise ValueError(f"sizes {a} and {b} don't broadcast")
    return a if isinstance(a, int) else b if isinstance(b, int) else sympy.Max(a, b)


def broadcast_shapes(*shapes) -> tuple:
    """Return the shape that shapes broadcast to, with None for sizes that can't be known."""
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    return tuple(functools.reduce(broadcast, sizes) for sizes in zip(*padded))


@corrects(
    *("Add", "Sub", "Mul", "Div", "Mod", "Pow", "Max", "Min", "Sum", "Mean", "Where"),
    *("And", "Or", "Xor", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual"),
    *("BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor"),
)
def _elementwise(node):
    shapes = [dims(value) for value in node.inputs]
    return None if None in shapes or "axis" in node.attributes else [broadcast_shapes(*shapes)]


@corrects("Expand")
def _expand(node):
    shape, target = dims(node.inputs[0]), targets(node, 1)
    return None if shape is None or target is None else [broadcast_shapes(shape, target)]


@corrects("MatMul", "MatMulInteger")
def _matmul(node):
    return product_shape(dims(node.inputs[0]), dims(node.inputs[1]))


def product_shape(a, b) -> list | None:
    """Return the shape of a product of matrices, in a list; None where a rank isn't known."""
    if not a or not b:
        return None
    rows = a[-2:-1]
    columns = b[-1:] if len(b) > 1 else ()
    return [broadcast_shapes(a[:-2], b[:-2]) + tuple(rows) + tuple(columns)]


@corrects("Reshape")
def _reshape(node):
    shape, target = dims(node.inputs[0]), targets(node, 1)
    if target is None:
        return None
    if not node.attributes.get_int("allowzero", 0):
        target = [_copied(shape, i) if size == 0 else size for i, size in enumerate(target)]
    sizes = [None if size == -1 else size for size in target]
    unknown = [i for i, size in enumerate(sizes) if size is None]
    if shape is not None and len(unknown) == 1:
        sizes[unknown[0]] = _quotient(sympy.prod(shape), sympy.prod([s for s in sizes if s is not None]))
    return [sizes]


def _copied(shape, axis: int):
    return shape[axis] if shape is not None and axis < len(shape) else None


def _quotient(total, known):
    """Return the size that a valid Reshape leaves for its one open axis."""
    return None if known == 0 else sympy.floor(total / known)


@corrects("ConstantOfShape")
def _constant_of_shape(node):
    target = targets(node, 0)
    return None if target is None else [target]


@corrects("Tile")
def _tile(node):
    shape, repeats = dims(node.inputs[0]), targets(node, 1)
    if shape is None or repeats is None or len(shape) != len(repeats):
        return None
    return [[None if count is None else size * count for size, count in zip(shape, repeats)]]


@corrects("MelWeightMatrix")
def _mel_weight_matrix(node):
    (bins, length) = (elements(node.inputs[i]) for i in (0, 1))
    if bins is None or length is None or bins.item() is None or length.item() is None:
        return None
    return [[length.item() // 2 + 1, bins.item()]]


@corrects("OneHot")
def _one_hot(node):
    shape, depth = dims(node.inputs[0]), elements(node.inputs[1])
    if shape is None:
        return None
    axis = node.attributes.get_int("axis", -1) % (len(shape) + 1)
    return [[*shape[:axis], None if depth is None else depth.item(), *shape[axis:]]]


@corrects(
    *("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2"),
    *("ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"),
)
def _reduce_over_unknown_axes(node):
    shape, axes = dims(node.inputs[0]), targets(node, 1)
    if shape is None or not is_given(node, 1) or (axes is not None and None not in axes):
        return None
    if node.attributes.get_int("keepdims", 1):
        return [[None] * len(shape)]
    return None if axes is None else [[None] * (len(shape) - len(axes))]


@corrects("Squeeze")
def _squeeze_at_unknown_axes(node):
    return _of_other_rank(node, -1)


@corrects("Unsqueeze")
def _unsqueeze_at_unknown_axes(node):
    return _of_other_rank(node, +1)


def _of_other_rank(node, sign):
    shape, axes = dims(node.inputs[0]), targets(node, 1)
    if shape is None or axes is None or None not in axes:
        return None
    return [[None] * (len(shape) + sign * len(axes))]
