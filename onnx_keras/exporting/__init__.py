"""From a Keras model back to ONNX. This side of the package knows both, and is imported when a model is exported."""

import os
from typing import Any, Literal

import keras

from onnx_keras.errors import ExportError

ExternalData = bool | Literal["auto"]


def export(
    model: Any,
    path: str | os.PathLike[str],
    *,
    external_data: ExternalData = "auto",
    opset: int | None = None,
) -> None:
    """Write a model as an ONNX file.

    A model as `load` made it comes back node for node: operators, attributes, names, metadata and functions are those
    of the file that it came from, and its weights are those that the model has now. Of a model that was cut, that part
    of the file is written; Keras' own layers below or on top become new nodes. Inputs and outputs that the file knows
    have its axis order, whatever order Keras stores them in, and so have images of Keras' own layers behind it.

    Args:
        model: A functional or Sequential model, trained or not, saved and reloaded or not.
        path: The file to write. What is there is replaced when the new file is complete.
        external_data: Whether weights go to a file beside it, `path` with `.data` added; "auto" does that from
            1.5 GB on, for ONNX files can't have 2 GB.
        opset: The version of the standard operator set that the file has to import. By default it is that of the file
            that the model came from, or the oldest newer one that has what Keras' own layers need.

    Raises:
        ExportError: The model, or a part of it, can't be written as ONNX; nothing is written then.

    Example:
        >>> model = onnx_keras.load("resnet18.onnx")
        >>> model.fit(images, labels)
        >>> onnx_keras.export(model, "retrained.onnx")
    """
    from onnx_keras.exporting.drafting import draft
    from onnx_keras.exporting.files import write

    if not isinstance(model, keras.Model):
        raise ExportError(f"A Keras model can be written as ONNX, not {model!r}.")
    write(draft(model, opset), os.fspath(path), external_data)
