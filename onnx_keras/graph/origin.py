"""The file itself, kept for the way back to ONNX: its graph without the tensors that become variables."""

import zlib
from collections.abc import Callable, Collection, MutableSequence
from typing import Any

import onnx
import onnx_ir as ir
from onnx import AttributeProto, TensorProto

from onnx_keras.graph.external import Folder, byte_count
from onnx_keras.graph.inspection.walking import tensors

TAG = "onnx_keras.number"
"""The key under which a tensor is told its number while a file is read."""

ELEMENTS = frozenset(
    {
        *("raw_data", "float_data", "int32_data", "string_data", "int64_data", "double_data", "uint64_data"),
        *("external_data", "data_location"),
    }
)
"""The fields of a tensor that hold its elements, or say where they are."""

PARENTS = frozenset({"GraphProto", "NodeProto", "AttributeProto", "TensorProto", "SparseTensorProto", "FunctionProto"})

HOLDING = frozenset(
    {
        *(AttributeProto.TENSOR, AttributeProto.TENSORS, AttributeProto.GRAPH, AttributeProto.GRAPHS),
        *(AttributeProto.SPARSE_TENSOR, AttributeProto.SPARSE_TENSORS, AttributeProto.UNDEFINED),
    }
)

Fill = Callable[[TensorProto], None]


class Origin:
    """A model file as it came: a frame without elements, and where the elements of each tensor are.

    Attributes:
        frame: The model without the elements of tensors.
        elements: For each tensor, in the order in which `tensors` gives them, what puts its elements into a proto.
        numbers: The numbers of tensors by the identity of the objects that hold them.
    """

    def __init__(self, frame: onnx.ModelProto, elements: list[Fill]) -> None:
        self.frame, self.elements = frame, elements
        self.numbers: dict[int, int] = {}

    @classmethod
    def of_proto(cls, proto: onnx.ModelProto, folder: Folder | None) -> "Origin":
        """Keep a parsed file, and tell each of its tensors its number."""
        found = [tensor for tensor, _ in tensors(proto)]
        origin = cls(framed(proto), [elements_of(tensor, folder) for tensor in found])
        for number, tensor in enumerate(found):
            tensor.metadata_props.add(key=TAG, value=str(number))
        return origin

    @classmethod
    def of_model(cls, model: ir.Model) -> "Origin":
        """Keep an `onnx_ir` model as it is now."""
        copy = model.clone()
        held = put_aside(copy)
        proto = ir.to_proto(copy)
        listed = [tensor for tensor, _ in tensors(proto)]
        own = [held[int(t.external_data[0].value)] if t.external_data else None for t in listed]
        elements = [elements_of(t, None) if o is None else elements_of_ir(o) for t, o in zip(listed, own)]
        origin = cls(framed(proto), elements)
        origin.numbers = {id(tensor): number for number, tensor in enumerate(own) if tensor is not None}
        return origin

    def number(self, tensor: ir.TensorProtocol) -> int | None:
        """Give the number of a tensor of the file, None for one that was computed."""
        told = tensor.metadata_props.get(TAG)
        return int(told) if told is not None else self.numbers.get(id(tensor))

    def content(self, variables: Collection[int]) -> bytes:
        """Write the file without the elements of the tensors that are variables now, compressed."""
        whole = onnx.ModelProto()
        whole.CopyFrom(self.frame)
        for number, (tensor, _) in enumerate(tensors(whole)):
            if number not in variables:
                self.elements[number](tensor)
        return zlib.compress(whole.SerializeToString(deterministic=True))


def has_elements(tensor: TensorProto) -> bool:
    """Say whether a tensor holds its elements."""
    return any(field.name in ELEMENTS for field, _ in tensor.ListFields())


def framed(message: Any) -> Any:
    """Copy a message without the elements of the tensors in it."""
    copy = type(message)()
    for field, value in message.ListFields():
        if isinstance(message, TensorProto) and field.name in ELEMENTS:
            continue
        if field.message_type is None or field.message_type.name not in PARENTS:
            take(copy, field, value)
        elif isinstance(value, MutableSequence):
            getattr(copy, field.name).extend(framed(m) if holds_tensors(m) else m for m in value)
        else:
            getattr(copy, field.name).CopyFrom(framed(value))
    return copy


def holds_tensors(message: Any) -> bool:
    """Say whether a part of a graph may hold tensors; most nodes don't."""
    if isinstance(message, AttributeProto):
        return message.type in HOLDING
    return not isinstance(message, onnx.NodeProto) or any(a.type in HOLDING for a in message.attribute)


def take(copy: Any, field: Any, value: Any) -> None:
    if isinstance(value, MutableSequence):
        getattr(copy, field.name).extend(value)
    elif field.message_type is not None:
        getattr(copy, field.name).CopyFrom(value)
    else:
        setattr(copy, field.name, value)


def elements_of(tensor: TensorProto, folder: Folder | None) -> Fill:
    """Say how to get at the elements of a tensor of a parsed file, which is kept alive, not copied."""

    def fill(empty: TensorProto) -> None:
        if tensor.data_location == TensorProto.EXTERNAL and folder is not None:
            empty.raw_data = external_bytes(tensor, folder)
            return
        for field, value in tensor.ListFields():
            if field.name in ELEMENTS:
                take(empty, field, value)

    return fill


def external_bytes(tensor: TensorProto, folder: Folder) -> bytes:
    place = {entry.key: entry.value for entry in tensor.external_data}
    with open(folder.resolve(place["location"]), "rb") as file:
        file.seek(int(place.get("offset", 0)))
        return file.read(byte_count(tensor))


def elements_of_ir(tensor: ir.TensorProtocol) -> Fill:
    """Say how to get at the elements of an `onnx_ir` tensor."""

    def fill(empty: TensorProto) -> None:
        empty.raw_data = tensor.tobytes()

    return fill


def put_aside(model: ir.Model) -> list[ir.TensorProtocol]:
    """Take the tensors out of a model; references whose place is a number in the list stay."""
    found: list[ir.TensorProtocol] = []
    graphs = [inner for g in (model.graph, *model.functions.values()) for inner in (g, *g.subgraphs())]
    for value in (v for graph in graphs for v in getattr(graph, "initializers", {}).values()):
        value.const_value = reference(value.const_value, found)
    for node in (n for g in (model.graph, *model.functions.values()) for n in g.all_nodes()):
        for attribute in [a for a in node.attributes.values() if a.type == ir.AttributeType.TENSOR and not a.is_ref()]:
            node.attributes[attribute.name] = ir.AttrTensor(attribute.name, reference(attribute.value, found))
    return found


def reference(tensor: Any, found: list[ir.TensorProtocol]) -> Any:
    """Write a reference in place of a tensor; strings stay, for they are no variables."""
    if tensor is None or tensor.dtype == ir.DataType.STRING:
        return tensor
    found.append(tensor)
    about = {"name": tensor.name or "", "doc_string": tensor.doc_string, "metadata_props": tensor.metadata_props}
    return ir.ExternalTensor(str(len(found) - 1), 0, tensor.nbytes, tensor.dtype, shape=tensor.shape, **about)
