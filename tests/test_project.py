"""What the project promises around its code: metadata, documentation, and what an import costs."""

import ast
import importlib.metadata
import inspect
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import onnx_keras

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MODULES = sorted([*ROOT.glob("onnx_keras/**/*.py"), *ROOT.glob("scripts/*.py"), *ROOT.glob("tests/**/test_*.py")])

LONGEST_IMPORT = 0.3
"""Seconds that `import onnx_keras` may take beyond `import keras`."""

IMPORTS = """
import time
import keras
before = time.perf_counter()
import onnx_keras
print(time.perf_counter() - before)
"""


def requirements() -> list[str]:
    extras = PROJECT["optional-dependencies"].values()
    return [r for group in (PROJECT["dependencies"], *extras) for r in group if not r.startswith("onnx-keras[")]


def test_every_dependency_has_a_range_and_none_is_pinned():
    for requirement in requirements():
        assert re.fullmatch(r"[a-z-]+>=[\d.]+,<[\d.]+", requirement), requirement


def test_the_extras_are_those_that_the_documentation_names():
    assert set(PROJECT["optional-dependencies"]) == {"verify", "images", "jax", "torch", "tutorials", "test", "dev"}


def test_the_change_log_begins_with_the_version():
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest and newest[1] == PROJECT["version"]


def test_an_installed_package_has_the_version():
    try:
        installed = importlib.metadata.version("onnx-keras")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("onnx-keras is not installed here")
    assert installed == PROJECT["version"]


def test_the_package_ships_its_types_and_the_demonstration():
    for name in ("py.typed", "demo/digits.onnx", "demo/digits.npz"):
        assert (ROOT / "onnx_keras" / name).exists()


@pytest.mark.parametrize("file", MODULES, ids=lambda f: f.relative_to(ROOT).as_posix())
def test_every_module_says_what_it_is(file):
    text = file.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("name", [n for n in onnx_keras.__all__ if not inspect.ismodule(getattr(onnx_keras, n))])
def test_what_is_public_is_documented(name):
    thing = getattr(onnx_keras, name)
    text = inspect.getdoc(thing) or ""
    assert text.splitlines()[0].endswith(".")
    if inspect.isfunction(thing):
        missing = [p for p in inspect.signature(thing).parameters if f"{p}:" not in text]
        assert not missing, f"{name} doesn't document {missing}"


def test_the_checks_of_a_change_run_the_commands_of_the_readme():
    readme, script = (ROOT / "README.md").read_text(), (ROOT / ".ci/run").read_text()
    for command in ('pip install ".[verify]"', "onnx-keras demo", 'pip install ".[test]"', "pytest"):
        assert command in readme
        assert command in script


def test_links_between_documents_lead_somewhere():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert target.startswith("https://") or (page.parent / target).exists(), f"{page.name} links {target}"


def test_the_page_of_operators_is_up_to_date():
    from scripts.list_operators import PAGE, page

    assert PAGE.read_text() == page(), "run python scripts/list_operators.py"


def test_adding_an_operator_fits_on_a_screen():
    assert len((ROOT / "docs/adding-an-operator.md").read_text().splitlines()) <= 70


@pytest.mark.slow
def test_an_import_costs_little_more_than_that_of_keras():
    seconds = [seconds_to_import() for _ in range(5)]
    assert statistics.median(seconds) <= LONGEST_IMPORT, seconds


def seconds_to_import() -> float:
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, cwd=ROOT, check=True)
    return float(done.stdout)
