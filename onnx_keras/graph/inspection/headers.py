"""What a model says before its graph: versions, operator sets, local functions."""

from collections.abc import Iterator

import onnx

from onnx_keras.errors import InvalidModelError, UnsupportedModelError
from onnx_keras.graph.inspection.findings import named, quoted, refuse
from onnx_keras.graph.inspection.walking import all_nodes, opsets, short_domain

NEWEST = {"": onnx.defs.onnx_opset_version(), "ai.onnx.ml": onnx.defs.onnx_ml_opset_version()}


def check_header(model: onnx.ModelProto) -> None:
    """Refuse a model without a graph, or of versions that onnx does not know."""
    if not model.HasField("graph"):
        raise InvalidModelError("It holds no graph, so it is not an ONNX model. Pass the file that the exporter wrote.")
    if model.ir_version > onnx.IR_VERSION:
        raise UnsupportedModelError(
            f"It has IR version {model.ir_version}, and onnx {onnx.__version__} knows versions up to "
            f"{onnx.IR_VERSION}. Install a newer onnx."
        )
    refuse(_invalid_versions(model), "Operator sets count from 1: export the model again.")
    refuse(_new_versions(model), "Install a newer onnx, or export for an older operator set.", UnsupportedModelError)
    refuse(_missing_imports(model), "Add them with onnx.helper.make_opsetid, or export the model again.")


def _invalid_versions(model: onnx.ModelProto) -> Iterator[str]:
    for imports in _import_lists(model):
        for domain, version in opsets(imports).items():
            given = {entry.version for entry in imports if short_domain(entry.domain) == domain} - {0}
            if not 1 <= version < 2**31:
                yield f"operator set {quoted(domain)} is imported in version {version}."
            if len(given) > 1:
                yield f"operator set {quoted(domain)} is imported in versions {', '.join(map(str, sorted(given)))}."


def _new_versions(model: onnx.ModelProto) -> Iterator[str]:
    for imports in _import_lists(model):
        for domain, version in opsets(imports).items():
            newest = NEWEST.get(domain, version)
            if version > newest:
                yield (
                    f"operator set {quoted(domain)} is imported in version {version}, and onnx {onnx.__version__} "
                    f"knows versions up to {newest}."
                )


def _missing_imports(model: onnx.ModelProto) -> Iterator[str]:
    missing: dict[str, onnx.NodeProto] = {}
    for node, place in all_nodes(model):
        domain = short_domain(node.domain)
        if domain not in place.opsets and implied_version(model, node) is None:
            missing.setdefault(domain, node)
    for domain, node in missing.items():
        yield f"operator set {quoted(domain)} is not imported, but {named(node)} needs it."


def implied_version(model: onnx.ModelProto, node: onnx.NodeProto) -> int | None:
    """The operator set that is meant where none is imported, as ONNX Runtime reads such files.

    Files before IR version 3 had no imports and meant 1; com.microsoft has only version 1; other
    operators leave no doubt if they have only one revision.
    """
    domain = short_domain(node.domain)
    if domain == "com.microsoft" or (model.ir_version < 3 and not model.opset_import and domain == ""):
        return 1
    if domain not in NEWEST or not onnx.defs.has(node.op_type, domain):
        return None
    newest = onnx.defs.get_schema(node.op_type, domain).since_version
    return newest if newest == 1 else None


def _import_lists(model: onnx.ModelProto):
    yield model.opset_import
    yield from (function.opset_import for function in model.functions)
