"""Reading: a file, or what stands for one, becomes an `onnx_ir.Model` or one clear error."""

import onnx
import onnx_ir as ir

from onnx_keras.errors import InvalidModelError, OnnxKerasError
from onnx_keras.graph.external import map_external
from onnx_keras.graph.inspection import inspect
from onnx_keras.graph.inspection.headers import implied_version
from onnx_keras.graph.inspection.strings import check_strings
from onnx_keras.graph.inspection.walking import nodes_below, roots, short_domain
from onnx_keras.graph.origin import Origin
from onnx_keras.graph.repairs import repair
from onnx_keras.graph.sources import label, open_source
from onnx_keras.graph.sparse import densify
from onnx_keras.graph.zipmaps import replace_zipmaps


def read(source) -> ir.Model:
    """Read a model and refuse it if it contradicts the ONNX specification.

    Args:
        source: A path, bytes, a binary file object, an `onnx.ModelProto` or an `onnx_ir.Model`. It is not
            changed. An `onnx_ir.Model` is trusted: it is cloned without its weights, not inspected.

    Returns:
        A model of its own. Weights in files beside the model stay there, memory mapped. An output that
        was a map (ZipMap) is the matrix of its values; its keys are in `model.meta["map_keys"]`, by its name.

    Raises:
        InvalidModelError: It is not an ONNX model, or contradicts the specification.
        UnsupportedModelError: It needs a newer onnx, or holds values that can't be tensors.
    """
    try:
        return _clone(source) if isinstance(source, ir.Model) else _read(source)
    except OnnxKerasError as error:
        raise type(error)(f"{label(source)} can't be read. {error}") from None


def _read(source) -> ir.Model:
    opened = open_source(source)
    proto = opened.proto
    check_strings(proto)
    origin = Origin.of_proto(proto, opened.folder)
    repair(proto)
    is_sorted = inspect(proto, opened.folder)
    densify(proto)
    keys = replace_zipmaps(proto)
    model = _deserialize(proto)
    _complete_imports(model, proto)
    if not is_sorted:
        _sort(model)
    model.meta["map_keys"] = keys
    if opened.folder is not None:
        map_external(model, opened.folder)
    model.meta["origin"] = origin
    return model


def _deserialize(proto: onnx.ModelProto) -> ir.Model:
    try:
        return ir.from_proto(proto)
    except (ir.serde.SerdeError, ValueError) as error:
        raise InvalidModelError(f"onnx_ir can't make a graph of it: {_root(error)}. Export the model again.") from None


def _clone(model: ir.Model) -> ir.Model:
    try:
        copy = model.clone()
    except RuntimeError as error:
        raise InvalidModelError(
            f"Its graph can't be copied: {_root(error)}. Sort it, and let it read only values that it has."
        ) from None
    copy.meta["origin"] = Origin.of_model(model)
    return copy


def _root(error: BaseException) -> str:
    """The first cause, without what onnx_ir prints around it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error)[:300]


def _complete_imports(model: ir.Model, proto: onnx.ModelProto) -> None:
    """Write the standard domain in one way, and add the operator sets that go without saying."""
    for graph, (body, place) in zip((model.graph, *model.functions.values()), roots(proto), strict=True):
        graph.opset_imports.clear()
        graph.opset_imports.update(place.opsets)
        for node in nodes_below(body):
            domain = short_domain(node.domain)
            if domain not in place.opsets:
                graph.opset_imports[domain] = implied_version(proto, node)


def _sort(model: ir.Model) -> None:
    model.graph.sort()
    for function in model.functions.values():
        function.sort()
