"""How layers of ONNX' operators that came from no file store their tensors: what they are told says it."""

from typing import Any

import sympy

from onnx_keras.axis_rules import Arrangement, Facts
from onnx_keras.axis_rules.facts import fixed
from onnx_keras.exporting.table import Refused
from onnx_keras.exporting.tensor import Tensor
from onnx_keras.orders import Order, image_order, onnx_order

Inputs = list[tuple[str, Any]]
"""The inputs of a node in their order, with the names of parameters."""


def arranged(layer: Any, inputs: Inputs, results: dict[int, Any]) -> tuple[list[Order | None], list[Order]]:
    """Find the orders of inputs and outputs in which the layer, as it is, computes what ONNX says.

    Tensors are tried as its data format says, then all with channels last.

    Raises:
        Refused: Its fields say that tensors are stored otherwise.
    """
    stated = {n: getattr(layer, n) for n in layer.layout_fields}
    defaults = {n: layer.attributes[n] for n in layer.layout_fields}
    data_format = stated.get("data_format", "channels_first")
    for images in (layer.axis_rule.images, [n for n, _ in inputs]):
        orders = [order_of(v, data_format if n in images else "channels_first") for n, v in inputs]
        facts = facts_of(layer, inputs, results, orders, data_format)
        for way in [w for w in layer.axis_rule.arrange(facts, orders) if w.runs] or [fixed(facts)]:
            changed = {n: way.attributes.get(n, v) for n, v in defaults.items()}
            is_stated = stated == changed or (stated == defaults and are_onnx(orders))
            is_asked = all(way.asked[i] == orders[i] for i in facts.flowing)
            if is_stated and is_asked and (are_onnx(orders) or keeps_attributes(way, facts)):
                return list(way.asked), list(way.given)  # type: ignore[arg-type]
        data_format = "channels_last"
    raise Refused("its fields say how tensors are stored in a way that only a loaded file can tell")


def are_onnx(orders: list[Order | None]) -> bool:
    return all(order is None or order.is_onnx for order in orders)


def keeps_attributes(way: Arrangement, facts: Facts) -> bool:
    """Say whether attributes are the same in stored terms as in ONNX'."""
    return all(facts.attributes[n] == v for n, v in way.attributes.items() if n in facts.attributes)


def order_of(value: Any, data_format: str) -> Order | None:
    """Say how an input is stored if it is an image in a data format; weights are as ONNX has them."""
    if is_plain(value):
        return None
    rank = len(value.shape)
    is_image = isinstance(value, Tensor) and rank > 2
    return image_order(rank, data_format) if is_image else onnx_order(rank)


def facts_of(
    layer: Any, inputs: Inputs, results: dict[int, Any], orders: list[Order | None], data_format: str
) -> Facts:
    """State a layer for its axis rule."""
    plain = {n: v for n, v in inputs if is_plain(v)}
    own = {n: getattr(layer, n) for n in layer.attributes if n not in layer.layout_fields}
    shapes: list[Any] = [None if o is None else onnx_shape(v.shape, o, n) for (n, v), o in zip(inputs, orders)]
    returns = [results[i].shape if i in results else () for i in range(max(results) + 1)]
    return Facts(
        attributes={**own, **dict.fromkeys(layer.static_inputs), **plain},
        names=tuple(n for n, _ in inputs),
        shapes=tuple(shapes),
        returns=tuple(with_symbols(shape, f"result_{i}") for i, shape in enumerate(returns)),
        free=tuple(not isinstance(v, Tensor) and not is_plain(v) for _, v in inputs),
        absent=tuple(is_plain(v) for _, v in inputs),
        data_format=data_format,
    )


def onnx_shape(shape: Any, order: Order, name: str) -> tuple[Any, ...]:
    """Give the shape that a tensor has in ONNX."""
    sizes = with_symbols(shape, name)
    return tuple(sizes[order.position(axis)] for axis in range(order.rank))


def is_plain(value: Any) -> bool:
    """Say whether an input is absent, or a plain value instead of a tensor."""
    return not hasattr(value, "shape")


def with_symbols(shape: Any, name: str) -> tuple[Any, ...]:
    """Give each unknown size a symbol of its own."""
    return tuple(sympy.Symbol(f"{name}_{a}", integer=True) if s is None else s for a, s in enumerate(shape))
