"""Operators that hold graphs, sequences or optional values."""

import onnx_ir as ir

from onnx_keras.graph.upgrades.registry import CannotUpgrade, equivalent, upgrade


@upgrade("Scan", since_version=9)
def scan_without_a_batch(node, op):
    """Until 9 Scan ran over axis 1 of each sample of a batch, and sequences could be of different lengths."""
    lengths, *inputs = node.inputs
    if lengths is not None:
        raise CannotUpgrade("its sequences have lengths of their own (sequence_lens), which revision 9 ended")
    samples = [ir.Value(name=op.names.fresh(f"{value.name}/sample"), type=value.type) for value in inputs]
    inside = op.inside()
    results = inside.same(
        *samples,
        without=["directions"],
        scan_input_directions=node.attributes.get_ints("directions"),
    )
    results = [results] if len(node.outputs) == 1 else results
    body = ir.Graph(samples, results, nodes=inside.nodes, name=op.names.fresh("each_sample"))
    return op.Scan(*inputs, body=body, num_scan_inputs=len(inputs), outputs=len(node.outputs))


equivalent("Scan", 9, 11, 16, 19, 21, 23, 24, 25)
equivalent("If", 1, 11, 13, 16, 19, 21, 23, 24, 25)
equivalent("Loop", 1, 11, 13, 16, 19, 21, 23, 24, 25)
equivalent("Optional", 15, 28)
equivalent("OptionalGetElement", 15, 18, 28)
equivalent("OptionalHasElement", 15, 18, 28)  # 18 allows tensors and no input
equivalent("SplitToSequence", 11, 24)
