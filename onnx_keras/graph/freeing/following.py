"""Walks a graph with the batch axis: each node is rewritten where it must be, inferred, and checked."""

from typing import Any

import onnx_ir as ir
import sympy

from onnx_keras.errors import LayoutError
from onnx_keras.factors import divide
from onnx_keras.graph.contents import contents
from onnx_keras.graph.freeing.registry import MIXED, RULES, CannotFollow, Case, Track
from onnx_keras.graph.shapes import Context, infer
from onnx_keras.graph.symbols import Dim, dims, symbol, to_ir
from onnx_keras.graph.traversal import bodies_of
from onnx_keras.graph.upgrades.builder import Builder, Names, is_used

NAME = "batch"


def free_batch(model: ir.Model, size: int | None) -> None:
    """Make the first axis of every input free, in place, and whatever in the graph holds its size.

    Where an input begins with a size that is free already, that one is the batch.

    Args:
        model: A model of the newest operator revisions, whose shapes are inferred.
        size: The new batch size; None for any.

    Raises:
        LayoutError: The axis can't be followed through a node, or the inputs begin with different sizes.
    """
    entries = [v for v in model.graph.inputs if v.name not in model.graph.initializers and dims(v)]
    sizes = {v.name: dims(v)[0] for v in entries}
    fixed = set(sizes.values())
    if free := [s for s in fixed if not isinstance(s, int)]:
        settle(entries, free, size)  # What begins with a number is a state or a table.
    if free or not fixed:
        return
    if len(fixed) > 1:
        raise LayoutError(f"batch: the inputs begin with different sizes, {sizes}, so none of them is the batch.")
    infer(model)
    walk = Walk(model, entries, fixed.pop())
    walk.through(model.graph)
    model.meta["origin"] = None  # The file is not this graph.
    if size is not None:
        for value in entries:
            value.shape = ir.Shape([size if walk.batch in _symbols(s) else to_ir(s) for s in dims(value)])


def settle(entries: list[ir.Value], free: list[Any], size: int | None) -> None:
    """Set the sizes that inputs begin with, where they are free."""
    if size is None:
        return
    if len(free) > 1 or not free[0].is_Symbol:
        names = ", ".join(sorted(map(str, free)))
        raise LayoutError(f"batch: the inputs begin with different sizes, {names}. Set them by name, with shapes=.")
    for value in entries:
        value.shape = ir.Shape([s if isinstance(s, int) else to_ir(s.subs({free[0]: size})) for s in dims(value)])


