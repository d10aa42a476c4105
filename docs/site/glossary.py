"""The glossary: each term with the sentences of the lesson that explain it, and the symbols of the formulas."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

SYMBOLS = Path(__file__).with_name("symbols.toml")
DFN = re.compile(r"<dfn>(?P<term>.+?)</dfn>")

# Formulas and code, in which a point is no end of a sentence.
WHOLE = r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]*`"
END = re.compile(rf"(?:{WHOLE})|(?P<end>[.!?][*_)\"]*)(?=\s+[A-Z*$`<(\[0-9])", re.DOTALL)
FORMULA = re.compile(r"\$\$(?P<block>.*?)\$\$|\$(?P<line>[^$\n]+)\$", re.DOTALL)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
ABBREVIATION = re.compile(r"(?:\b[A-Z]|\be\.g|\bi\.e|\bvs|\bet al)\.$")
BLOCK = re.compile(r"\n\s*\n(?!\s*\$\$)|\n(?=(?:[-*]|\d+\.) )")
ITEM = re.compile(r"^(?:[-*] |\d+\. |#+ )")
POINTS_BACK = re.compile(r"(This|That|These|It|They|Such|Both) |So \$|.*\bcalls? it |To look for them ")


@dataclass(frozen=True)
class Term:
    """A term of the course.

    Attributes:
        name: as it stands in its lesson.
        words: the sentences that explain it, as Markdown.
        page: of the lesson.
    """

    name: str
    words: str
    page: str

    @property
    def place(self) -> str:
        """The name of the place where it is explained, in its lesson and in the glossary."""
        return place(self.name)


@dataclass(frozen=True)
class Symbol:
    """A symbol of the formulas: its TeX, what it stands for, and what to look for in a lesson's formulas to find it there."""

    tex: str
    words: str
    found: str


def place(term: str) -> str:
    """Return the name of the place of a term on a page."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph of Markdown."""
    found, begin = [], 0
    for match in END.finditer(paragraph):
        if match["end"] and not ABBREVIATION.search(paragraph[begin : match.end()]):
            found.append(paragraph[begin : match.end()].strip())
            begin = match.end()
    rest = paragraph[begin:].strip()
    return [*found, rest] if rest else found


def explained(text: str) -> Iterable[tuple[str, str]]:
    """Yield each term that a text of Markdown marks, and the sentences that explain it.

    A sentence that points back to the one before it comes with that one; a formula in a line of its own belongs to its
    sentence; of a table it is the row of the term.
    """
    for block in BLOCK.split(text):
        if block.lstrip().startswith("|"):
            yield from _rows(block.strip().splitlines())
            continue
        parts = sentences(ITEM.sub("", block.strip()))
        for number, sentence in enumerate(parts):
            for match in DFN.finditer(sentence):
                first = number
                while first and POINTS_BACK.match(parts[first]):
                    first -= 1
                words = DFN.sub(r"\g<term>", " ".join(parts[first : number + 1]))
                yield match["term"], re.sub(r";$", ".", words)


def _rows(lines: Sequence[str]) -> Iterable[tuple[str, str]]:
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    for row in rows:
        if match := DFN.search(row[0]):
            yield match["term"], "; ".join(f"{name}: {cell}" for name, cell in zip(head[1:], row[1:], strict=True)) + "."


def texts(notebook: NotebookNode) -> list[str]:
    """Return the text of a notebook's cells of Markdown."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def title(notebook: NotebookNode) -> str:
    """Return the title of a lesson."""
    return texts(notebook)[0].partition("\n")[0].removeprefix("# ")


def terms(notebook: NotebookNode, page: str) -> list[Term]:
    """Return the terms that a lesson explains, in their order."""
    return [Term(name, words, page) for text in texts(notebook) for name, words in explained(text)]


def formulas(notebook: NotebookNode, *, block: bool = False) -> list[str]:
    """Return the formulas of a lesson's text as TeX; with `block` only those in lines of their own."""
    matches = (match for text in texts(notebook) for match in FORMULA.finditer(CODE.sub("", text)))
    return [match["block"] or match["line"] for match in matches if match["block"] or not block]


@cache
def symbols() -> list[Symbol]:
    """Return the symbols of symbols.toml."""
    return [Symbol(**entry) for entry in tomllib.loads(SYMBOLS.read_text(encoding="utf-8"))["symbol"]]


def marked(text: str, page: str) -> str:
    """Return a lesson's text in which each term that it explains is a place, and leads to the glossary."""
    up = "../" * page.count("/")

    def mark(match: re.Match[str]) -> str:
        name = place(match["term"])
        return f'<dfn id="{name}"><a href="{up}glossary.html#{name}">{match["term"]}</a></dfn>'

    return DFN.sub(mark, text)


def text(notebooks: Mapping[str, NotebookNode]) -> str:
    """Return the glossary as MyST Markdown.

    Args:
        notebooks: the lessons by their pages.
    """
    titles = {page: title(notebook) for page, notebook in notebooks.items()}
    lines = ["# Glossary", "", "Each term in the words of the lesson that explains it, and the symbols of the formulas.", ""]
    lines += ["## Terms", ""]
    found = [term for page, notebook in notebooks.items() for term in terms(notebook, page)]
    for term in sorted(found, key=lambda term: term.name.lower()):
        words = term.words.replace("\n", "\n  ")
        lines += [f'<span id="{term.place}"></span>{term.name}', f": {words}", ""]
        lesson = f'{titles[term.page]}<span class="visually-hidden">: {term.name}</span>'
        lines += [f'  <a class="explained" href="{term.page}.html#{term.place}">{lesson}</a>', ""]
    lines += ["## Symbols", "", "| symbol | what it stands for | first used in |", "| --- | --- | --- |"]
    for symbol in symbols():
        page = next(page for page, notebook in notebooks.items() if re.search(symbol.found, " ".join(formulas(notebook))))
        lines.append(f"| ${symbol.tex}$ | {symbol.words} | [{titles[page]}]({page}.ipynb) |")
    return "\n".join([*lines, ""])
