"""Contractions: an equation over stored axes, written over those of ONNX."""

from collections.abc import Sequence
from string import ascii_letters

import numpy as np

from onnx_keras.exporting.graph import Graph
from onnx_keras.exporting.moving import in_keras_axes, straight
from onnx_keras.exporting.reshaping import reshaped
from onnx_keras.exporting.tensor import Sizes, Tensor, in_keras_order


def einsum(op: Graph, equation: str, tensors: Sequence[Tensor]) -> Tensor:
    """Write an equation of `keras.ops.einsum`: its letters are put in the order in which ONNX has the axes."""
    terms, result = parts_of(equation, [t.rank for t in tensors])
    tensors = [straight(op, t) for t in tensors]
    sizes = {c: s for term, t in zip(terms, tensors) for c, s in zip(term, t.shape) if s is not None}
    found = ["".join(term[t.order.position(a)] for a in range(t.rank)) for term, t in zip(terms, tensors)]
    name = op.Einsum(*tensors, equation=f"{','.join(found)}->{result}")
    return in_keras_order(name, tuple(sizes.get(c) for c in result), tensors[0].dtype)


def parts_of(equation: str, ranks: Sequence[int]) -> tuple[list[str], str]:
    """Split an equation into the letters of its terms and of its result; an ellipsis becomes letters of its own."""
    left, arrow, result = equation.replace(" ", "").partition("->")
    free = [c for c in ascii_letters if c not in equation]
    terms = left.split(",")
    extra = max((rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks) if "..." in term), default=0)
    terms = [
        spelled(term, free[extra - (rank - len(term.replace("...", ""))) : extra]) for term, rank in zip(terms, ranks)
    ]
    if not arrow:
        letters = sorted(c for c in set(left) if left.count(c) == 1 and c.isalpha())
        result = "..." * ("..." in left) + "".join(letters)
    return terms, spelled(result, free[:extra])


def spelled(term: str, letters: Sequence[str]) -> str:
    return term.replace("...", "".join(letters))


def projected(op: Graph, equation: str, x: Tensor, kernel: np.ndarray, bias: np.ndarray | None, shape: Sizes) -> Tensor:
    """Contract a tensor with a kernel: by MatMul where the contracted axes are last in one and first in the other."""
    (own, other), result = parts_of(equation, [x.rank, kernel.ndim])
    common = [c for c in own if c in other]
    kept, new = own[: len(own) - len(common)], other[len(common) :]
    if own != kept + other[: len(common)] or result != kept + new or not kept:
        product = einsum(op, equation, [x, op.held(kernel, "kernel")])
        return product if bias is None else product.become(op.Add(product, op.constant(bias, "bias")), shape=shape)
    rows = int(np.prod(kernel.shape[: len(common)]))
    x = in_keras_axes(op, x)
    if len(common) > 1:
        x = merged_last(op, x, len(common), rows)
    flat = op.MatMul(x, op.constant(kernel.reshape(rows, -1), "kernel"))
    per_column = bias is not None and bias.ndim <= len(new)
    if bias is not None and per_column:
        flat = op.Add(flat, op.constant(np.broadcast_to(bias, kernel.shape[len(common) :]).reshape(-1), "bias"))
    product = in_keras_order(flat, (*x.shape[:-1], kernel.size // rows), x.dtype)
    product = product if len(new) == 1 else split_last(op, product, shape)
    return product if bias is None or per_column else product.become(op.Add(product, op.constant(bias, "bias")))


def merged_last(op: Graph, x: Tensor, count: int, size: int) -> Tensor:
    kept = x.shape[: x.rank - count]
    return reshaped(op, x, [*(0 if s is None else s for s in kept), size], (*kept, size))


def split_last(op: Graph, x: Tensor, shape: Sizes) -> Tensor:
    """Split the last axis of a tensor into what a shape has there."""
    return reshaped(op, x, [*(0 if s is None else s for s in shape[: x.rank - 1]), *shape[x.rank - 1 :]], shape)
