"""Write docs/operators.md: every operator that ONNX defines and every layer that the package has, from its registry.

python scripts/list_operators.py            write the page
python scripts/list_operators.py --check    say whether it is up to date
"""

import argparse
import os
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs" / "operators.md"
INNER = "onnx_keras"
BEFORE_LAYERS = {("", "Constant"): "a weight or a constant of the layers that read it"}

HEAD = """# Operators

Written by `scripts/list_operators.py` from the registry; a test says when it is stale.

* **revisions**: all that ONNX knows; the layer computes the newest, earlier ones are rewritten to it.
* **axes**: how the layer treats another axis order than ONNX'. "ONNX' order" is the safe default: inputs are moved
  there first. Both data formats work everywhere.
* **weights**: inputs that become variables under a name of their own where they are constants. Where an operator
  declares none, floating initializers become variables under the name of the input.
* **notes**: where it doesn't run compiled, or not on all of TensorFlow, JAX and PyTorch.
"""


def schemas() -> dict[tuple[str, str], list[Any]]:
    """Give all revisions of every operator of ONNX, by domain and name."""
    import onnx

    found: dict[tuple[str, str], list[Any]] = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        if not schema.domain.endswith(".test"):
            found.setdefault((schema.domain, schema.name), []).append(schema)
    return {key: sorted(s, key=lambda x: x.since_version) for key, s in found.items()}


def page() -> str:
    """Write the page."""
    from onnx_keras.graph.upgrades import replaced
    from onnx_keras.registry import OPERATORS

    known = schemas()
    own = {key for key, cls in OPERATORS.items() if cls.__module__.startswith(f"{INNER}.")}
    keys = sorted({*known, *own, *replaced()}, key=lambda k: (k[0] != "", k[0], k[1].lower()))
    lines = [HEAD]
    for domain in dict.fromkeys(d for d, _ in keys if d != INNER):
        lines += [f"\n## {domain or 'ai.onnx'}\n", "| operator | revisions | axes | weights | notes |"]
        lines += ["| --- | --- | --- | --- | --- |"]
        for key in keys:
            if key[0] == domain:
                lines.append("| " + " | ".join(row(key, known.get(key, []), OPERATORS.get(key))) + " |")
    return "\n".join(lines) + "\n"


def row(key: tuple[str, str], revisions: list[Any], cls: Any) -> tuple[str, ...]:
    """Describe one operator."""
    versions = ", ".join(str(s.since_version) for s in revisions) or str(getattr(cls, "since_version", "1"))
    if cls is None:
        return key[1], versions, "", "", without_layer(key, revisions)
    return key[1], versions, axes(cls), weights(cls), "; ".join(notes(cls, revisions[-1] if revisions else None))


def without_layer(key: tuple[str, str], revisions: list[Any]) -> str:
    """Say what becomes of an operator that has no layer."""
    from onnx_keras.graph.upgrades import replaced
    from onnx_keras.registry import REFUSED

    others = replaced()
    if reason := REFUSED.get(key) or others.get(key):
        return f"refused: {reason}"
    if any(s.has_function or s.has_context_dependent_function for s in revisions[-1:]):
        return "its definition by other operators"
    if key in others:
        return "rewritten to newer operators" if revisions else "rewritten to operators of the standard"
    return BEFORE_LAYERS.get(key, "no layer yet")


def axes(cls: Any) -> str:
    """Name the axis rule."""
    from onnx_keras.axis_rules import Fixed

    return "ONNX' order" if type(cls.axis_rule) is Fixed else type(cls.axis_rule).__name__


def weights(cls: Any) -> str:
    """Name the variables, each once."""
    names = (n + (" (not learned)" if i in cls.not_learned else "") for i, n in cls.weight_names.items())
    return ", ".join(dict.fromkeys(names))


def notes(cls: Any, newest: Any) -> Iterator[str]:
    """Say what is particular about a layer."""
    if cls.depends_on_data:
        yield "sizes depend on data: not compiled by JAX"
    if newest is not None and is_about_text(newest):
        yield "text: TensorFlow alone"


def is_about_text(schema: Any) -> bool:
    """Say whether an operator takes or gives nothing but text somewhere, which only TensorFlow has tensors of."""
    allowed = {c.type_param_str: set(c.allowed_type_strs) for c in schema.type_constraints}
    types = (allowed.get(p.type_str, {p.type_str}) for p in (*schema.inputs, *schema.outputs))
    return any(all("string" in t for t in names) for names in types)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    text = page()
    if parser.parse_args().check:
        return 0 if PAGE.read_text() == text else 1
    PAGE.write_text(text)
    print(f"{text.count(chr(10))} lines written to {PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
