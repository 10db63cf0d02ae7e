"""Shapes of If, Loop, Scan, Gradient and BeamSearch: what holds in every branch and every iteration."""

import onnx_ir as ir

from onnx_keras.graph.contents import contents, scalar
from onnx_keras.graph.symbols import is_container, is_nonnegative, to_ir
from onnx_keras.graph.traversal import source

ASSUMED = "assumed_condition"
"""The mark of an If whose condition is taken for known."""

_MOST_ROUNDS = 4
_RULES = {}


def rule(node: ir.Node):
    """Return the rule of an operator whose bodies need care, or None."""
    return _RULES.get((node.domain, node.op_type))


def _rules(op_type: str, domain: str = ""):
    def register(function):
        _RULES[domain, op_type] = function
        return function

    return register


def _join(
    context, a: ir.Shape | None, b: ir.Shape | None, changing=frozenset(), is_container: bool = False
) -> ir.Shape | None:
    """Return the shape that covers two: sizes that differ become one that is unknown.

    A sequence or optional value without a shape is taken to be empty, or to hold tensors of the other's rank.
    """
    if is_container and (a is None or b is None):
        return a or b
    if a is None or b is None or len(a) != len(b):
        return None
    return ir.Shape([x if x == y or _name(x) in changing else context.new_symbolic_dim() for x, y in zip(a, b)])


def _name(dim) -> str | None:
    return None if isinstance(dim, int) else dim.value


def _outside(context, shape: ir.Shape | None, known_before: set[str]) -> ir.Shape | None:
    """Return a shape without the sizes that a body made up: they may differ at every run of it."""
    if shape is None:
        return None
    return ir.Shape([context.new_symbolic_dim() if _is_local(context, dim, known_before) else dim for dim in shape])


def _is_local(context, dim, known_before: set[str]) -> bool:
    made_up = context.fresh - known_before
    return not isinstance(dim, int) and not made_up.isdisjoint(dim.free_symbols())


def _assign(output: ir.Value, source: ir.Value, shape: ir.Shape | None) -> None:
    if output.type is None:
        output.type = source.type
    output.shape = shape


def _bind(inner: ir.Value, outer: ir.Value | None, shape: ir.Shape | None) -> None:
    if inner.type is None and outer is not None:
        inner.type = outer.type
    inner.shape = shape


@_rules("If")
def _if(context, node: ir.Node) -> None:
    before = set(context.fresh)
    branches = branches_of(node)
    for branch in branches:
        context.infer_graph(branch)
    taken = node.meta.get(ASSUMED, scalar(next(iter(node.inputs), None)))
    for output, then, other in zip(node.outputs, branches[0].outputs, branches[1].outputs):
        joined = _join(context, then.shape, other.shape, is_container=is_container(then))
        shape = joined if taken is None else then.shape if taken else other.shape
        _assign(output, then, _outside(context, shape, before))
        _assign(output, other, output.shape)


def branches_of(node: ir.Node) -> tuple[ir.Graph, ir.Graph]:
    """Return what an If computes where its condition is true, and where it is false."""
    return node.attributes["then_branch"].as_graph(), node.attributes["else_branch"].as_graph()


def _infer_carried(context, body: ir.Graph, inner, initial, results) -> list[ir.Shape | None]:
    """Infer a body whose inputs `inner` start as `initial` and go on as `results`; return what covers all rounds."""
    shapes = [None if value is None else value.shape for value in initial]
    changing: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        for value, outer, shape in zip(inner, initial, shapes):
            _bind(value, outer, shape)
        before = set(context.fresh)
        context.infer_graph(body)
        covering = [_join(context, s, r.shape, changing, is_container(r)) for s, r in zip(shapes, results)]
        if covering == shapes:
            return [_outside(context, shape, context.fresh - changing) for shape in shapes]
        changing |= {_name(d) for shape in covering if shape for d in shape} & (context.fresh - before)
        shapes = covering
    for value, outer in zip(inner, initial):
        _bind(value, outer, None)
    context.infer_graph(body)
    return [None] * len(shapes)


@_rules("Loop")
def _loop(context, node: ir.Node) -> None:
    body = node.attributes["body"].as_graph()
    trip_count, condition, *initial = [*node.inputs, None, None][: max(2, len(node.inputs))]
    for value, dtype in zip(body.inputs[:2], (ir.DataType.INT64, ir.DataType.BOOL)):
        declared = value.meta.get("declared_shape")
        value.dtype = value.dtype or dtype
        value.shape = declared if declared is not None and len(declared) == 1 else ir.Shape([])
    carried = len(initial)
    before = set(context.fresh)
    results = body.outputs[1 : 1 + carried]
    shapes = _infer_carried(context, body, body.inputs[2:], initial, results)
    for output, result, shape in zip(node.outputs, results, shapes):
        _assign(output, result, shape)
    length = _trip_count(trip_count) if _runs_to_the_end(body, condition) else None
    for output, result in zip(node.outputs[carried:], body.outputs[1 + carried :]):
        _assign(output, result, _stacked(context, result.shape, 0, length, before))


