"""Calling the layers of a model again, on other tensors."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras

from onnx_keras.layers.internal import Move, Result
from onnx_keras.places import info_of, nodes_of

ANCHOR = "anchor"
"""The argument by which a layer without inputs hangs on a tensor: any will do."""


class Rewiring:
    """Finds what some tensors of a model need, and computes them from others.

    Args:
        model: The model.
        known: What stands in the place of tensors, by their ids.
        ends: The tensors to compute.
    """

    def __init__(self, model: keras.Model, known: Mapping[int, Any], ends: Sequence[Any]) -> None:
        self.model, self.known, self.ends = model, known, ends
        self.nodes = list(nodes_of(model))
        self.needed = needed_tensors(self.nodes, known, ends)

    def needed_inputs(self) -> dict[str, Any]:
        """Name the inputs of the model that the ends need; one where they need none."""
        inputs = inputs_of(self.model)
        return {n: t for n, t in inputs.items() if id(t) in self.needed} or dict(list(inputs.items())[:1])

    def missing_inputs(self) -> list[str]:
        """Name the inputs of the model that are needed and that nothing stands for."""
        return [n for n, t in inputs_of(self.model).items() if id(t) in self.needed and id(t) not in self.known]

    def run(self, entry: Any) -> list[Any]:
        """Compute the ends; what needed an input only to hang on it hangs on `entry`."""
        made = {id(t): t if id(t) in self.needed else entry for t in self.model.inputs} | dict(self.known)
        for node in self.nodes:
            wanted = [t for t in node.output_tensors if id(t) in self.needed and id(t) not in made]
            if wanted and not node.is_input:
                made.update(called(node, made))
        return [made[id(t)] for t in self.ends]


def called(node: Any, made: Mapping[int, Any]) -> Iterator[tuple[int, Any]]:
    """Call a layer as a node did; where its inputs are the same, so are its outputs."""
    results = node.output_tensors
    if any(made[id(t)] is not t for t in node.input_tensors):
        args, kwargs = node.arguments.fill_in(made)
        results = keras.tree.flatten(node.operation(*args, **kwargs))
    for old, new in zip(node.output_tensors, results):
        if id(old) not in made:
            yield id(old), new


def needed_tensors(nodes: Sequence[Any], known: Mapping[int, Any], ends: Sequence[Any]) -> set[int]:
    """Walk back from the ends to what is known."""
    needed = {id(t) for t in ends}
    for node in reversed(nodes):
        if any(id(t) in needed and id(t) not in known for t in node.output_tensors):
            needed |= {id(t) for t in read_by(node)}
    return needed


def read_by(node: Any) -> list[Any]:
    """List the tensors that a call of a layer reads."""
    anchor = node.arguments.kwargs.get(ANCHOR) if node.input_tensors else None
    return [t for t in node.input_tensors if t is not anchor]


def inputs_of(model: keras.Model) -> dict[str, Any]:
    """Name the inputs of a model: by their ONNX names, where it knows them."""
    names = list(info_of(model).get("inputs", ()))
    own = [t.name for t in model.inputs]
    return dict(zip(names if len(names) == len(own) else own, model.inputs))


def images_of(model: keras.Model) -> set[int]:
    """Find the tensors that come from a spatial operator through operators that keep their axes, by their ids."""
    found: set[int] = set()
    for node in nodes_of(model):
        rule = getattr(node.operation, "axis_rule", None)
        ranks = {len(t.shape) for t in node.input_tensors if id(t) in found}
        if rule is None or (not rule.images and not ranks):
            continue
        keeps = rule.keeps_axes or isinstance(node.operation, (Move, Result))
        found |= {id(t) for t in node.output_tensors if rule.images or (keeps and len(t.shape) in ranks)}
    return found
