"""Layers of ONNX' operators that came from no file: the node that they write is what they declare."""

from typing import Any

import keras
import numpy as np
import onnx
import onnx_ir as ir

from onnx_keras.exporting.arrays import array_of
from onnx_keras.exporting.graph import DTYPES, Graph
from onnx_keras.exporting.moving import in_onnx_order
from onnx_keras.exporting.operands import spec
from onnx_keras.exporting.own_orders import Inputs, arranged
from onnx_keras.exporting.table import Refused
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.graph.changed import oldest
from onnx_keras.layers.base import is_onnx
from onnx_keras.layout.storing import from_stored
from onnx_keras.orders import Order, onnx_order
from onnx_keras.places import OWN


def own_node(op: Graph, layer: Any, args: tuple[Tensor, ...], kwargs: dict[str, Tensor]) -> Any:
    """Write a layer as the node that it computes, in the axes that ONNX has.

    Raises:
        Refused: The layer has what a node can't have, or stores its tensors in a way that isn't ONNX'.
    """
    refuse_unwritable(layer)
    inputs = inputs_of(layer, args, kwargs)
    found = keras.tree.flatten(spec(layer, *args, **kwargs))
    numbers = layer.returns or tuple(range(len(found)))
    results = dict(zip(numbers, found))
    asked, given = arranged(layer, inputs, results)
    attributes = attributes_of(layer)
    check_opset(op, layer, inputs, results, attributes)
    names = op.node(
        layer.op_type,
        [value_of(op, n, v, order) for (n, v), order in zip(inputs, asked)],
        count_of(layer, max(numbers) + 1),
        attributes,
        domain=layer.domain,
        version=layer.since_version,
    )
    listed = (names,) if isinstance(names, str) else names
    tensors = [Tensor(listed[i], given[i], tuple(t.shape), t.dtype) for i, t in results.items()]
    return tensors[0] if len(tensors) == 1 else tuple(tensors)


def count_of(layer: Any, wanted: int) -> int:
    """Count the outputs of the node: those that are wanted, and those that the operator always has."""
    if layer.domain or not onnx.defs.has(layer.op_type):
        return wanted
    return max(wanted, int(onnx.defs.get_schema(layer.op_type, layer.since_version, layer.domain).min_output))


def refuse_unwritable(layer: Any) -> None:
    """Refuse what isn't told by the declaration of an operator alone."""
    if layer.domain == OWN:
        raise Refused("it is no operator of ONNX")
    if layer.bodies or layer.carries or any(n in layer.held for n in layer.array_attributes):
        raise Refused("it has no ONNX file from which it came, and holds more than tensors and plain attributes")
    if not all(is_onnx(order) for order in layer.orders):
        raise Refused("it has no ONNX file from which it came, and stores its tensors as that had them")


def inputs_of(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Inputs:
    """List the inputs of the node with their names, absent ones at the end left out."""
    known, more = layer.named_inputs(args, kwargs)
    listed = [*((n, known.get(n)) for n in layer.inputs_of), *((layer.variadic, t) for t in more)]
    while listed and listed[-1][1] is None:
        listed.pop()
    return listed


def attributes_of(layer: Any) -> dict[str, Any]:
    """Give the attributes that aren't what the operator has by default, by ONNX' names."""
    names = [n for n in layer.attributes if n not in (*layer.layout_fields, *layer.array_attributes)]
    given = {n: getattr(layer, n) for n in names if getattr(layer, n) != layer.attributes[n]}
    return {layer.attribute_names.get(n, n): list(v) if isinstance(v, tuple) else v for n, v in given.items()}


def value_of(op: Graph, name: str, value: Any, order: Order | None) -> Any:
    """Give what a node reads for an input."""
    if isinstance(value, Tensor):
        return in_onnx_order(op, value, order or onnx_order(value.rank))
    if value is None:
        return None
    if order is None:
        return op.constant(plain_array(value), name)
    array = array_of(value)
    if not order.is_onnx:
        array = from_stored(array.reshape((1,) * (order.rank - array.ndim) + array.shape), order)
    return op.constant(array, name)


def plain_array(value: Any) -> np.ndarray:
    """Write a plain value as the tensor that it stands for.

    Raises:
        Refused: It depends on sizes.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "bif":
        raise Refused("a plain input depends on sizes that only a loaded file can tell")
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def check_opset(op: Graph, layer: Any, inputs: Inputs, results: dict[int, Any], attributes: dict[str, Any]) -> None:
    """Refuse an operator that the opset of the file hasn't yet, or not for these types."""
    if layer.domain:
        return
    given = [ir.Value(type=type_of(getattr(v, "dtype", None))) if v is not None else None for _, v in inputs]
    least = least_opset(layer, given, attributes, [type_of(t.dtype) for t in results.values()])
    if least > op.opset:
        raise Refused(f"it needs opset {least}, and the file has {op.opset}: export with opset={least}")


def least_opset(layer: Any, inputs: Any = (), attributes: Any = None, outputs: Any = (None,)) -> int:
    """Give the oldest opset that has the node of a layer."""
    given = ir.convenience.convert_attributes(attributes_of(layer) if attributes is None else attributes)
    made = [ir.Value(type=kind) for kind in outputs]
    return oldest(ir.Node("", layer.op_type, inputs, given, outputs=made))


def type_of(dtype: Any) -> ir.TypeProtocol | None:
    return None if dtype is None else ir.TensorType(DTYPES[keras.backend.standardize_dtype(dtype)])
