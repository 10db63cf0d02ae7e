"""What a file says of its tensors: which are parameters of a module, and which only tables, masks and numbers.

PyTorch's exporters say it, the newer one for each tensor, the older one by names alone and for single numbers: those of
the graph it writes as Constant nodes.
"""

import re
from collections.abc import Iterator

import onnx_ir as ir

from onnx_keras.graph.traversal import every_graph

CLAIM = "is_parameter"
"""Where it stands in a value's `meta`: True, False, or nothing where the file says nothing."""

PYTORCH = "pytorch"
"""What PyTorch's exporters call themselves."""

_KIND = "pkg.torch.export.graph_signature.InputSpec.kind"
_FOLDED = "pkg.onnxscript.optimizer.folded_from"
_SIGNATURE = "pkg.torch.export.ExportedProgram.graph_signature"
_PARAMETER = re.compile(r"PARAMETER target='([^']*)'")
_QUOTED = re.compile(r"'([^']*)'")
_IN_A_MODULE = re.compile(r"(?!\d+$)\w+(\.\w+)*")


def note_claims(model: ir.Model) -> None:
    """Note at each initializer what the file says of it, in place."""
    if model.producer_name != PYTORCH:
        return
    parameters = set(_PARAMETER.findall(model.graph.metadata_props.get(_SIGNATURE, "")))
    by_names = any((node.name or "").startswith("/") for node in model.graph)
    for value in _floats(model):
        claim = _told(value, parameters)
        if claim is None and by_names:
            claim = _is_single_parameter(value) or None
        if claim is not None:
            value.meta[CLAIM] = claim


def _floats(model: ir.Model) -> Iterator[ir.Value]:
    for graph in every_graph(model.graph):
        for value in graph.initializers.values():
            if value.const_value is not None and value.const_value.dtype.is_floating_point():
                yield value


def _told(value: ir.Value, parameters: set[str]) -> bool | None:
    """Return what stands beside a tensor: what it was in the module, or from what it was computed."""
    if _KIND in value.metadata_props:
        return value.metadata_props[_KIND] == "PARAMETER"
    if _FOLDED in value.metadata_props and parameters:
        return not parameters.isdisjoint(_QUOTED.findall(value.metadata_props[_FOLDED]))
    return None


def _is_single_parameter(value: ir.Value) -> bool:
    return value.const_value.size == 1 and _IN_A_MODULE.fullmatch(value.name or "") is not None
