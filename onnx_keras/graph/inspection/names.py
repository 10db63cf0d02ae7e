"""Value names: each made once, read only where it is known, never in a circle."""

import graphlib
from collections.abc import Iterator

import onnx

from onnx_keras.graph.inspection.findings import named, quoted, refuse, repeated
from onnx_keras.graph.inspection.walking import Body, bodies

Scopes = tuple[set[str], ...]
MENTIONING = {("ai.onnx.preview.training", "Gradient"): ("xs", "zs", "y")}
"""The attributes, by operator, that are names of values."""

_REPAIR = "Every value is made once and before it is read: export the model again, or repair these names."


def check_names(model: onnx.ModelProto) -> bool:
    """Refuse graphs whose values are made twice, by nobody or by themselves.

    Returns:
        Whether every node already comes after those that it reads from.
    """
    roots = [
        (model.graph, "the graph"),
        *((function, f"function {quoted(function.name)}") for function in model.functions),
    ]
    refuse([problem for root, words in roots for problem in _name_problems(root, words, ())], _REPAIR)
    outputs = repeated(info.name for info in model.graph.output)
    refuse((f"graph output {quoted(name)} is listed more than once." for name in outputs), _REPAIR)
    refuse(
        [problem for root, words in roots for problem in _cycles(root, words)],
        "No order can run them: export the model again.",
    )
    return all(_is_sorted(root) for root, _ in roots)


def _name_problems(body: Body, words: str, outer: Scopes) -> Iterator[str]:
    inputs, weights = _input_names(body), _initializer_names(body)
    results = [name for node in body.node for name in node.output if name]
    scopes = (*outer, {*inputs, *weights, *results})
    for kind, group in (("an input", inputs), ("an initializer", weights)):
        yield from (f"{quoted(name)} is {kind} of {words} more than once." for name in repeated(group))
        yield from (f"{words} has {kind} without a name." for name in group if not name)
    # An initializer may be the default of an input, but nothing else shares a name.
    yield from (
        f"{quoted(name)} is made more than once in {words}." for name in repeated([*{*inputs, *weights}, *results])
    )
    for node in body.node:
        for name in node.input:
            if name and not _is_known(name, scopes):
                yield f"{named(node)} reads {quoted(name)}, which nothing makes."
        for inner in bodies(node):
            yield from _name_problems(inner, f"a body of {named(node)}", scopes)
    for name in _output_names(body):
        if name not in scopes[-1]:
            yield _missing_output(name, words, outer)


def _missing_output(name: str, words: str, outer: Scopes) -> str:
    if _is_known(name, outer):
        return f"{words} returns {quoted(name)} of the graph around it, which needs an Identity node."
    return f"nothing makes {quoted(name)}, an output of {words}."


def _cycles(body: Body, words: str) -> Iterator[str]:
    """Circles among the nodes of each graph; a node reads what the graphs inside it read."""
    if not _is_sorted_here(body):
        makers = {name: index for index, node in enumerate(body.node) for name in node.output if name}
        reads = {
            index: {makers[name] for name in read_names(node) if name in makers} for index, node in enumerate(body.node)
        }
        try:
            graphlib.TopologicalSorter(reads).prepare()
        except graphlib.CycleError as error:
            circle = [named(body.node[index]) for index in error.args[1]]
            shown = circle if len(circle) <= 5 else [*circle[:4], "..."]
            yield f"{len(circle) - 1} nodes of {words} wait for each other: {' -> '.join(shown)}."
    for node in body.node:
        for inner in bodies(node):
            yield from _cycles(inner, f"a body of {named(node)}")


def read_names(node: onnx.NodeProto) -> set[str]:
    """The names that a node reads, those that its bodies take from outside included, or mentions."""
    names = {*filter(None, node.input), *(name.decode() for a in mentions(node) for name in (*a.strings, a.s) if name)}
    for inner in bodies(node):
        made = {
            *_input_names(inner),
            *_initializer_names(inner),
            *(name for part in inner.node for name in part.output),
        }
        names |= {name for part in inner.node for name in read_names(part)} - made
    return names


def mentions(node: onnx.NodeProto) -> list[onnx.AttributeProto]:
    """The attributes of a node that are names of values."""
    known = MENTIONING.get((node.domain, node.op_type), ())
    return [attribute for attribute in node.attribute if attribute.name in known]


def _is_sorted(body: Body) -> bool:
    return _is_sorted_here(body) and all(_is_sorted(inner) for node in body.node for inner in bodies(node))


def _is_sorted_here(body: Body) -> bool:
    later = {name for node in body.node for name in node.output if name}
    for node in body.node:
        if not later.isdisjoint(read_names(node)):
            return False
        later.difference_update(node.output)
    return True


def _is_known(name: str, scopes: Scopes) -> bool:
    return any(name in scope for scope in scopes)


def _input_names(body: Body) -> list[str]:
    return list(body.input) if isinstance(body, onnx.FunctionProto) else [info.name for info in body.input]


def _output_names(body: Body) -> list[str]:
    return list(body.output) if isinstance(body, onnx.FunctionProto) else [info.name for info in body.output]


def _initializer_names(body: Body) -> list[str]:
    if isinstance(body, onnx.FunctionProto):
        return []
    return [tensor.name for tensor in body.initializer] + [sparse.values.name for sparse in body.sparse_initializer]
