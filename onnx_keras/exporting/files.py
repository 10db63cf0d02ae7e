"""Files on disk: complete, or not there."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from onnx import TensorProto

from onnx_keras.errors import ExportError
from onnx_keras.exporting.drafting import Draft
from onnx_keras.graph.external import byte_count
from onnx_keras.graph.sources import MOST_BYTES

BESIDE = 1_500_000_000
"""Bytes of weights from which on they go to a file beside the model unless asked otherwise."""

SMALL = 1024
"""Bytes below which a tensor stays in the model file in any case."""

ALIGNMENT = 4096
"""Each tensor begins at a multiple of so many bytes, so that a reader can map it."""


def write(draft: Draft, path: str, external_data: bool | str = "auto") -> None:
    """Write a model; what is at the path is replaced when all is written.

    Raises:
        ExportError: The weights have to go to a file beside the model, but must not; or there is no such folder.
    """
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise ExportError(f"'{folder}' is no folder: make it before the export.")
    if external_data not in ("auto", True, False):
        raise ExportError(f'external_data is "auto", True or False, not {external_data!r}.')
    beside = draft.nbytes > BESIDE if external_data == "auto" else bool(external_data)
    with contextlib.ExitStack() as files:
        if beside:
            put_beside(draft, files.enter_context(replacing(path + ".data")), os.path.basename(path) + ".data")
        files.enter_context(replacing(path)).write(serialized(draft))


def serialized(draft: Draft) -> bytes:
    size = draft.nbytes + draft.proto.ByteSize()
    if size > MOST_BYTES:
        raise ExportError(
            f"The model has {size} bytes, and ONNX files can have {MOST_BYTES}. Export with external_data=True."
        )
    return draft.complete().SerializeToString()


@contextlib.contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """Open a file that takes the place of the one at a path once it is complete, and vanishes if it never is."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".onnx_keras_")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.chmod(temporary, 0o666 & ~umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def umask() -> int:
    """Give the permissions that new files don't get; Python can only ask by setting them."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def put_beside(draft: Draft, file: BinaryIO, location: str) -> None:
    """Write the elements of tensors that aren't small into a file, and their places into the model."""
    kept = []
    for tensor, elements in draft.pending:
        if byte_count(tensor) < SMALL:
            kept.append((tensor, elements))
            continue
        file.write(b"\0" * (-file.tell() % ALIGNMENT))
        place = {"location": location, "offset": file.tell(), "length": file.write(elements())}
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
    draft.pending[:] = kept
