"""Execute the tutorials from scratch.

    python scripts/run_tutorials.py            execute, and compare the cells with those of the stored notebooks
    python scripts/run_tutorials.py --store    execute, and store the notebooks with their outputs

The scripts in `tutorials/` are what is edited. The last line counts what passed.
"""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import time
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "tutorials"
SLOWEST = 1200
"""Seconds that a cell may take on a busy machine."""


def executed(script: pathlib.Path) -> Any:
    """Run a tutorial in an empty folder that holds its data, and give the notebook with its outputs."""
    notebook = jupytext.read(script)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(FOLDER / "data", pathlib.Path(folder) / "data")
        client = NotebookClient(
            notebook,
            timeout=SLOWEST,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        client.execute()
    return without_traces(notebook)


def without_traces(notebook: Any) -> Any:
    """Drop what differs from run to run and says nothing: times, and what libraries log."""
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("execution", None)
        cell["id"] = f"cell-{number}"
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    notebook.metadata = {k: notebook.metadata[k] for k in ("jupytext", "kernelspec") if k in notebook.metadata}
    return notebook


def sources(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", action="store_true", help="write the notebooks")
    parser.add_argument("--only", default="", help="run the tutorials whose name holds this")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    passed = failed = 0
    for script in sorted(FOLDER.glob("*.py")):
        if options.only not in script.name:
            continue
        start, stored, problem = time.perf_counter(), script.with_suffix(".ipynb"), ""
        try:
            notebook = executed(script)
        except CellExecutionError as error:
            problem = f"a cell fails: {str(error)[-1500:]}"
        else:
            if options.store:
                nbformat.write(notebook, stored)
            elif not stored.exists() or sources(nbformat.read(stored, 4)) != sources(notebook):
                problem = "the stored notebook has other cells: run scripts/run_tutorials.py --store"
        passed, failed = passed + (not problem), failed + bool(problem)
        print(f"{script.stem:20} {time.perf_counter() - start:5.0f} s {problem or 'passed'}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