def _trip_count(value: ir.Value | None) -> int | ir.SymbolicDim | None:
    known = None if value is None else contents(value)
    return to_ir(known.item()) if known is not None and known.size == 1 and is_nonnegative(known.item()) else None


def _runs_to_the_end(body: ir.Graph, condition: ir.Value | None) -> bool:
    """Return whether only the trip count ends a loop."""
    kept = source(body.outputs[0])
    starts = condition is None or _is_true(condition)
    return starts and (kept in (body.inputs[1], condition) or _is_true(kept))


def _is_true(value: ir.Value) -> bool:
    known = contents(value)
    return known is not None and bool(known.size) and all(known.flat)


def _stacked(context, shape, axis: int, length, known_before) -> ir.Shape | None:
    """Return the shape of what a body yields, one for each iteration."""
    shape = _outside(context, shape, known_before)
    if shape is None:
        return None
    sizes = list(shape)
    sizes.insert(axis if axis >= 0 else axis + len(sizes) + 1, context.new_symbolic_dim() if length is None else length)
    return ir.Shape(sizes)


@_rules("Scan")
def _scan(context, node: ir.Node) -> None:
    body = node.attributes["body"].as_graph()
    scanned = node.attributes.get_int("num_scan_inputs")
    states = len(node.inputs) - scanned
    axes = list(node.attributes.get_ints("scan_input_axes", [0] * scanned))
    before = set(context.fresh)
    length = None
    for inner, outer, axis in zip(body.inputs[states:], node.inputs[states:], axes):
        sizes = None if outer.shape is None else list(outer.shape)
        length = _better(length, sizes.pop(axis)) if sizes else length
        _bind(inner, outer, None if sizes is None else ir.Shape(sizes))
    shapes = _infer_carried(context, body, body.inputs[:states], node.inputs[:states], body.outputs[:states])
    for output, result, shape in zip(node.outputs, body.outputs, shapes):
        _assign(output, result, shape)
    out_axes = node.attributes.get_ints("scan_output_axes", [0] * (len(node.outputs) - states))
    for output, result, axis in zip(node.outputs[states:], body.outputs[states:], out_axes):
        _assign(output, result, _stacked(context, result.shape, axis, length, before))


def _better(a, b):
    """Return a known size rather than a symbolic one."""
    return a if isinstance(a, int) or (a is not None and not isinstance(b, int)) else b


@_rules("Gradient", domain="ai.onnx.preview.training")
def _gradient(context, node: ir.Node) -> None:
    body = node.attributes["y"].as_graph()
    for inner, outer in zip(body.inputs, node.inputs):
        _bind(inner, outer, outer.shape)
    context.infer_graph(body)
    for output, x in zip(node.outputs, node.inputs):
        _assign(output, x, x.shape)


@_rules("BeamSearch", "com.microsoft")
def _beam_search(context, node: ir.Node) -> None:
    """Believe what its graphs declare of their inputs; a name of a size means something else outside of them."""
    for name in ("encoder", "decoder", "init_decoder"):
        if name in node.attributes:
            graph = node.attributes[name].as_graph()
            sizes: dict[str, ir.SymbolicDim] = {}
            for value in graph.inputs:
                value.shape = _renamed(context, value.meta.get("declared_shape", value.shape), sizes)
            context.infer_graph(graph)
    length, _, beams, count = (scalar(v) for v in (*node.inputs, *[None] * 5)[1:5])
    batch = None if node.inputs[0].shape is None else node.inputs[0].shape[0]
    logits = node.attributes["decoder"].as_graph().outputs[0].shape
    vocabulary = logits[-1] if logits is not None and isinstance(logits[-1], int) else None
    steps = length - 1 if isinstance(length, int) else None
    shapes = ([batch, count, length], [batch, count], [steps, batch, beams, vocabulary])
    for output, shape in zip(node.outputs, shapes):
        output.dtype = output.dtype or (ir.DataType.INT32 if output is node.outputs[0] else ir.DataType.FLOAT)
        output.shape = ir.Shape([context.new_symbolic_dim() if size is None else size for size in shape])


def _renamed(context, declared: ir.Shape | None, sizes: dict[str, ir.SymbolicDim]) -> ir.Shape | None:
    """Give sizes names that no value outside of a graph has."""
    if declared is None:
        return None
    names = [None if isinstance(size, int) else size.value for size in declared]
    for name in names:
        if name is not None and name not in sizes:
            sizes[name] = context.new_symbolic_dim()
    return ir.Shape(
        [d if isinstance(d, int) else sizes.get(n) or context.new_symbolic_dim() for d, n in zip(declared, names)]
    )
