"""RNN, GRU and LSTM."""

from onnx_keras.graph.upgrades.registry import equivalent, upgrade


@upgrade("GRU", since_version=3)
def gru_forward(node, op):
    """Until 3 the name of the default direction was misspelt."""
    if node.attributes.get_string("direction") == "foward":
        return op.same(*node.inputs, direction="forward")
    return None


@upgrade("GRU", "LSTM", "RNN", since_version=7)
def sequence_output_if_it_is_used(node, op):
    """Until 7 `output_sequence` allowed to leave the first output out, as any optional output may be."""
    node.attributes.pop("output_sequence", None)


for op_type in ("GRU", "LSTM", "RNN"):
    equivalent(op_type, 7, 14, 22)  # 14 adds layout
