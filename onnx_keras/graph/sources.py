"""What a model can be read from: paths, bytes, file objects, protos."""

import os
from dataclasses import dataclass
from typing import BinaryIO

import onnx
from google.protobuf.message import DecodeError

from onnx_keras.errors import InvalidModelError
from onnx_keras.graph.external import Folder
from onnx_keras.graph.foreign import explain, foreign_kind
from onnx_keras.graph.slimming import slim

# Protobuf counts the bytes of a message with 31 bits.
MOST_BYTES = 2**31 - 1


@dataclass(frozen=True)
class Source:
    """A parsed model file.

    Attributes:
        proto: The model, the caller's to change.
        folder: Where files with its weights may be, None if unknown.
    """

    proto: onnx.ModelProto
    folder: Folder | None


def label(source: object) -> str:
    """How messages call what is being read."""
    path = _path(source)
    return repr(path) if path else f"The model ({type(source).__name__})"


def open_source(source: object) -> Source:
    """Parse a path, bytes, a binary file object, or copy a ModelProto.

    Raises:
        InvalidModelError: It can't be read, or is no ONNX model.
    """
    if isinstance(source, onnx.ModelProto):
        copy = onnx.ModelProto()
        copy.CopyFrom(source)
        return Source(copy, None)
    path = _path(source)
    folder = Folder.of(path) if path and os.path.isfile(path) else None
    return Source(parse(_content(source)), folder)


def parse(content: bytes) -> onnx.ModelProto:
    """Decode a serialized model, or say what the bytes are instead."""
    if not content:
        raise InvalidModelError("It is empty. Get the file again.")
    _check_size(len(content))
    try:
        proto = onnx.ModelProto.FromString(content)
    except DecodeError as error:
        raise InvalidModelError(explain(content, str(error))) from None
    if not proto.HasField("graph"):
        raise InvalidModelError(
            foreign_kind(content)
            or "It holds no graph, so it is not an ONNX model. Pass the file that the exporter wrote."
        )
    return proto


def _content(source: object) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        return _file_content(os.fspath(source))
    if not hasattr(source, "read"):
        raise InvalidModelError(
            "A model is read from a path, bytes, a binary file, a ModelProto or an onnx_ir.Model, "
            f"not from {type(source).__name__}."
        )
    return _stream_content(source)


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise InvalidModelError(
            f"It has {size} bytes, and ONNX files can have {MOST_BYTES}. Save its weights as external data."
        )


def _file_content(path: str | bytes) -> bytes:
    try:
        _check_size(os.path.getsize(path))
        return slim(os.fsdecode(path)) if os.path.getsize(path) else b""
    except InvalidModelError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte.
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidModelError(f"The file can't be opened: {reason}. Check the path.") from None


def _stream_content(stream: BinaryIO) -> bytes:
    try:
        content = stream.read()
    except (OSError, ValueError) as error:
        raise InvalidModelError(
            f"The file object can't be read: {error}. Pass a file that is open in mode 'rb'."
        ) from None
    if not isinstance(content, bytes):
        raise InvalidModelError(f"The file object gives {type(content).__name__}, not bytes. Open it in mode 'rb'.")
    return content


def _path(source: object) -> str | None:
    """The path that a source is or, if it is a file object, comes from."""
    path = source if isinstance(source, str | os.PathLike) else getattr(source, "name", None)
    if isinstance(source, onnx.ModelProto) or not isinstance(path, str | os.PathLike):
        return None
    return os.fsdecode(path)
