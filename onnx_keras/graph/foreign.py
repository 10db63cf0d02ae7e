"""What a file is that is no ONNX model: another format, damaged, or cut off."""

from collections.abc import Iterator

_BEGINNINGS = {
    b"version https://git-lfs": "a pointer of git-lfs, not the model itself: run 'git lfs pull'",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"PK\x03\x04": "a zip archive (a PyTorch or Keras model?): export it to ONNX or unpack it",
    b"\x89HDF": "an HDF5 file (Keras weights?)",
    b"\x1f\x8b": "compressed with gzip: decompress it",
    b"\x80\x02": "a Python pickle",
    b"\x80\x04": "a Python pickle",
    b"%PDF": "a PDF document",
    b"<": "HTML or XML (a download page?): download the model itself",
    b"{": "JSON text",
    b"ir_version:": "ONNX in text form: convert it with onnx.load and onnx.save",
    b"<ir_version": "ONNX in text form: convert it with onnx.parser and onnx.save",
    b"< ir_version": "ONNX in text form: convert it with onnx.parser and onnx.save",
}
_FIFTH_BYTES = {
    b"ORTM": "an ORT model of ONNX Runtime: pass the ONNX file it was made from",
    b"TFL3": "a TensorFlow Lite model",
}


def explain(content: bytes, error: str) -> str:
    """Why protobuf can't decode the content of a file, in whole sentences.

    Args:
        content: The bytes of the file.
        error: What protobuf says.
    """
    if "MaxDepth" in error:
        return "Its graphs are nested too deeply. Export the model with fewer If, Loop and Scan inside each other."
    if problem := foreign_kind(content):
        return problem
    end = max(_field_ends(content), default=0)
    if end > len(content):
        return f"It is cut off: it announces at least {end} bytes and has {len(content)}. Get the file again."
    return "It is not ONNX, or damaged: protobuf can't decode it. Get or export it again."


def foreign_kind(content: bytes) -> str | None:
    """What the file is if it is no ONNX model but something that is known by its first bytes."""
    kinds = [kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)]
    kinds += [kind for mark, kind in _FIFTH_BYTES.items() if content[4:8] == mark]
    if kinds:
        return f"It is not ONNX but {kinds[-1]}."
    if (
        content[:512].isascii()
        and content[:512].decode("ascii").replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
    ):
        return f"It is not ONNX but text that begins {content[:40]!r}. Pass the file that the exporter wrote."
    return None


def _field_ends(content: bytes) -> Iterator[int]:
    """Where each field of the outermost message ends, by its own account; stops where the bytes make no sense."""
    position = 0
    while position < len(content):
        tag, position = _varint(content, position)
        length = 0
        if tag & 7 == 0:
            _, position = _varint(content, position)
        elif tag & 7 == 2:
            length, position = _varint(content, position)
        else:
            # ModelProto has numbers and nested fields, nothing of fixed width.
            return
        if not 1 <= tag >> 3 <= 40:
            return
        position += length
        yield position


def _varint(content: bytes, position: int) -> tuple[int, int]:
    """A number in protobuf's encoding and the position after it, which is past the end if it is cut off."""
    number = 0
    for index in range(10):
        if position + index >= len(content):
            return number, len(content) + 1
        byte = content[position + index]
        number |= (byte & 127) << 7 * index
        if byte < 128:
            break
    return number, position + index + 1
