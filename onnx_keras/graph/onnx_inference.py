"""ONNX' own shape inference for one node."""

import onnx
import onnx_ir as ir


def infer_with_onnx(node: ir.Node, opset_imports: dict[str, int]) -> None:
    """Fill in the missing shapes and types of a node's outputs where ONNX knows them."""
    try:
        types = _output_types(node, opset_imports)
    except Exception:  # no schema, or the node contradicts it: unknown stays unknown
        return
    for output in node.outputs:
        if output.name in types:
            _fill_in(output, types[output.name])


def _output_types(node: ir.Node, opset_imports: dict[str, int]) -> dict[str, onnx.TypeProto]:
    schema = onnx.defs.get_schema(node.op_type, opset_imports.get(node.domain, 1), node.domain)
    inputs = {value.name: value for value in node.inputs if value is not None}
    return onnx.shape_inference.infer_node_outputs(
        schema,
        ir.to_proto(node),
        {name: type_proto(value) for name, value in inputs.items()},
        {name: ir.to_proto(value.const_value) for name, value in inputs.items() if _is_small_constant(value)},
        opset_imports=[onnx.helper.make_opsetid(domain, v) for domain, v in opset_imports.items()],
    )


def _is_small_constant(value: ir.Value) -> bool:
    return value.const_value is not None and value.const_value.size <= 1024


def type_proto(value: ir.Value) -> onnx.TypeProto:
    """Return the type and shape of a value as ONNX writes them."""
    return ir.serde.serialize_value(value).type


def _fill_in(value: ir.Value, proto: onnx.TypeProto) -> None:
    if value.type is None or value.dtype is None:
        value.type = ir.serde.deserialize_type_proto_for_type(proto)
    if value.shape is None:
        value.shape = ir.serde.deserialize_type_proto_for_shape(proto)
