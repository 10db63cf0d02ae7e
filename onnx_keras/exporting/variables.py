"""The variables of layers that were tensors of an ONNX file, back in its axis order and element type."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx_ir as ir
from keras import ops

from onnx_keras.errors import ExportError
from onnx_keras.layers.held import digest, is_weight
from onnx_keras.layout.storing import from_stored, order_from_config
from onnx_keras.types import uncarried


@dataclass(frozen=True)
class Held:
    """A weight of a layer.

    Attributes:
        layer: The layer.
        name: The input that it stands for.
        perm: The axes of the weight that those of the tensor are, where it is another tensor of the file transposed.
    """

    layer: Any
    name: str
    perm: tuple[int, ...] | None = None

    @property
    def what(self) -> dict[str, Any]:
        """What the layer's configuration says of it."""
        described: dict[str, Any] = self.layer.held[self.name]
        return described

    @property
    def variable(self) -> Any:
        return self.layer._values[self.name]

    def stored(self) -> np.ndarray:
        """Read it as it is stored."""
        return uncarried(np.asarray(ops.convert_to_numpy(self.variable)), self.what["dtype"])

    def array(self) -> np.ndarray:
        """Read it in ONNX' order and shape."""
        stored, order = self.stored(), order_from_config(self.what["order"])
        if order is not None:
            wide = (1,) * (order.rank - stored.ndim) + stored.shape
            stored = from_stored(stored.reshape(wide), order)
        array = stored.reshape(self.what["onnx_shape"])
        return array if self.perm is None else array.transpose(self.perm)

    def has_changed(self) -> bool:
        """Say whether a weight that the file computes is no longer what it computes."""
        return digest(self.stored()) != self.what["digest"]


def held_by(layers: Iterable[Any]) -> dict[int | str, list[Held]]:
    """List the weights of layers by the number of the tensor, or the name of the value, that each was in the file."""
    found: dict[int | str, list[Held]] = {}
    for layer in layers:
        for name, what in getattr(layer, "held", {}).items():
            if is_weight(what) and what.get("source") is not None:
                found.setdefault(what["source"], []).append(Held(layer, name))
                for source, perm in what.get("copies", ()):
                    found.setdefault(source, []).append(Held(layer, name, tuple(perm)))
    return found


def the_one(weights: list[Held]) -> Held:
    """Give the weight that a tensor of the file became.

    Raises:
        ExportError: It became several that are no longer equal.
    """
    first, *others = weights
    for other in others:
        if differ(first, other):
            raise unequal(first, other)
    return first


def differ(first: Held, other: Held) -> bool:
    """Say whether two weights hold different values."""
    return other.variable is not first.variable and not np.array_equal(other.array(), first.array())


def unequal(first: Held, other: Held) -> ExportError:
    return ExportError(
        f"'{first.what['initializer']}' is one tensor in the ONNX file, but '{first.layer.name}' and "
        f"'{other.layer.name}' hold different values of it. Give them equal weights before the export."
    )


def as_bytes(array: np.ndarray, data_type: int) -> bytes:
    """Write elements as ONNX' `raw_data` of an element type."""
    dtype = ir.DataType(data_type)
    return ir.Tensor(np.asarray(array, dtype.numpy(), order="C"), dtype=dtype).tobytes()
