"""Large weights inside a model file, left where they are: the file is parsed without them and they are mapped.

A parser holds the file and its own copy of every weight at once. Here the bytes of the file are walked instead:
each large `raw_data` is replaced by what ONNX writes for external data, with the model file itself as the place.

Wire format: https://protobuf.dev/programming-guides/encoding/
"""

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass

import onnx

LARGE = 4096
"""Bytes from which on a tensor's data stays in the file."""

# Numbers of fields in onnx.proto: where tensors are found below a model.
BELOW = {
    "model": {7: "graph"},
    "graph": {5: "tensor", 1: "node"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor"},
}
RAW_DATA, EXTERNAL_DATA = 9, 13


class Malformed(Exception):
    """The bytes are not what protobuf writes; the parser will say what is wrong."""


@dataclass(frozen=True)
class Field:
    """A field of a message: where it starts, and where its payload is."""

    number: int
    kind: int
    start: int
    payload: int
    end: int


def slim(path: str) -> bytes:
    """Read a model file without its large weights.

    Returns:
        The bytes of the same model, in which large tensors name the file as the place of their data. Bytes that
        aren't protobuf come as they are.
    """
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return b"".join(rewritten(data, "model", 0, len(data), os.path.basename(path)))
        except Malformed:
            return data[:]


def rewritten(data: mmap.mmap, message: str, start: int, end: int, location: str) -> Iterator[bytes]:
    """Give the bytes of a message, with the messages inside that may hold tensors rewritten."""
    kept = start
    for field in fields(data, start, end):
        inner = BELOW.get(message, {}).get(field.number) if field.kind == 2 else None
        if inner is None or field.end - field.payload < LARGE:
            continue
        yield data[kept : field.start]
        parts = (
            tensor(data, field, location)
            if inner == "tensor"
            else rewritten(data, inner, field.payload, field.end, location)
        )
        body = b"".join(parts)
        yield varint(field.number << 3 | 2) + varint(len(body)) + body
        kept = field.end
    yield data[kept:end]


def tensor(data: mmap.mmap, whole: Field, location: str) -> Iterator[bytes]:
    """Give the bytes of a tensor, its data left in the file if it is large."""
    parts = list(fields(data, whole.payload, whole.end))
    raw = [f for f in parts if f.number == RAW_DATA and f.kind == 2 and f.end - f.payload >= LARGE]
    if len(raw) != 1 or any(f.number == EXTERNAL_DATA for f in parts):
        yield data[whole.payload : whole.end]
        return
    yield data[whole.payload : raw[0].start]
    yield data[raw[0].end : whole.end]
    place = onnx.TensorProto(data_location=onnx.TensorProto.EXTERNAL)
    words = {"location": location, "offset": raw[0].payload, "length": raw[0].end - raw[0].payload}
    for key, value in words.items():
        place.external_data.add(key=key, value=str(value))
    yield place.SerializeToString()


def fields(data: mmap.mmap, start: int, end: int) -> Iterator[Field]:
    """Walk the fields of a message."""
    at = start
    while at < end:
        tag, payload = read_varint(data, at, end)
        number, kind = tag >> 3, tag & 7
        if kind == 2:
            length, payload = read_varint(data, payload, end)
            after = payload + length
        elif kind == 0:
            _, after = read_varint(data, payload, end)
        elif kind in (1, 5):
            after = payload + (8 if kind == 1 else 4)
        else:
            raise Malformed
        if after > end or not number:
            raise Malformed
        yield Field(number, kind, at, payload, after)
        at = after


def read_varint(data: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, and where it ends."""
    value = shift = 0
    while at < end and shift < 64:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at
    raise Malformed


def varint(value: int) -> bytes:
    """Write a number of seven bits a byte."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
