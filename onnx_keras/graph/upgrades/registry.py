"""The steps between the revisions of an operator, and which of them are missing."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import onnx.defs
import onnx_ir as ir

from onnx_keras.errors import OnnxKerasError

# The opsets whose revisions are known; rules write the newest.
NEWEST = {"": 28, "ai.onnx.ml": 5, "com.microsoft": 1}

# A rule gets a node and a `Builder`; it returns what replaces the node's outputs, or None where the node may stay.
Rule = Callable[[ir.Node, Any], ir.Value | Sequence[ir.Value] | None]

_RULES: dict[tuple[str, str], dict[int, Rule]] = {}
_REASONS: dict[tuple[str, str], str] = {}


class CannotUpgrade(OnnxKerasError):
    """A rule can't express a node in the newer revision; the message says why."""


class MissingStep(NamedTuple):
    """Two neighbouring revisions of an operator without a rule between them."""

    domain: str
    op_type: str
    old: int
    new: int


def upgrade(*op_types: str, since_version: int, domain: str = "") -> Callable[[Rule], Rule]:
    """Register the rule that takes a node from the revision before `since_version` to it.

    What the rule makes with `op.same` is of revision `since_version` and goes on from there; what it makes with any
    other word of `op` is of the newest revision.
    """

    def register(rule: Rule) -> Rule:
        for op_type in op_types:
            _register(domain, op_type, since_version, rule)
        return rule

    return register


def equivalent(op_type: str, *revisions: int, domain: str = "") -> None:
    """Declare that a node of any but the last of neighbouring revisions means the same in the next."""
    for revision in revisions[1:]:
        _register(domain, op_type, revision, stays)


def refuse(op_type: str, since_version: int, reason: str, domain: str = "") -> None:
    """Declare that the step to `since_version` can't be expressed."""

    def rule(node: ir.Node, op: Any) -> None:
        raise CannotUpgrade(reason)

    _REASONS[domain, op_type] = reason
    _register(domain, op_type, since_version, rule)


def stays(node: ir.Node, op: Any) -> None:
    """The rule of an equivalent step."""


def revision_at(domain: str, op_type: str, opset: int) -> int:
    """The revision that an opset has of an operator; 0 where it has none, as of operators that ONNX has removed.

    The newest revision of an operator that was removed only says so: files that use it mean the revision before.
    """
    revisions = _onnx_revisions().get((domain, op_type), [])
    if revisions and onnx.defs.get_schema(op_type, revisions[-1], domain).deprecated:
        revisions = revisions[:-1]
    return max((r for r in revisions if r <= opset), default=0)


def steps_after(domain: str, op_type: str, revision: int) -> list[tuple[int, Rule | None]]:
    """The later revisions up to the newest, each with the rule that leads to it."""
    rules = _RULES.get((domain, op_type), {})
    known = {*rules, *_onnx_revisions().get((domain, op_type), ())}
    return [(r, rules.get(r)) for r in sorted(known) if revision < r <= NEWEST[domain]]


def replaced() -> dict[tuple[str, str], str]:
    """The operators, as (domain, name), whose every node becomes others; with the reason where that can't be."""
    return {key: _REASONS.get(key, "") for key in _RULES if _is_replaced(*key)}


def missing_steps(supported: Iterable[tuple[str, str]]) -> list[MissingStep]:
    """The steps of the operators, given as (domain, name), that are neither ruled, nor equivalent, nor refused."""
    return [
        MissingStep(domain, op_type, old, new)
        for domain, op_type in supported
        for old, new in neighbours(domain, op_type)
        if new not in _RULES.get((domain, op_type), {})
    ]


def neighbours(domain: str, op_type: str) -> list[tuple[int, int]]:
    """The neighbouring revisions of an operator."""
    revisions = _onnx_revisions().get((domain, op_type), ())
    return list(itertools.pairwise(revisions))


def _is_replaced(domain: str, op_type: str) -> bool:
    """Say whether every node of an operator's newest revision becomes other operators, as ONNX has removed it."""
    rules, revisions = _RULES.get((domain, op_type), {}), _onnx_revisions().get((domain, op_type), [0])
    return any(
        revision > revisions[-1] or onnx.defs.get_schema(op_type, revision, domain).deprecated for revision in rules
    )


def _register(domain: str, op_type: str, since_version: int, rule: Rule) -> None:
    rules = _RULES.setdefault((domain, op_type), {})
    assert since_version not in rules, f"{op_type} has two rules for revision {since_version}."
    rules[since_version] = rule


@cache
def _onnx_revisions() -> dict[tuple[str, str], list[int]]:
    revisions: dict[tuple[str, str], list[int]] = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        revisions.setdefault((schema.domain, schema.name), []).append(schema.since_version)
    return {key: sorted(found) for key, found in revisions.items()}
