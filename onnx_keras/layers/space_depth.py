"""DepthToSpace and SpaceToDepth: blocks of pixels as channels."""

from typing import Any

from keras import ops

from onnx_keras.axis_rules import Spatial
from onnx_keras.layers.base import Operator, layout_field, operator


@operator(since_version=28)
class DepthToSpace(Operator):
    """Spread channels over blocks of pixels.

    Inputs:
        input: Image of two spatial axes.

    Attributes:
        blocksize: The height and width of a block.
        mode: Which factors of the channel axis are rows and columns of a block: the first ones ("DCR") or the last ("CRD").
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__DepthToSpace.html
    """

    blocksize: int
    mode: str = "DCR"
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial(images=("input",))

    def compute(self, input: Any) -> Any:
        n, h, w, c = sizes_of(input, self.data_format)
        block, depth = self.blocksize, c // self.blocksize**2
        channels = (block, block, depth) if self.mode == "DCR" else (depth, block, block)
        # The axes of the split tensor by name: block row r, block column s, depth d.
        r, s, d = (0, 1, 2) if self.mode == "DCR" else (1, 2, 0)
        if self.data_format == "channels_last":
            split = ops.reshape(input, (n, h, w, *channels))
            moved = ops.transpose(split, (0, 1, 3 + r, 2, 3 + s, 3 + d))
            return ops.reshape(moved, (n, h * block, w * block, depth))
        split = ops.reshape(input, (n, *channels, h, w))
        moved = ops.transpose(split, (0, 1 + d, 4, 1 + r, 5, 1 + s))
        return ops.reshape(moved, (n, depth, h * block, w * block))


@operator(since_version=28)
class SpaceToDepth(Operator):
    """Gather blocks of pixels into channels.

    Inputs:
        input: Image of two spatial axes.

    Attributes:
        blocksize: The height and width of a block.
        mode: Which factors of the channel axis are rows and columns of a block: the first ones ("DCR") or the last ("CRD").
        data_format: "channels_last" or "channels_first".

    Specification: https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html
    """

    blocksize: int
    mode: str = "DCR"
    data_format: str = layout_field("channels_first")

    axis_rule = Spatial(images=("input",))

    def compute(self, input: Any) -> Any:
        n, h, w, c = sizes_of(input, self.data_format)
        block = self.blocksize
        rows, columns, depth = h // block, w // block, c * block**2
        # The axes of the split tensor by name: block row r, block column s, channels d.
        if self.data_format == "channels_last":
            split = ops.reshape(input, (n, rows, block, columns, block, c))
            r, s, d = 2, 4, 5
            moved = ops.transpose(split, (0, 1, 3, *self.ordered(r, s, d)))
            return ops.reshape(moved, (n, rows, columns, depth))
        split = ops.reshape(input, (n, c, rows, block, columns, block))
        r, s, d = 3, 5, 1
        moved = ops.transpose(split, (0, *self.ordered(r, s, d), 2, 4))
        return ops.reshape(moved, (n, depth, rows, columns))

    def ordered(self, row: int, column: int, depth: int) -> tuple[int, int, int]:
        """Put the factors of the channel axis in order."""
        return (row, column, depth) if self.mode == "DCR" else (depth, row, column)


def sizes_of(x: Any, data_format: str) -> tuple[Any, Any, Any, Any]:
    """Give batch, height, width and channels."""
    shape = ops.shape(x)
    if data_format == "channels_last":
        return shape
    return shape[0], shape[2], shape[3], shape[1]