class Walk:
    """Follows the batch from node to node.

    Args:
        model: The model, with inferred shapes.
        entries: The inputs whose first axis is the batch.
        size: Its size in the file.
    """

    def __init__(self, model: ir.Model, entries: list[ir.Value], size: int) -> None:
        self.size, self.names = size, Names(model)
        self.graph = model.graph
        self.batch = symbol(unused(NAME, model))
        self.before = {v: dims(v) for v in model.graph.inputs} | {o: dims(o) for n in model.graph for o in n.outputs}
        self.before |= {v: dims(v) for v in model.graph.initializers.values()}
        self.tracks: dict[ir.Value, Track] = dict.fromkeys(entries, Track(0))
        self.source = entries[0]
        for value in entries:
            value.shape = ir.Shape([to_ir(self.batch), *map(to_ir, dims(value)[1:])])
        self.context = Context(model)

    def through(self, graph: ir.Graph) -> None:
        for node in list(graph):
            try:
                self.follow(node)
            except CannotFollow as error:
                raise LayoutError(
                    f"The batch axis can't be freed at '{node.name or node.outputs[0].name}' ({node.op_type}): {error}. "
                    "Load the model without `batch`, or export it with a dynamic batch axis."
                ) from None

    def follow(self, node: ir.Node) -> None:
        holds = any(v in self.tracks for v in node.inputs if v is not None)
        track = self.rewrite(node) if holds else None
        self.context.infer_node(node)
        for output in node.outputs:
            self.check(node, output, holds, track)

    def rewrite(self, node: ir.Node) -> Track | None:
        """Replace sizes in a node that holds the batch; say where a rule puts it."""
        refuse_mixing(node, case := self.case(node))
        rule = RULES.get(node.op_type)
        track = rule(case) if rule else None
        for initializer in case.op.initializers:
            self.graph.register_initializer(initializer)
        self.graph.insert_before(node, case.op.nodes)
        for made in case.op.nodes:
            self.context.infer_node(made)
        return track

    def case(self, node: ir.Node) -> Case:
        if next(bodies_of(node), None) is not None:
            raise CannotFollow("it goes into the body of the node")
        inputs = list(node.inputs)
        return Case(
            node,
            [None if v is None else self.tracks.get(v) for v in inputs],
            [None if v is None else self.before.get(v) for v in inputs],
            self.before.get(node.outputs[0]),
            self.size,
            self.live,
            Builder(node, self.names, in_function=False),
        )

    def live(self, op: Any, times: Dim) -> ir.Value:
        """Give the batch size times a number."""
        if not isinstance(times, int):
            raise CannotFollow(f"the batch is merged with the unknown size {times}")
        size = op.Shape(self.source, start=0, end=1)
        return size if times == 1 else op.Mul(size, op.constant([times]))

    def check(self, node: ir.Node, output: ir.Value, holds: bool, track: Track | None) -> None:
        """Find the batch in an output, and see that nothing else changed."""
        shape, before = dims(output), self.before.get(output)
        if shape is None or before is None or len(shape) != len(before):
            if holds and before is not None:
                raise CannotFollow("its result has no known shape then")
            return
        axes = [a for a, s in enumerate(shape) if self.batch in _symbols(s)]
        for axis, (now, then) in enumerate(zip(shape, before)):
            if axis in axes and divide(now, self.batch) is None:
                raise CannotFollow(f"axis {axis} of its result would have the size {now}")
            if isinstance(then, int) and _at(now, self.batch, self.size) != then:
                raise CannotFollow(f"axis {axis} of its result would have the size {now}, not {then}")
        if not axes:
            if holds and contents(output) is None and is_used(output):
                raise CannotFollow("its result has no batch axis")
            return
        if len(axes) > 1:
            raise CannotFollow(f"its result would have the batch in axes {axes}")
        self.tracks[output] = self.checked(node, track, axes[0], shape[axes[0]])

    def checked(self, node: ir.Node, track: Track | None, axis: int, size: Dim) -> Track:
        """Compare where a rule and the inferred shape say that the batch is."""
        if track is not None and track.axis != axis:
            raise CannotFollow(f"axis {axis} of its result has the batch, but axis {track.axis} should")
        if track is not None:
            return track
        given = [self.tracks[v] for v in node.inputs if v in self.tracks]
        outers = {t.outer for t in given} or {1}
        multiples = {divide(dims(v)[self.tracks[v].axis], self.batch) for v in node.inputs if v in self.tracks}
        if len(outers) > 1 or (multiples and multiples != {divide(size, self.batch)}):
            raise CannotFollow(f"axis {axis} of its result would have the size {size}")
        return Track(axis, outers.pop())


def unused(name: str, model: ir.Model) -> str:
    """Give a name that no size of the inputs has."""
    taken = {str(s) for v in model.graph.inputs for size in dims(v) or () for s in _symbols(size)}
    while name in taken:
        name += "_"
    return name


def refuse_mixing(node: ir.Node, case: Case) -> None:
    """Refuse operators that mix the elements of the batch, and those of which that isn't known."""
    mixed = MIXED.get(node.op_type) if not node.domain else None
    if mixed is None:
        raise CannotFollow("what the operator does to its axes isn't known")
    first, shape = case.tracks[0], case.before[0]
    axes = {a % len(shape) for a in mixed(case)} if shape else set()
    if first is not None and first.axis in axes:
        raise CannotFollow(f"it mixes what lies along axis {first.axis}, the batch")


def _symbols(size: Dim) -> set[sympy.Symbol]:
    return set() if isinstance(size, int) else size.free_symbols


def _at(size: Dim, batch: sympy.Symbol, value: int) -> Dim:
    if isinstance(size, int):
        return size
    at = size.subs(batch, value)
    return int(at) if at.is_Integer else at
