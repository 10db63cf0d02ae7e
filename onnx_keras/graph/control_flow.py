"""If and Loop whose way is known: the branch that is taken, the loop that never starts."""

from collections import Counter

import onnx_ir as ir

from onnx_keras.graph.contents import scalar
from onnx_keras.graph.traversal import every_graph

_RULES = {}


def _decides(op_type: str):
    def register(rule):
        _RULES["", op_type] = rule
        return rule

    return register


def decide(model: ir.Model) -> bool:
    """Replace If and Loop nodes whose way is known, in place; return whether there was one."""
    names = Counter(value.name for graph in every_graph(model.graph) for value in _values(graph))
    decided = False
    while any(_decide_in(graph, names) for graph in every_graph(model.graph)):
        decided = True
    return decided


def _values(graph: ir.Graph):
    yield from graph.inputs
    yield from graph.initializers.values()
    for node in graph:
        yield from node.outputs


def _decide_in(graph: ir.Graph, names: Counter) -> bool:
    """Replace the nodes of one graph; its new nodes may hold more."""
    decided = False
    for node in list(graph):
        rule = _RULES.get((node.domain, node.op_type))
        decided |= rule is not None and rule(node, names)
    return decided


@_decides("If")
def _take_branch(node: ir.Node, names: Counter) -> bool:
    condition = scalar(next(iter(node.inputs), None))
    if condition is None:
        return False
    branch = node.attributes["then_branch" if condition else "else_branch"].as_graph()
    results = list(branch.outputs)
    nodes = list(branch)
    branch.outputs.clear()
    for inner in [value for graph in every_graph(branch) for value in _values(graph)]:
        _make_unique(inner, names)
    for value in list(branch.initializers.values()):
        del branch.initializers[value.name]
        node.graph.register_initializer(value)
    branch.remove(nodes)
    node.graph.insert_before(node, nodes)
    _replace(node, results, names)
    return True


def _make_unique(value: ir.Value, names: Counter) -> None:
    """Rename a value whose name another branch has, too."""
    if names[value.name] < 2:
        return
    names[value.name] -= 1
    number = next(i for i in range(2, len(names) + 3) if f"{value.name}_{i}" not in names)
    value.name = f"{value.name}_{number}"
    names[value.name] += 1


@_decides("Loop")
def _skip_loop(node: ir.Node, names: Counter) -> bool:
    trip_count, condition = (scalar(value) for value in (*node.inputs, None, None)[:2])
    carried = node.inputs[2:]
    never_starts = (trip_count is not None and trip_count <= 0) or condition is False
    if not never_starts or len(carried) != len(node.outputs):
        return False
    _replace(node, carried, names)
    return True


def _replace(node: ir.Node, results, names: Counter) -> None:
    """Put values in place of a node's outputs; an output of the graph keeps its name."""
    for output, result in zip(node.outputs, results):
        if output.is_graph_output():
            result = _named_as_output(node, output, result)
        output.replace_all_uses_with(result, replace_graph_outputs=True)
    node.graph.remove(node, safe=True)


def _named_as_output(node: ir.Node, output: ir.Value, result: ir.Value) -> ir.Value:
    copy = ir.Node("", "Identity", [result], num_outputs=1)
    copy.outputs[0].name, output.name = output.name, None
    copy.outputs[0].type, copy.outputs[0].shape = result.type, result.shape
    copy.outputs[0].meta["declared_shape"] = output.meta.get("declared_shape")
    node.graph.insert_before(node, copy)
    return copy.outputs[0]
