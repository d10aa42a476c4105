"""What the tests of the notebooks share: where they are, and how to take them apart."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
ALL = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
LESSONS = [path for path in ALL if not path.name.startswith("00")]


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def cells(notebook: nbformat.NotebookNode, kind: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def printed(notebook: nbformat.NotebookNode) -> str:
    """Return everything that the cells of a notebook print, show as a value or describe."""
    texts = []
    for cell in cells(notebook, "code"):
        for output in cell.outputs:
            texts.append(output.get("text", ""))
            texts.extend(text for kind, text in output.get("data", {}).items() if kind.startswith("text/"))
    return "\n".join(texts)


@cache  # its pictures make a notebook long to read
def functions(path: Path, *names: str) -> dict[str, Any]:
    """Return functions that a notebook defines, taken out of its cells with its imports, nothing else of it being run.

    Imports come first: a lesson that builds a function later imports the package's under the same name.
    """
    body = ast.parse("\n".join(cell.source for cell in cells(read(path), "code"))).body
    imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    definitions = [node for node in body if isinstance(node, ast.FunctionDef) and node.name in names]
    scope: dict[str, Any] = {}
    exec(compile(ast.Module([*imports, *definitions], type_ignores=[]), str(path), "exec"), scope)
    return {name: scope[name] for name in names}
