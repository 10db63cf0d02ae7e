"""What a Keras tensor is in the ONNX graph that is being written."""

from dataclasses import dataclass, replace
from typing import Any

from onnx_keras.orders import Order, onnx_order

Sizes = tuple[int | None, ...]


@dataclass(frozen=True)
class Tensor:
    """A Keras tensor and the ONNX value that it is.

    Attributes:
        name: The name of the ONNX value.
        order: The order in which the Keras tensor stores that value.
        shape: The shape of the Keras tensor, None where a size is known only when the model runs.
        dtype: The name of the element type.
        is_masked: Whether Keras may attach a mask of steps to the tensor when the model runs.
    """

    name: str
    order: Order
    shape: Sizes
    dtype: str
    is_masked: bool = False

    def __post_init__(self) -> None:
        if len(self.shape) != self.order.rank:
            raise AssertionError(f"'{self.name}' has shape {self.shape}, but its order is '{self.order.text()}'.")

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def onnx_shape(self) -> Sizes:
        """The shape of the ONNX value."""
        return tuple(self.shape[self.order.position(a)] for a in range(self.rank))

    def axis(self, position: int) -> int:
        """Give the ONNX axis that a stored axis holds; it may count from the end."""
        return self.order.axes[position]

    def axes(self, positions: Any) -> list[int]:
        """Give the ONNX axes that stored axes hold, ascending; all of them for None."""
        if positions is None:
            return list(range(self.rank))
        several = positions if isinstance(positions, (list, tuple)) else (positions,)
        return sorted(self.axis(p) for p in several)

    def become(self, name: str, **changes: Any) -> "Tensor":
        """Give what a node makes of this tensor: another value, of the same order, shape and type unless said."""
        return replace(self, name=name, **changes)


def in_keras_order(name: str, shape: Sizes, dtype: str) -> Tensor:
    """Give a tensor whose ONNX value has the shape of the Keras tensor."""
    return Tensor(name, onnx_order(len(shape)), shape, dtype)
