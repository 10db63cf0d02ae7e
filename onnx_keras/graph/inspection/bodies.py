"""The graphs inside If, Loop and Scan: as many inputs and outputs as their node has use for."""

from collections.abc import Iterator

import onnx

from onnx_keras.graph.inspection.findings import named


def body_problems(node: onnx.NodeProto) -> Iterator[str]:
    """What does not fit between a node and its bodies. Operators without bodies have no problem."""
    graphs = {attribute.name: attribute.g for attribute in node.attribute if attribute.HasField("g")}
    if node.op_type == "If":
        for name in ("then_branch", "else_branch"):
            yield from _misfit(node, name, graphs.get(name), 0, len(node.output))
    if node.op_type == "Loop":
        # Trip count and condition are inputs of the node; iteration number and condition those of the body.
        yield from _misfit(node, "body", graphs.get("body"), max(2, len(node.input)), len(node.output) + 1)
    if node.op_type == "Scan":
        yield from _scan_misfit(node, graphs.get("body"))


def _scan_misfit(node: onnx.NodeProto, body: onnx.GraphProto | None) -> Iterator[str]:
    scanned = next((attribute.i for attribute in node.attribute if attribute.name == "num_scan_inputs"), 0)
    if not 0 < scanned <= len(node.input):
        yield f"{named(node)} has {len(node.input)} inputs and num_scan_inputs={scanned}."
    # Scan 8 had the lengths of the sequences as first input, and could leave it out by an empty name.
    inputs = len(node.input) - (body is not None and len(body.input) == len(node.input) - 1)
    yield from _misfit(node, "body", body, inputs, len(node.output))


def _misfit(node: onnx.NodeProto, name: str, body: onnx.GraphProto | None, inputs: int, outputs: int) -> Iterator[str]:
    if body is None:
        return
    if len(body.input) != inputs:
        yield f"the {name} of {named(node)} has {len(body.input)} inputs; it gets {inputs}."
    if len(body.output) != outputs:
        yield f"the {name} of {named(node)} has {len(body.output)} outputs; {outputs} are asked of it."
