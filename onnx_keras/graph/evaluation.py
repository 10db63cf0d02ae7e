"""A node on constants, computed by ONNX' reference implementation."""

import numpy as np
import onnx
import onnx_ir as ir
from onnx.reference import ReferenceEvaluator

_REFERENCE_IS_WRONG = frozenset({"BatchNormalization", "RNN", "GRU", "LSTM"})


def evaluate(node: ir.Node, opset_imports: dict[str, int]) -> list[ir.Tensor] | None:
    """Return the outputs of a node whose inputs are constants, None where ONNX has no implementation to trust."""
    if node.op_type in _REFERENCE_IS_WRONG:
        return None
    try:
        arrays = _run(node, opset_imports)
        return [_tensor(output, array) for output, array in zip(node.outputs, arrays)]
    except Exception:  # no implementation, or a node that contradicts itself: the node stays
        return None


def _run(node: ir.Node, opset_imports: dict[str, int]) -> list[np.ndarray]:
    inputs = {value.name: value for value in node.inputs if value is not None}
    graph = onnx.helper.make_graph(
        [ir.to_proto(node)],
        "node",
        [onnx.helper.make_value_info(name, onnx.TypeProto()) for name in inputs],
        [onnx.helper.make_value_info(output.name, onnx.TypeProto()) for output in node.outputs if output.name],
    )
    imports = [onnx.helper.make_opsetid(domain, version) for domain, version in opset_imports.items()]
    evaluator = ReferenceEvaluator(onnx.helper.make_model(graph, opset_imports=imports))
    with np.errstate(all="ignore"):
        return evaluator.run(None, {name: value.const_value.numpy() for name, value in inputs.items()})


def _tensor(value: ir.Value, array: np.ndarray) -> ir.Tensor:
    array = np.ascontiguousarray(array).reshape(np.shape(array))
    if value.dtype is not None and array.dtype != value.dtype.numpy():
        raise TypeError(f"{value.name!r} is {value.dtype}, its computed elements are {array.dtype}.")
    return ir.Tensor(array, dtype=value.dtype, name=value.name)
