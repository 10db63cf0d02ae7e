"""Local functions: each known once, none that calls itself, none that grows without bound."""

import graphlib
from collections.abc import Iterator, Mapping

import onnx

from onnx_keras.graph.inspection.attributes import value_problem
from onnx_keras.graph.inspection.findings import quoted, refuse, repeated
from onnx_keras.graph.inspection.walking import FunctionId, function_id, nodes_below

MOST_NODES = 1_000_000


def check_functions(model: onnx.ModelProto) -> None:
    """Refuse local functions that can't be written out in place of their calls."""
    functions = {function_id(function): function for function in model.functions}
    refuse(_declaration_problems(model), "Give every function a name and a value of its own for each attribute.")
    calls = {key: [function_id(node) for node in nodes_below(function)] for key, function in functions.items()}
    try:
        order = list(
            graphlib.TopologicalSorter(
                {key: set(called) & set(functions) for key, called in calls.items()}
            ).static_order()
        )
    except graphlib.CycleError as error:
        circle = " -> ".join(quoted(name) for _, name, _ in error.args[1][:5])
        refuse([f"functions call themselves: {circle}."], "ONNX does not allow recursion.")
    refuse(_size_problems(model, calls, order), "Inline fewer levels, or export without functions.")


def _declaration_problems(model: onnx.ModelProto) -> Iterator[str]:
    for domain, name, _ in repeated(map(function_id, model.functions)):
        yield f"function {quoted(name)} of domain {quoted(domain)} is defined more than once."
    for function in model.functions:
        names = [*function.attribute, *(default.name for default in function.attribute_proto)]
        for name in repeated(names):
            yield f"function {quoted(function.name)} has attribute {quoted(name)} more than once."
        for default in function.attribute_proto:
            if problem := value_problem(default):
                yield f"attribute {quoted(default.name)} of function {quoted(function.name)} {problem}"


def _size_problems(
    model: onnx.ModelProto, calls: Mapping[FunctionId, list[FunctionId]], order: list[FunctionId]
) -> Iterator[str]:
    sizes: dict[FunctionId, int] = {}
    for key in order:
        sizes[key] = sum(sizes.get(called, 1) for called in calls[key])
    total = sum(sizes.get(function_id(node), 1) for node in nodes_below(model.graph))
    if total > MOST_NODES:
        yield f"written out, its functions make more than {MOST_NODES} nodes."
