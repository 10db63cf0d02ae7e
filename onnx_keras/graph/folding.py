"""What is constant becomes a constant: nodes on constants, known sizes, decided branches, copies.

Weights stay what they are in the file. A Transpose or Cast of a matrix is left to the layers, so that the
matrix stays one trainable parameter.
"""

import numpy as np
import onnx_ir as ir
from onnx_ir.passes.common import RemoveUnusedNodesPass

from onnx_keras.errors import InvalidModelError
from onnx_keras.graph import control_flow, impossible, shapes, weights
from onnx_keras.graph.contents import may_be_trained
from onnx_keras.graph.evaluation import evaluate
from onnx_keras.graph.symbols import is_container
from onnx_keras.graph.traversal import bodies_of, every_graph, opsets

LARGE = 2**20
"""Bytes above which a result that outgrows its inputs is computed in the model, not stored."""

_MOST_ROUNDS = 5

KEPT = frozenset(
    {
        *("RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial"),
        *("Dropout", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"),
    }
)
"""Operators that are never computed in advance: random ones, and those that say what a weight means."""


def prepare(model: ir.Model, fixed=None) -> ir.Model:
    """Infer shapes and fold constants until neither finds anything new, in place.

    Args:
        model: The model to work on, of the newest operator revisions.
        fixed: Sizes to settle, as `shapes.infer` takes them.

    Raises:
        InputError: `fixed` names what the model doesn't have, or contradicts it.
    """
    lift_constants(model)
    shapes.infer(model, fixed)
    _settle(model)
    while impossible.exclude(model):
        shapes.infer(model)
        _settle(model)
    return model


def _settle(model: ir.Model) -> None:
    for _ in range(_MOST_ROUNDS):
        if not fold(model):
            return
        shapes.infer(model)


def fold(model: ir.Model) -> bool:
    """Fold what is constant in a model whose shapes are inferred, in place.

    Returns:
        Whether another inference may find more.
    """
    lift_constants(model)
    teaches = control_flow.decide(model)
    for graph in every_graph(model.graph):
        for node in graph:
            teaches |= _fold_node(node, opsets(model))
    remove_copies(model)
    RemoveUnusedNodesPass()(model)
    for graph in every_graph(model.graph):
        _remove_unused_initializers(graph)
    return teaches


def lift_constants(model: ir.Model) -> None:
    """Turn Constant nodes into initializers marked `from_constant_node`, and no longer ask for weights as inputs.

    Where the file has no other weights, its Constant nodes are weights, and not marked.
    """
    in_nodes = weights.are_in_nodes(model)
    for graph in every_graph(model.graph):
        for node in graph:
            if len(node.outputs) == 1 and _is_constant(node):
                tensor = ir.convenience.get_const_tensor(node.outputs[0])
                mark = "weight" if in_nodes and weights.may_be_weight(tensor) else "from_constant_node"
                replace_by_constant(node.outputs[0], tensor, mark)
                graph.remove(node, safe=True)
    _drop_overridable_inputs(model)


def _is_constant(node: ir.Node) -> bool:
    try:
        return not node.inputs and ir.convenience.get_const_tensor(node.outputs[0]) is not None
    except ValueError as error:
        raise InvalidModelError(f"{error} Export the model again.") from None


def _drop_overridable_inputs(model: ir.Model) -> None:
    overridable = [value for value in model.graph.inputs if value.is_initializer()]
    names = model.meta.setdefault("overridable_initializers", [])
    for value in overridable:
        names.append(value.name)
        model.graph.inputs.remove(value)


def replace_by_constant(value: ir.Value, tensor: ir.TensorProtocol, mark: str) -> ir.Value:
    """Put an initializer in place of a node's output, under the same name; return it."""
    graph, name = value.graph, value.name
    constant = ir.Value(name=name, shape=tensor.shape, type=ir.TensorType(tensor.dtype), const_value=tensor)
    constant.meta[mark] = True
    if "declared_shape" in value.meta:
        constant.meta["declared_shape"] = value.meta["declared_shape"]
    value.replace_all_uses_with(constant, replace_graph_outputs=True)
    value.name = None
    graph.register_initializer(constant)
    return constant


def _fold_node(node: ir.Node, opset_imports) -> bool:
    """Replace a node's outputs by constants where they are known; return whether that is news to inference."""
    if all(output.const_value is not None for output in node.outputs):
        _replace_outputs(node, [output.const_value for output in node.outputs])
        return False
    if not _is_foldable(node):
        return False
    results = evaluate(node, opset_imports)
    if results is None or sum(r.nbytes for r in results) > max(LARGE, _bytes_read(node)):
        return False
    _replace_outputs(node, results)
    return True


def _replace_outputs(node: ir.Node, tensors) -> None:
    graph = node.graph
    for output, tensor in zip(node.outputs, tensors):
        if output.name:
            replace_by_constant(output, tensor, "folded")
    graph.remove(node, safe=True)


def _bytes_read(node: ir.Node) -> int:
    return sum(value.const_value.nbytes for value in node.inputs if value is not None)


def _is_foldable(node: ir.Node) -> bool:
    given = [value for value in node.inputs if value is not None]
    if node.op_type in KEPT or not given or any(bodies_of(node)):
        return False
    if any(value.const_value is None or may_be_trained(value) for value in given):
        return False
    if any(is_container(output) for output in node.outputs):
        return False
    return not _would_be_large(node)


def _would_be_large(node: ir.Node) -> bool:
    """Return whether an inferred output is larger than what can be stored without growing the file."""
    known = [shapes.dims(output) for output in node.outputs]
    sizes = [np.prod(shape, dtype=float) * 8 for shape in known if shape and all(isinstance(s, int) for s in shape)]
    return sum(sizes) > max(8 * LARGE, 8 * _bytes_read(node))


def remove_copies(model: ir.Model) -> None:
    """Remove Identity nodes, but those that give a graph's output its own name."""
    for graph in every_graph(model.graph):
        for node in graph:
            if not node.domain and node.op_type in _COPIES:
                _remove_copy(graph, node)


_COPIES = frozenset({"Identity"})


def _remove_copy(graph: ir.Graph, node: ir.Node) -> None:
    original, copy = node.inputs[0], node.outputs[0]
    if copy.is_graph_output():
        is_named_already = original.is_graph_output() or original.is_graph_input() or original.is_initializer()
        if is_named_already or original.graph is not graph:
            return
        name, copy.name = copy.name, None
        original.name = name
    copy.replace_all_uses_with(original, replace_graph_outputs=True)
    graph.remove(node, safe=True)


def _remove_unused_initializers(graph: ir.Graph) -> None:
    for value in list(graph.initializers.values()):
        if not value.uses() and not value.is_graph_output() and not value.is_graph_input():
            del graph.initializers[value.name]
