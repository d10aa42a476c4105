"""The pages of the package: each room with its modules and what stands in their docstrings, and which lesson builds what."""

import ast
import copy
import re
from collections.abc import Mapping

from nbformat import NotebookNode
from sphinx.ext.napoleon import Config, GoogleDocstring

from docs.site.places import ROOT

PACKAGE = ROOT / "course_utils"
# An initial at the head of a line, or alone after a colon, is no letter of a list, which reStructuredText would take it for.
INITIAL = re.compile(r"(^[ \t]*|: )([A-Za-z])(?=\.(?:[ \t]|$))", re.MULTILINE)
LEFT_OUT = ("bank", "inside")  # the solutions; what only the sealed process of the grading has
BUILT_UP = ("course_utils.faces", "course_utils.style")  # what the lessons build, from zero, under the same names


def rooms() -> dict[str, list[str]]:
    """Return the modules of the package by their rooms; those of the ground floor by the package's own name."""
    found: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if (path.parent / "__init__.py").exists() and not path.stem.startswith("__") and not set(parts) & set(LEFT_OUT):
            found.setdefault(".".join(parts[:-1]), []).append(".".join(parts))
    return dict(sorted(found.items(), key=lambda item: (item[0] == "course_utils", item[0])))


def built_in(notebooks: Mapping[str, NotebookNode]) -> dict[str, dict[str, list[str]]]:
    """Return for each function that a lesson defines the pages of the lessons that do, each with its parameters there.

    Args:
        notebooks: the lessons by their pages.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for page, notebook in notebooks.items():
        code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
        for node in ast.parse(code).body:
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, {})[page] = _parameters(node)
    return found


def _parameters(function: ast.FunctionDef) -> list[str]:
    """Return the names of the parameters that may stand without a name at a call."""
    return [parameter.arg for parameter in (*function.args.posonlyargs, *function.args.args)]


def _is_built(node: ast.FunctionDef | ast.ClassDef, parameters: list[str]) -> bool:
    """Return whether a function of the package is one of a lesson: with its parameters, in whatever order, and perhaps more."""
    return isinstance(node, ast.FunctionDef) and set(_parameters(node)[: len(parameters)]) == set(parameters)


def page_of(room: str) -> str:
    """Return the page of a room."""
    return f"reference/{room.rpartition('.')[2]}"


def text(room: str, modules: list[str], lessons: Mapping[str, Mapping[str, list[str]]], titles: Mapping[str, str]) -> str:
    """Return the page of a room as reStructuredText.

    Args:
        room: a package.
        modules: in it.
        lessons: what `built_in` returns.
        titles: of the lessons, by their pages.
    """
    name = room.rpartition(".")[2]
    title = "What everything rests on" if room == "course_utils" else name.capitalize()
    lines = [title, "=" * len(title), "", docstring(room).partition("\n")[0], ""]
    for module in modules:
        heading = module.rpartition(".")[2]
        tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
        lines += [heading, "-" * len(heading), "", f".. py:module:: {module}", "", *reworded(ast.get_docstring(tree)), ""]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                built = lessons.get(node.name, {}) if room in BUILT_UP else {}
                links = ", ".join(f"`{titles[page]} <../{page}.html>`__" for page in built if _is_built(node, built[page]))
                lines += [*_described(node), *(["", f"   *Built in* {links}"] if links else []), ""]
    return "\n".join(lines)


def _described(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """Return a function, or a class with its methods, as Sphinx's directives."""
    if isinstance(node, ast.FunctionDef):
        return [f".. py:function:: {_signature(node)}", "", *_indented(reworded(ast.get_docstring(node)))]
    lines = [f".. py:class:: {node.name}", "", *_indented(reworded(ast.get_docstring(node)))]
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_") and ast.get_docstring(method):
            _, *words = _described(method)
            lines += ["", *_indented([_head_of_method(method), *words])]
    return lines


def _signature(node: ast.FunctionDef) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(_Types().visit(copy.deepcopy(node.args)))}){returns}"


class _Types(ast.NodeTransformer):
    """Leaves of an annotation with more in it, as the commands have, the type alone."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "Annotated" and isinstance(node.slice, ast.Tuple):
            return node.slice.elts[0]
        return self.generic_visit(node)


def _head_of_method(node: ast.FunctionDef) -> str:
    if not any(isinstance(decorator, ast.Name) and decorator.id == "property" for decorator in node.decorator_list):
        return f".. py:method:: {_signature(node)}"
    return f".. py:property:: {node.name}"


class _Docstring(GoogleDocstring):
    """A docstring of the course: what is returned is a sentence without a type, and several names may share a description."""

    def _consume_returns_section(self, preprocess_types: bool = False) -> list[tuple[str, str, list[str]]]:
        lines = self._dedent(self._consume_to_next_section())
        return [("", "", lines)] if lines else []

    def _consume_fields(
        self, parse_type: bool = True, prefer_type: bool = False, multiple: bool = False
    ) -> list[tuple[str, str, list[str]]]:
        return super()._consume_fields(parse_type, prefer_type, multiple=True)


def reworded(docstring: str | None) -> list[str]:
    """Return a docstring in Google's style as reStructuredText, in which a bar is a bar and an initial is no list."""
    told = re.sub(r"`[^`]*`|(\|)", lambda match: r"\|" if match[1] else match[0], docstring or "")
    return str(_Docstring(INITIAL.sub(r"\1\\\2", told), Config(napoleon_use_ivar=True))).splitlines()


def _indented(lines: list[str]) -> list[str]:
    return [f"   {line}" if line else "" for line in lines]


def index(pages: Mapping[str, str]) -> str:
    """Return the first of these pages as MyST Markdown.

    Args:
        pages: of the rooms.
    """
    lines = ["# The package", "", docstring("course_utils").partition("\n\n")[0], ""]
    lines += ["| room | what is in it |", "| --- | --- |"]
    lines += [
        f"| [`{room}`]({page.removeprefix('reference/')}.rst) | {docstring(room).partition(chr(10))[0]} |"
        for room, page in pages.items()
    ]
    return "\n".join([*lines, ""])


def docstring(module: str) -> str:
    """Return the docstring of a module or of a package, without importing it."""
    path = ROOT / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
