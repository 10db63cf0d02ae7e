"""What a program asks for that has no layer: every operator, revision and attribute value, listed at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from onnx_keras.errors import InvalidModelError, OnnxKerasError, UnsupportedModelError
from onnx_keras.program import Node, Program, attributes_of

NAMED = 3


@dataclass(frozen=True)
class Problem:
    """Something that has no layer.

    Attributes:
        what: What it is: an operator with its revision, or an attribute value.
        node: The name of the node.
        advice: What the reader can do about it.
    """

    what: str
    node: str
    advice: str = ""


def problems_of(
    program: Program,
    operators: Mapping[tuple[str, str], Any],
    refused: Mapping[tuple[str, str], str],
    is_asked_for: Callable[[str, str], bool] = lambda domain, op_type: True,
) -> Iterator[Problem]:
    """List what a program asks for and no layer gives.

    Args:
        program: The program.
        operators: The class of every operator, by domain and name.
        refused: Why there can be no layer for some.
        is_asked_for: Whether an operator counts, by domain and name.
    """
    yield from input_problems(program)
    for node in every_node(program):
        if is_asked_for(node.domain, node.op_type):
            yield from node_problems(node, operators, refused)


def every_node(program: Program) -> Iterator[Node]:
    """Give the nodes of a program and of the bodies in it."""
    for node in program.nodes:
        yield node
        for body in node.bodies:
            yield from every_node(body)


def node_problems(
    node: Node, operators: Mapping[tuple[str, str], Any], refused: Mapping[tuple[str, str], str]
) -> Iterator[Problem]:
    cls = operators.get((node.domain, node.op_type))
    if cls is None:
        yield Problem(operator_name(node), node.name, refused.get((node.domain, node.op_type), ""))
    else:
        yield from attribute_problems(node, cls)


def input_problems(program: Program) -> Iterator[Problem]:
    for name in program.inputs:
        value = program.values[name]
        if value.shape is None and value.dtype is not None:
            yield Problem("an input without a rank", name, f"say it, as in shapes={{{name!r}: (None, 3)}}")
        elif value.shape is None and not value.container:
            yield Problem("an input that is no tensor", name)


def text_problems(program: Program) -> Iterator[Problem]:
    """List the tensors of strings, for backends that have none."""
    advice = "only TensorFlow has tensors of text: set KERAS_BACKEND=tensorflow"
    yield from (Problem("text", name, advice) for name, value in program.values.items() if value.dtype == "string")


def operator_name(node: Node) -> str:
    return f"{node.domain}.{node.op_type}" if node.domain else node.op_type


def attribute_problems(node: Node, cls: Any) -> Iterator[Problem]:
    known = set(cls.attributes) - set(cls.layout_fields)
    attributes = attributes_of(node, cls)
    for name in attributes.keys() - known:
        yield Problem(f"attribute {name}={attributes[name]!r} of {operator_name(node)}", node.name)
    if cls.variadic is None and len(node.inputs) > len(cls.inputs_of):
        yield Problem(f"{len(node.inputs)} inputs of {operator_name(node)}", node.name)
    for reason in cls.refused({**cls.attributes, **attributes}):
        yield Problem(f"{operator_name(node)} with {reason}", node.name)


def refuse(problems: Iterable[Problem], file: str) -> None:
    """Raise one error that lists all problems, if there is one.

    Raises:
        UnsupportedModelError: With the names of the nodes, how many there are, and what to do.
    """
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for problem in problems:
        grouped[problem.what, problem.advice].append(problem.node)
    if not grouped:
        return
    lines = [line(what, advice, nodes) for (what, advice), nodes in grouped.items()]
    count = f"{len(lines)} thing{'s' if len(lines) > 1 else ''}"
    raise UnsupportedModelError(
        f"{count} in {file} {'have' if len(lines) > 1 else 'has'} no Keras layer:\n"
        + "\n".join(lines)
        + "\nWrite a layer with onnx_keras.operator, or cut the model before these nodes."
    )


@contextmanager
def blamed_on(node: str, operator: str, unranked: Sequence[str] = ()) -> Iterator[None]:
    """Turn what an axis rule or a layer raises for a node that contradicts itself into an error that names it.

    Args:
        node: The name of the node.
        operator: Its operator.
        unranked: What it reads of a rank that only follows from data: then the file need not be wrong.

    Raises:
        InvalidModelError: With the name of the node, its operator, and what was raised as its cause.
        UnsupportedModelError: The same, where something is unranked.
    """
    try:
        yield
    except OnnxKerasError as error:
        if text := own_words(error):
            raise type(error)(f"{operator} at '{node}': {text}") from error
        raise
    except (ArithmeticError, ValueError) as error:
        if unranked:
            raise UnsupportedModelError(
                f"{operator} at '{node}' reads {', '.join(map(repr, unranked))}, whose rank depends on data, and Keras "
                f"has no tensors of an unknown rank: {reason(error)}\nCut the model before this node."
            ) from error
        raise InvalidModelError(
            f"{operator} at '{node}' can't be computed from what it gets: {reason(error)}\n"
            "The file contradicts itself there: export it again, or repair this node."
        ) from error


def reason(error: Exception) -> str:
    """Give what was raised without what Keras writes around it."""
    return (own_words(error) or " ".join(str(error).split()))[:300] or type(error).__name__


def own_words(error: Exception) -> str:
    """Give what was raised inside a layer, without what Keras writes around it; empty if Keras wrote nothing."""
    text = str(error).rpartition("Error encountered:")[2] if "Error encountered:" in str(error) else ""
    return " ".join(text.partition("Arguments received by")[0].replace("\33[0m", "").split())


def line(what: str, advice: str, nodes: list[str]) -> str:
    more = len(nodes) - NAMED
    names = ", ".join(f"'{n}'" for n in nodes[:NAMED])
    rest = f" and {more} more node{'s' if more > 1 else ''}" if more > 0 else ""
    return f"  {what} at {names}{rest}" + (f": {advice}" if advice else "")
