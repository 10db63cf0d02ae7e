"""ImageDecoder: an image from the bytes of its file."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from onnx_keras.layers.backend import native
from onnx_keras.layers.base import Operator, operator

MODES = {"RGB": "RGB", "BGR": "RGB", "Grayscale": "L"}


@operator(since_version=20)
class ImageDecoder(Operator):
    """Decode BMP, JPEG, JPEG 2000, PNG, PNM, TIFF or WebP; needs Pillow.

    Inputs:
        encoded_stream: The bytes of the file.

    Attributes:
        pixel_format: "RGB", "BGR" or "Grayscale".

    Returns:
        Bytes of shape (height, width, channels), without rows and columns if the file can't be decoded.

    Specification: https://onnx.ai/onnx/operators/onnx__ImageDecoder.html
    """

    pixel_format: str = "RGB"

    depends_on_data = True

    @classmethod
    def refused(cls, attributes: dict[str, Any]) -> Iterator[str]:
        if attributes["pixel_format"] not in MODES:
            yield f"pixel_format={attributes['pixel_format']!r}"

    def compute(self, encoded_stream: Any) -> Any:
        channels = 1 if self.pixel_format == "Grayscale" else 3
        return native.in_numpy(self.decoded, encoded_stream, "uint8", (None, None, channels))

    def decoded(self, encoded: np.ndarray) -> np.ndarray:
        """Decode with Pillow."""
        image = opened(encoded.tobytes())
        if image is None:
            return np.zeros((0, 0, 1 if self.pixel_format == "Grayscale" else 3), np.uint8)
        pixels = np.asarray(image.convert(MODES[self.pixel_format]))
        pixels = pixels.reshape(*pixels.shape[:2], -1)
        return np.ascontiguousarray(pixels[:, :, ::-1] if self.pixel_format == "BGR" else pixels)


def opened(encoded: bytes) -> Any:
    """Open an image file with Pillow, None if it is none."""
    try:
        import PIL.Image
    except ImportError:
        raise ImportError("ImageDecoder needs Pillow. Install it with: pip install 'onnx-keras[images]'") from None
    try:
        image = PIL.Image.open(io.BytesIO(encoded))
        image.load()
    except (PIL.UnidentifiedImageError, OSError, SyntaxError):
        return None
    return image
