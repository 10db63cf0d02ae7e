"""How problems of a file are worded: whole sentences, all of a kind at once, never too many."""

from collections.abc import Iterable

import onnx

from onnx_keras.errors import InvalidModelError, OnnxKerasError

SHOWN = 5
NAME_LENGTH = 80


def quoted(name: str | bytes) -> str:
    """A name from the file, short enough to print."""
    shown = repr(name[:NAME_LENGTH])
    return shown if len(name) <= NAME_LENGTH else f"{shown}..."


def named(node: onnx.NodeProto) -> str:
    """How a message calls a node; one without a name goes by its first output."""
    operator = quoted(node.op_type).replace("'", "")
    if node.name:
        return f"node {quoted(node.name)} ({operator})"
    output = next(filter(None, node.output), "")
    return f"the {operator} node that makes {quoted(output)}"


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once, each once."""
    seen: set[str] = set()
    twice = {name: None for name in names if name in seen or seen.add(name)}
    return list(twice)


def refuse(problems: Iterable[str], advice: str, error: type[OnnxKerasError] = InvalidModelError) -> None:
    """Raise one error that lists the problems, if there are any.

    Args:
        problems: Whole sentences.
        advice: What the reader can do.
        error: The class to raise.
    """
    found = [problem[0].upper() + problem[1:] for problem in problems]
    if not found:
        return
    if len(found) == 1:
        raise error(f"{found[0]} {advice}")
    more = [f"... and {len(found) - SHOWN} more."] if len(found) > SHOWN else []
    raise error("\n  ".join([f"{len(found)} problems:", *found[:SHOWN], *more]) + f"\n{advice}")
