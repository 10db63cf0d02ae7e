"""Where the command starts: installed as a module of its own, outside the package.

Importing anything of onnx_keras imports TensorFlow, which writes to the standard error whatever
TF_CPP_MIN_LOG_LEVEL says, so that has to be held back before the package is known.
"""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Hold back what is written to the standard error; if an exception comes, let it out."""
    kept = os.dup(2)
    with tempfile.TemporaryFile() as written:
        os.dup2(written.fileno(), 2)
        try:
            yield
        except BaseException:
            written.seek(0)
            os.write(kept, written.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def main() -> None:
    """Import the package quietly and run its command line."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silence():
        from onnx_keras.cli import main as run
    run()
