"""Changes of type, and quantisation."""

import onnx_ir as ir

from onnx_keras.graph.upgrades.registry import CannotUpgrade, equivalent, upgrade


@upgrade("Cast", since_version=6)
def cast_to_a_numbered_type(node, op):
    """Until 6 the type was a name."""
    name = node.attributes.get_string("to", "")
    if name.upper() not in ir.DataType.__members__:
        raise CannotUpgrade(f"its to={name!r} is not a type of ONNX")
    return op.same(*node.inputs, to=int(ir.DataType[name.upper()]))


equivalent("Cast", 6, 9, 13, 19, 21, 23, 24, 25, 28)  # 19 and 24 add saturate and round_mode
equivalent("CastLike", 15, 19, 21, 23, 24, 25)
equivalent("DequantizeLinear", 10, 13, 19, 21, 23, 24, 25, 28)  # 13, 21 and 23 add axis, block_size and output_dtype
equivalent("QLinearMatMul", 10, 21)
equivalent("QuantizeLinear", 10, 13, 19, 21, 23, 24, 25, 28)  # 13 to 23 add five attributes
