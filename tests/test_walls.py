"""The two walls, and what keeps operators in one place: proven on the source and in fresh processes."""

import ast
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "onnx_keras"

LONG_MODULE, LONG_FUNCTION = 300, 40


@dataclass(frozen=True)
class Wall:
    """Modules and what they never import."""

    modules: tuple[str, ...]
    forbidden: tuple[str, ...]


NO_KERAS = Wall(
    ("graph", "layout", "axis_rules", "program", "orders", "factors", "dims", "source"),
    ("keras", "tensorflow", "jax", "torch", "onnx_keras.layers", "onnx_keras.model", "onnx_keras.building"),
)
NO_ONNX = Wall(
    (
        *("layers", "model", "running", "registry", "source"),
        *("arranging", "cutting", "freezing", "heads", "places", "rewiring"),
    ),
    ("onnx", "onnx_ir", "onnx_shape_inference", "onnxruntime", "onnx_keras.graph"),
)

# What the file format itself treats apart, by module: bodies, sparse constants, maps. The number may only fall.
COMPARED_IN = {
    "graph/inspection/bodies.py": 3,
    "graph/repairs.py": 1,
    "graph/sparse.py": 1,
    "graph/zipmaps.py": 3,
}

IMPORT_ALONE = """
import importlib, pkgutil, sys, types

def refuses(name):
    return any(name == f or name.startswith(f + ".") for f in {forbidden!r})

class Wall:
    def find_spec(self, name, path=None, target=None):
        if refuses(name):
            raise ImportError("behind the wall: " + name)

sys.meta_path.insert(0, Wall())
parent = types.ModuleType("onnx_keras")
parent.__path__ = [{package!r}]
sys.modules["onnx_keras"] = parent
for name in {modules!r}:
    module = importlib.import_module("onnx_keras." + name)
    for inner in pkgutil.walk_packages(getattr(module, "__path__", ()), module.__name__ + "."):
        if not inner.name.startswith("onnx_keras.layers.backend."):
            importlib.import_module(inner.name)
assert not [n for n in sys.modules if refuses(n)]
"""


def trees(package: Path, modules: tuple[str, ...] = ("",)) -> Iterator[tuple[str, ast.Module]]:
    """Parse the modules of the package, by their paths in it."""
    for name in modules:
        place = package / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]:
            yield file.relative_to(package).as_posix(), ast.parse(file.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    """Name every module that a source imports, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(package: Path, wall: Wall) -> list[str]:
    """List the imports in a package's source that a wall forbids."""
    return [
        f"{file} imports {name}"
        for file, tree in trees(package, wall.modules)
        for name in imported(tree)
        if any(name == f or name.startswith(f"{f}.") for f in wall.forbidden)
    ]


def import_alone(package: Path, wall: Wall) -> subprocess.CompletedProcess:
    """Import modules in a process of their own where what they must not know can't be imported."""
    code = IMPORT_ALONE.format(forbidden=wall.forbidden, package=str(package), modules=wall.modules)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)


def planted(folder: Path, file: str, line: str) -> Path:
    """Copy the package and add a line to one of its files."""
    copy = folder / "onnx_keras"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / file).open("a") as source:
        source.write(f"\n{line}\n")
    return copy


@pytest.mark.parametrize("wall", [NO_KERAS, NO_ONNX], ids=["no keras", "no onnx"])
def test_no_source_names_what_is_behind_its_wall(wall):
    assert not breaches(PACKAGE, wall)


@pytest.mark.parametrize("wall", [NO_KERAS, NO_ONNX], ids=["no keras", "no onnx"])
def test_modules_import_where_what_is_behind_their_wall_is_missing(wall):
    done = import_alone(PACKAGE, wall)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("wall", "file", "line"),
    [
        (NO_KERAS, "graph/symbols.py", "import keras"),
        (NO_KERAS, "orders.py", "from tensorflow import raw_ops"),
        (NO_ONNX, "layers/arithmetic.py", "from onnx import helper"),
    ],
)
def test_a_planted_import_is_found(tmp_path, wall, file, line):
    package = planted(tmp_path, file, line)
    assert [b.split()[0] for b in breaches(package, wall)][:1] == [file]
    done = import_alone(package, wall)
    assert done.returncode != 0 and "behind the wall" in done.stderr


def test_an_import_planted_inside_a_function_is_found(tmp_path):
    package = planted(tmp_path, "layers/arithmetic.py", "def late():\n    import onnx_ir.passes")
    assert breaches(package, NO_ONNX) == ["layers/arithmetic.py imports onnx_ir.passes"]


def test_importing_the_package_imports_no_onnx():
    code = "import sys, onnx_keras; print(sorted({'onnx', 'onnx_ir', 'onnxruntime'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent, timeout=300)
    assert done.stdout.strip() == "[]", done.stderr


def comparisons(tree: ast.Module) -> int:
    """Count comparisons of an op_type with names of operators."""
    return sum(isinstance(node, ast.Compare) and compares_names(node) for node in ast.walk(tree)) + sum(
        isinstance(node, ast.Match) and "op_type" in ast.dump(node.subject) for node in ast.walk(tree)
    )


def compares_names(node: ast.Compare) -> bool:
    parts = [n for side in (node.left, *node.comparators) for n in ast.walk(side)]
    has_name = any("op_type" in (getattr(p, "attr", ""), getattr(p, "id", "")) for p in parts)
    return has_name and any(isinstance(p, ast.Constant) and isinstance(p.value, str) and p.value for p in parts)


def test_operators_are_told_apart_in_the_registry_only():
    found = {file: comparisons(tree) for file, tree in trees(PACKAGE)}
    assert {file: n for file, n in found.items() if n > COMPARED_IN.get(file, 0)} == {}


def test_a_comparison_of_names_is_found():
    assert comparisons(ast.parse('x = node.op_type == "Conv"')) == 1
    assert comparisons(ast.parse('if (node.domain, node.op_type) in {("", "Conv")}: pass')) == 1
    assert comparisons(ast.parse('match node.op_type:\n    case "Conv": pass')) == 1
    assert comparisons(ast.parse("same = node.op_type == other.op_type")) == 0


def long_parts(file: str, tree: ast.Module) -> Iterator[str]:
    """Say which functions are long, and whether the module is."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            lines = (node.end_lineno or 0) - first.lineno + 1
            if lines > LONG_FUNCTION:
                yield f"{file}: {node.name} has {lines} lines"
    lines = max((getattr(n, "end_lineno", 0) for n in tree.body), default=0)
    if lines > LONG_MODULE:
        yield f"{file} has {lines} lines"


def test_sizes_of_modules_are_reported():
    for part in (p for file, tree in trees(PACKAGE) for p in long_parts(file, tree)):
        warnings.warn(f"{part}: ask what the second idea is", stacklevel=1)
