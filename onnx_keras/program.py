"""The graph between the two walls: plain data that knows neither ONNX nor Keras."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from onnx_keras.orders import Shape
from onnx_keras.types import numpy_type

Origin = Callable[[Collection[int]], bytes]

AS_IN_FILE = "as in the file"
"""What stands for the batch size that a file says itself."""


@dataclass(frozen=True)
class Value:
    """What is known of a tensor.

    Attributes:
        shape: Its sizes in ONNX' order, ints or sympy expressions; None where the rank is unknown.
        dtype: The name of its element type; None where it is unknown or not a tensor's.
        contents: Its elements where sizes alone determine them: ints and sympy expressions.
        container: What it is if it is no tensor, from the outside to the inside: "optional", "sequence".
        element: The tensors in it, if it is none itself.
    """

    shape: Shape | None
    dtype: str | None
    contents: np.ndarray | None = None
    container: tuple[str, ...] = ()
    element: "Value | None" = None


@dataclass(frozen=True)
class Constant:
    """A tensor that the file holds.

    Attributes:
        array: Reads its elements.
        shape: Its shape in ONNX' order.
        dtype: The name of its element type.
        is_initializer: Whether the file holds it as it holds its weights: as an initializer, not as a Constant node,
            unless it has all of them there.
        release: Gives memory back that reading took; the elements can be read again.
        initializer: The name of the tensor in the file, where it is reshaped here.
        onnx_shape: Its shape in the file, where it is reshaped here.
        source: The number of the tensor in the file, or the name of the value that it is where it was computed.
        is_computed: Whether it follows from sizes and numbers of the graph, and no weight is in it.
        is_parameter: Whether the file says that a module has it as a parameter; None where it doesn't say.
        attribute: The first output of its node and its possible names, where it is an attribute.
    """

    array: Callable[[], np.ndarray]
    shape: tuple[int, ...]
    dtype: str
    is_initializer: bool
    release: Callable[[], None] = lambda: None
    initializer: str = ""
    onnx_shape: tuple[int, ...] | None = None
    source: int | str | None = None
    is_computed: bool = False
    is_parameter: bool | None = None
    attribute: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def nbytes(self) -> int:
        return self.size * (numpy_type(self.dtype).itemsize if self.dtype != "string" else 1)


@dataclass(frozen=True)
class Node:
    """An operator at work.

    Attributes:
        domain: The operator's domain.
        op_type: Its name.
        name: The node's name, made up where the file has none.
        inputs: The names of its inputs, None where an optional one is absent.
        outputs: The names of its outputs, None where one isn't wanted.
        attributes: Its attributes as Python values; graphs as programs.
        captured: What its bodies read of the graphs around them. Every body of the node has these as its last inputs.
    """

    domain: str
    op_type: str
    name: str
    inputs: tuple[str | None, ...]
    outputs: tuple[str | None, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    captured: tuple[str, ...] = ()

    @property
    def bodies(self) -> tuple["Program", ...]:
        return tuple(v for v in self.attributes.values() if isinstance(v, Program))

    @property
    def reads(self) -> tuple[str, ...]:
        return (*(i for i in self.inputs if i is not None), *self.captured)


def attributes_of(node: Node, cls: Any) -> dict[str, Any]:
    """Give a node's attributes by the names of an operator's fields."""
    fields = {attribute: field for field, attribute in cls.attribute_names.items()}
    return {fields.get(name, name): value for name, value in node.attributes.items()}


@dataclass
class Program:
    """A graph ready to be planned.

    Attributes:
        name: The graph's name.
        inputs: The names of its inputs, in order.
        outputs: The names of its outputs, in order.
        nodes: Its nodes in an order in which they can run.
        values: What is known of every value.
        constants: The tensors that the file holds.
        dim_names: The file's own name of each symbol that had to be cleaned.
        map_keys: The keys of outputs that ONNX gives as maps.
        origin: Gives the file without the tensors of some numbers, for the way back to ONNX.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: list[Node]
    values: dict[str, Value]
    constants: dict[str, Constant]
    dim_names: dict[str, str] = field(default_factory=dict)
    map_keys: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    origin: Origin | None = None
