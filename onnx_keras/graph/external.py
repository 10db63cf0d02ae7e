"""Weights in files beside the model: where they may lie, and one memory mapping for each file."""

import math
import mmap
import os
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
import onnx_ir as ir


@dataclass(frozen=True)
class Folder:
    """Where the files of a model are looked for, and where they may really be.

    Attributes:
        path: The folder that the model was read from.
        roots: Real folders. More than one if the model is itself a link, as in a download cache that
            keeps all its files elsewhere.
    """

    path: str
    roots: tuple[str, ...]

    @classmethod
    def of(cls, model_path: str) -> "Folder":
        """The folder of a model file."""
        path = os.path.dirname(os.path.abspath(model_path))
        return cls(path, (os.path.realpath(path), os.path.dirname(os.path.realpath(model_path))))

    def resolve(self, location: str) -> str:
        """The real path of a file that the model names."""
        return os.path.realpath(os.path.join(self.path, location))

    def holds(self, path: str) -> bool:
        """Whether a real path is inside."""
        return any(pathlib.Path(path).is_relative_to(root) for root in self.roots)


class MappedTensor(ir.ExternalTensor):
    """An external tensor that reads through a mapping which all tensors of its file share.

    `onnx_ir.ExternalTensor` maps the file once a tensor and keeps an open file for each, so that a
    model with a thousand weights passes the usual limit of open files.
    """

    __slots__ = ("_view",)

    def __init__(self, tensor: ir.ExternalTensor, path: str, mapping: np.ndarray) -> None:
        super().__init__(
            path,
            tensor.offset,
            tensor.length,
            tensor.dtype,
            shape=tensor.shape,
            name=tensor.name,
            doc_string=tensor.doc_string,
            metadata_props=tensor.metadata_props,
        )
        start = tensor.offset or 0
        view = mapping[start : start + tensor.nbytes].view(tensor.dtype.numpy().newbyteorder("<"))
        self._view = view.reshape(tensor.shape.numpy())

    def numpy(self) -> np.ndarray:
        """The values, read from the file when they are touched."""
        return self._view

    def release(self) -> None:
        """Give the pages that were read back to the system; they are read again if touched."""
        mapping = self._view
        while isinstance(mapping, np.ndarray):
            mapping = mapping.base
        mapping.madvise(mmap.MADV_DONTNEED)

    def __array__(self, dtype=None) -> np.ndarray:
        return self._view.__array__(dtype)

    def tobytes(self) -> bytes:
        """The bytes, little-endian."""
        return self._view.tobytes()


def external_problems(tensor: onnx.TensorProto, words: str, folder: Folder | None) -> Iterator[str]:
    """What is wrong with the place that a tensor names for its data.

    Args:
        tensor: A tensor of known type and possible sizes.
        words: How a message calls it.
        folder: Where that file may be, None if the model did not come from a file.
    """
    place = {entry.key: entry.value for entry in tensor.external_data}
    location = place.get("location", "")
    if folder is None:
        yield (
            f"{words} is stored in another file, {location[:80]!r}, and the model came without a folder "
            "to look in: pass the path of the model file."
        )
    elif tensor.data_type == onnx.TensorProto.STRING:
        yield f"{words} stores strings in another file; ONNX allows them only inside the model."
    elif problem := (
        _count_problem(place) or _location_problem(location, folder) or _size_problem(tensor, place, folder)
    ):
        yield f"{words} {problem}"


def byte_count(tensor: onnx.TensorProto) -> int:
    """How many bytes the data of a tensor takes."""
    return math.ceil(math.prod(tensor.dims) * ir.DataType(tensor.data_type).bitwidth / 8)


def map_external(model: ir.Model, folder: Folder) -> None:
    """Bind every external tensor of a checked model to its file, mapped once."""
    mappings: dict[str, np.ndarray] = {}
    for graph in (model.graph, *model.functions.values()):
        for value in _initializers(graph):
            if isinstance(value.const_value, ir.ExternalTensor):
                value.const_value = _mapped(value.const_value, folder, mappings)
        for node in graph.all_nodes():
            for attribute in list(node.attributes.values()):
                if attribute.type == ir.AttributeType.TENSOR and isinstance(attribute.value, ir.ExternalTensor):
                    node.attributes[attribute.name] = ir.AttrTensor(
                        attribute.name, _mapped(attribute.value, folder, mappings)
                    )


def _initializers(graph: ir.Graph | ir.Function) -> list[ir.Value]:
    own = list(graph.initializers.values()) if isinstance(graph, ir.Graph) else []
    return own + [value for inner in graph.subgraphs() for value in inner.initializers.values()]


def _mapped(tensor: ir.ExternalTensor, folder: Folder, mappings: dict[str, np.ndarray]) -> ir.TensorProtocol:
    if tensor.size == 0:
        empty = np.empty(tensor.shape.numpy(), tensor.dtype.numpy())
        return ir.Tensor(empty, dtype=tensor.dtype, name=tensor.name, metadata_props=tensor.metadata_props)
    path = folder.resolve(tensor.location)
    if tensor.dtype.bitwidth < 8:
        # Packed: has to be unpacked into memory anyway. The absolute path was checked, so onnx_ir need not.
        about = {"shape": tensor.shape, "name": tensor.name, "metadata_props": tensor.metadata_props}
        return ir.ExternalTensor(path, tensor.offset, tensor.length, tensor.dtype, **about)
    if path not in mappings:
        mappings[path] = np.memmap(path, np.uint8, "r")
    return MappedTensor(tensor, path, mappings[path])


def _count_problem(place: dict[str, str]) -> str | None:
    counts = [place.get("offset", "0"), place.get("length", "0")]
    if all(text.isascii() and text.isdigit() and len(text) <= 18 for text in counts):
        return None
    return f"has offset {counts[0][:30]!r} and length {counts[1][:30]!r} in its file; both must be counts of bytes."


def _location_problem(location: str, folder: Folder) -> str | None:
    name = repr(location[:80])
    if not location or "\0" in location or os.path.isabs(location) or ".." in location.replace("\\", "/").split("/"):
        return f"names the file {name} for its data; ONNX allows only files in the folder of the model."
    path = folder.resolve(location)
    if not folder.holds(path):
        return (
            f"names the file {name}, a link to {path!r} outside the folder of the model. "
            "Copy the file there if you trust it."
        )
    if not os.path.isfile(path):
        return f"has its data in {name}, and there is no such file in {folder.path!r}. Put the file beside the model."
    return None


def _size_problem(tensor: onnx.TensorProto, place: dict[str, str], folder: Folder) -> str | None:
    needed = byte_count(tensor)
    offset, length = int(place.get("offset", 0)), int(place.get("length", needed))
    sizes = f"sizes {list(tensor.dims)} of type {onnx.TensorProto.DataType.Name(tensor.data_type)}"
    if length != needed:
        return f"has {length} bytes in {place['location'][:80]!r}, but {sizes} need {needed}."
    available = os.path.getsize(folder.resolve(place["location"]))
    if offset + needed > available:
        return f"reads bytes {offset} to {offset + needed} of {place['location'][:80]!r}, which has {available}."
    return None
