"""What `onnx-keras inspect` says of a file: its doors, operators and weights, and what its plan would be."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from onnx_keras.errors import UnsupportedModelError
from onnx_keras.loading import make_plan
from onnx_keras.orders import Order, onnx_order

LETTERS = "abcdefghijklmnopqrstuvwxyz"
IMAGE_AXES = {3: "ncw", 4: "nchw", 5: "ncdhw"}


@dataclass(frozen=True)
class Door:
    """An input or an output.

    Attributes:
        name: Its ONNX name.
        dtype: The name of its element type.
        shape: Its sizes in ONNX' order, names for those that are not fixed; None where the rank is unknown.
        onnx_layout: Its axes in ONNX' order; empty where the rank is unknown.
        layout: Its axes as Keras stores them; empty where the file doesn't load.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...] | None
    onnx_layout: str = ""
    layout: str = ""


@dataclass(frozen=True)
class Move:
    """A Transpose that the layout pass put in: from one layout of a value to another."""

    value: str
    permutation: str


@dataclass(frozen=True)
class Overview:
    """A file at a glance.

    Attributes:
        producer: The program that wrote the file.
        opsets: The version of each operator set, by domain.
        inputs: The inputs.
        outputs: The outputs.
        parameters: How many numbers the initializers hold.
        parameter_bytes: How many bytes they take.
        operators: How often the file has each operator.
        unsupported: What has no Keras layer; empty if the file loads.
        data_format: The data format that layouts are planned for, None if the file doesn't load.
        layers: How many layers the model would have, None if it doesn't load.
        moves: The Transposes among them that the layout pass put in.
    """

    producer: str
    opsets: dict[str, int]
    inputs: tuple[Door, ...]
    outputs: tuple[Door, ...]
    parameters: int
    parameter_bytes: int
    operators: dict[str, int]
    unsupported: tuple[str, ...]
    data_format: str | None
    layers: int | None
    moves: tuple[Move, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give all of it as plain values, for JSON."""
        return asdict(self)


def overview(source: Any, **options: Any) -> Overview:
    """Look at an ONNX file without building anything.

    Args:
        source: Whatever `load` takes.
        options: `data_format`, `shapes` and the other options of `load` that decide how it is planned.
    """
    from onnx_keras.graph.reading import read

    model = read(source)
    plan, unsupported = planned(source, options)
    inputs = plan.inputs if plan else {}
    outputs = {n: place.order for n, place in plan.outputs.items()} if plan else {}
    return Overview(
        producer=" ".join(filter(None, (model.producer_name, model.producer_version))) or "unknown",
        opsets={domain or "ai.onnx": version for domain, version in model.opset_imports.items()},
        inputs=doors((v for v in model.graph.inputs if v.name not in model.graph.initializers), inputs),
        outputs=doors(model.graph.outputs, outputs),
        **weighed(model),
        operators=counted(model),
        unsupported=unsupported,
        data_format=plan.data_format if plan else None,
        layers=len(plan.steps) if plan else None,
        moves=tuple(Move(s.inputs[0], str(s.attributes.get("perm", ""))) for s in plan.moves) if plan else (),
    )


def planned(source: Any, options: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """Give the plan of a file, or what it has no layers for."""
    try:
        return make_plan(source, **options), ()
    except UnsupportedModelError as error:
        lines = str(error).splitlines()
        return None, tuple(line.strip() for line in lines if line.startswith("  ")) or (lines[0],)


def weighed(model: Any) -> dict[str, int]:
    tensors = [v.const_value for v in model.graph.initializers.values()]
    return {"parameters": sum(t.size for t in tensors), "parameter_bytes": sum(t.nbytes for t in tensors)}


def counted(model: Any) -> dict[str, int]:
    """Count the operators of the graph and the bodies in it, the most frequent first."""
    names = (n.op_type if n.domain in ("", "ai.onnx") else f"{n.domain}.{n.op_type}" for n in model.graph.all_nodes())
    return dict(Counter(names).most_common())


def doors(values: Iterable[Any], orders: Mapping[str, Order | None]) -> tuple[Door, ...]:
    return tuple(door(v, orders.get(v.name), v.name in orders) for v in values)


def door(value: Any, order: Order | None, is_planned: bool) -> Door:
    from onnx_keras.graph.extracting import dtype_name

    shape = None if value.shape is None else tuple(d if isinstance(d, int) else d.value or "?" for d in value.shape)
    dtype = dtype_name(value) or "unknown"
    if shape is None:
        return Door(value.name, dtype, shape)
    order = order or onnx_order(len(shape))
    names = axis_names(order)
    return Door(value.name, dtype, shape, " ".join(names), order.text(names) if is_planned else "")


def axis_names(order: Order) -> str:
    """Name ONNX' axes: those of images n, c, h and w, others a, b, c as they come."""
    is_image = order.rank > 3 or not order.is_onnx
    return IMAGE_AXES.get(order.rank, LETTERS)[: order.rank] if is_image else LETTERS[: order.rank]
