"""Products of matrices."""

from onnx_keras.graph.upgrades.registry import equivalent, upgrade


@upgrade("Gemm", since_version=7)
def gemm_broadcasts(node, op):
    """Until 7 `broadcast` had to ask for broadcasting of the third input."""
    node.attributes.pop("broadcast", None)


equivalent("Attention", 23, 24, 25)  # 24 and 25 add an input and windows
equivalent("Det", 11, 22)
equivalent("Einsum", 12, 28)
equivalent("Gemm", 1, 6)
equivalent("Gemm", 7, 9, 11, 13)  # 11 allows to leave the third input out
equivalent("MatMul", 1, 9, 13)
