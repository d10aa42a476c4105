"""The sources of the site, written from what is committed: what Sphinx makes pages of."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.explorables import css, module
from docs.site import conformance, formulas, glossary, home, reference, results
from docs.site.figures import Figure
from docs.site.lessons import made_ready
from docs.site.places import ROOT, Links, pages

HOW_TO_GET_IT = "../index.md#get-it-on-your-machine"  # a section of the README


def write(target: Path) -> None:
    """Write all sources into a folder.

    Raises:
        ValueError: a link of the course's files leads to nothing, or a figure has no description.
    """
    links = Links(pages())
    figures = {
        file: _write_notebook(file, page, links, target) for file, page in links.pages.items() if file.endswith(".ipynb")
    }
    for file, page in links.pages.items():
        if not file.endswith(".ipynb"):
            _put(target, f"{page}.md", links.rewritten((ROOT / file).read_text(encoding="utf-8"), file))
    openings = {file: home.opening(found) for file, found in figures.items() if found}
    rooms = reference.rooms()
    _put(target, "index.md", home.text(links, openings, [reference.page_of(room) for room in rooms], target))
    _write_what_is_looked_up(_lessons(links), rooms, target)
    _write_what_moves([figure for found in figures.values() for figure in found], target)
    _write_files(links, target)


def _lessons(links: Links) -> dict[str, NotebookNode]:
    """Return the lessons by their pages."""
    files = {page: file for file, page in links.pages.items() if page.startswith("lessons/")}
    return {page: nbformat.read(ROOT / file, as_version=4) for page, file in files.items()}


def _write_notebook(file: str, page: str, links: Links, target: Path) -> list[Figure]:
    """Write a notebook made ready, the pictures of its figures, and itself as it is, to be taken home."""
    original = nbformat.read(ROOT / file, as_version=4)
    marks = glossary.Marks(page, glossary.texts(original) if page.startswith("lessons/") else [])
    notebook, figures = made_ready(original, file, links, marks.marked)
    name = Path(file).name
    title, _, rest = notebook.cells[0].source.partition("\n")
    taken_home = f"{{download}}`Download this notebook <../_notebooks/{name}>`"
    notebook.cells[0].source = f"{title}\n\n{taken_home} To run its cells, [get the course]({HOW_TO_GET_IT}).\n{rest}"
    _put(target, f"{page}.ipynb", nbformat.writes(notebook))
    (target / "_notebooks").mkdir(exist_ok=True)
    shutil.copy(ROOT / file, target / "_notebooks" / name)
    folder = target / "_static" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    for figure in figures:
        (folder / figure.name).write_bytes(figure.file)
    return figures


def _write_what_is_looked_up(lessons: Mapping[str, NotebookNode], rooms: Mapping[str, list[str]], target: Path) -> None:
    """Write glossary, formulas, results, what is said of accessibility, and the pages of the package."""
    titles = {page: glossary.title(notebook) for page, notebook in lessons.items()}
    by_number = {page.removeprefix("lessons/")[:2]: page for page in lessons}
    numbered = {number: titles[page] for number, page in by_number.items()}
    _put(target, "glossary.md", glossary.text(lessons))
    _put(target, "formulas.md", formulas.text(numbered, by_number))
    (target / formulas.PDF).write_bytes(formulas.pdf(numbered))
    _put(target, "results.md", results.text())
    _put(target, "accessibility.md", conformance.text())
    built = reference.built_in(lessons)
    for room, modules in rooms.items():
        _put(target, f"{reference.page_of(room)}.rst", reference.text(room, modules, built, titles))
    _put(target, "reference/index.md", reference.index({room: reference.page_of(room) for room in rooms}))


def _write_what_moves(figures: list[Figure], target: Path) -> None:
    """Write the modules of the figures that move, and their style."""
    folder = target / "_static" / "explorables"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "explorable.css").write_text(css(), encoding="utf-8")
    for name in {figure.explorable["module"] for figure in figures if figure.explorable}:
        (folder / f"{name}.js").write_text(module(name), encoding="utf-8")


def _write_files(links: Links, target: Path) -> None:
    """Write a page for each file that is linked and is none, with its text; and the pictures that are shown."""
    fence = "`" * 8
    for file, page in links.shown.items():
        words = (ROOT / file).read_text(encoding="utf-8")
        language = "python" if file.endswith(".py") else "text"
        _put(target, f"{page}.md", f"---\norphan: true\n---\n\n# `{file}`\n\n{fence}{language}\n{words}\n{fence}\n")
    for picture, place in links.pictures.items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / picture, target / place)


def _put(target: Path, name: str, words: str) -> None:
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    (target / name).write_text(words, encoding="utf-8")
