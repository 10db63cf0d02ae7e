"""The ONNX file that layers came from, as bytes that only the export reads; kept with every layer, saved once."""

import hashlib
from pathlib import Path
from weakref import WeakValueDictionary

KNOWN: WeakValueDictionary[str, "Source"] = WeakValueDictionary()

FILE = "source.onnx.zlib"


class Source:
    """A model file without the tensors that became variables.

    Attributes:
        key: What tells it from others.
        content: The file, compressed; empty as long as it isn't known.
        saved: Where it was saved last.
    """

    def __init__(self, key: str) -> None:
        self.key, self.content = key, b""
        self.saved: Path | None = None

    def save(self, folder: str) -> None:
        """Write the file into the assets of a layer, unless another layer of the same model has done so."""
        path = Path(folder)
        if not self.content or (self.saved and self.saved.exists() and root(self.saved.parent) == root(path)):
            return
        self.saved = path / FILE
        self.saved.write_bytes(self.content)

    def load(self, folder: str | None) -> None:
        """Read the file from the assets of a layer, if that is the one which has it."""
        path = Path(folder or "") / FILE
        if folder and path.exists():
            self.content = path.read_bytes()


def root(folder: Path) -> Path:
    """Give the folder in which all assets of a saved model lie."""
    return next((p for p in (folder, *folder.parents) if p.name == "assets"), folder)


def known(key: str) -> Source:
    """Give the source of a key: one object in a process, whoever asks."""
    source = KNOWN.get(key) or Source(key)
    return KNOWN.setdefault(key, source)


def kept(content: bytes) -> Source:
    """Keep a file."""
    source = known(hashlib.blake2b(content, digest_size=10).hexdigest())
    source.content = content
    return source
