"""The sources of the site, written from what is committed: what Sphinx makes pages of."""

import shutil
from pathlib import Path

import nbformat

from docs.site import home
from docs.site.figures import Figure
from docs.site.lessons import made_ready
from docs.site.places import ROOT, Links, pages


def write(target: Path) -> None:
    """Write all sources into a folder.

    Raises:
        ValueError: a link of the course's files leads to nothing, or a figure has no description.
    """
    links = Links(pages())
    openings = {}  # the first figure of each lesson
    for file, page in links.pages.items():
        path = target / f"{page}{Path(file).suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            figures = _write_notebook(file, path, links, target)
            openings[file] = next(iter(figures), None)
        else:
            path.write_text(links.rewritten((ROOT / file).read_text(encoding="utf-8"), file), encoding="utf-8")
    (target / "index.md").write_text(home.text(links, openings, target), encoding="utf-8")
    _show_files(links, target)
    for picture, place in links.pictures.items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / picture, target / place)


def _write_notebook(file: str, path: Path, links: Links, target: Path) -> list[Figure]:
    notebook, figures = made_ready(nbformat.read(ROOT / file, as_version=4), file, links, str)
    nbformat.write(notebook, path)
    folder = target / "_static" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    for figure in figures:
        (folder / figure.name).write_bytes(figure.file)
    return figures


def _show_files(links: Links, target: Path) -> None:
    """Write a page for each file that is linked and is none: its text."""
    for file, page in links.shown.items():
        text = (ROOT / file).read_text(encoding="utf-8")
        fence = "`" * 8
        language = "python" if file.endswith(".py") else "text"
        path = target / f"{page}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\norphan: true\n---\n\n# `{file}`\n\n{fence}{language}\n{text}\n{fence}\n", encoding="utf-8")
