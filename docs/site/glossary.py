"""The glossary: each term with its definition, or the sentences of the lesson that explain it, and the symbols of formulas."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from nbformat import NotebookNode

SYMBOLS = Path(__file__).with_name("symbols.toml")
DEFINITIONS = Path(__file__).with_name("definitions.toml")
NAMES = ("Siamese", "Gram", "Platt")  # of people and the like: in a head, all other words begin small
DFN = re.compile(r"<dfn>(?P<term>.+?)</dfn>")

# Formulas and code, in which a point is no end of a sentence.
WHOLE = r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]*`"
END = re.compile(rf"(?:{WHOLE})|(?P<end>[.!?][*_)\"]*)(?=\s+[A-Z*$`<(\[0-9])", re.DOTALL)
FORMULA = re.compile(r"\$\$(?P<block>.*?)\$\$|\$(?P<line>[^$\n]+)\$", re.DOTALL)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
ABBREVIATION = re.compile(r"(?:\b[A-Z]|\be\.g|\bi\.e|\bvs|\bet al)\.$")
BLOCK = re.compile(r"\n\s*\n(?!\s*\$\$)|\n(?=(?:[-*]|\d+\.) )")
ITEM = re.compile(r"^(?:[-*] |\d+\. |#+ )")
# What a formula may stand in and be no link: code, a heading, a link, the line that one clicks to unfold an answer.
NO_PLACE = r"```.*?```|`[^`\n]*`|^#.*?$|!?\[[^\]$]*\]\([^)]*\)|<summary>.*?</summary>"
TAG = re.compile(r"\s*\\tag\{\d+\}")
PLACES = re.compile(rf"(?P<no>{NO_PLACE})|{FORMULA.pattern}", re.DOTALL | re.MULTILINE)
POINTS_BACK = re.compile(r"(This|That|These|It|They|Such|Both) |So \$|.*\bcalls? it |To look for them ")


@dataclass(frozen=True)
class Term:
    """A term of the course.

    Attributes:
        name: as it stands in its lesson.
        words: what explains it, as Markdown.
        page: of the lesson.
        beside: the term at which its lesson explains it, where it does not mark the term itself.
    """

    name: str
    words: str
    page: str
    beside: str = ""

    @property
    def head(self) -> str:
        """What it stands under in the glossary: small, though its lesson begins a sentence with it."""
        first, space, rest = self.name.partition(" ")
        return self.name if first in NAMES or not re.fullmatch("[A-Z][a-z]+", first) else f"{first.lower()}{space}{rest}"

    @property
    def place(self) -> str:
        """The name of its place in the glossary; a term that its lesson marks has the same place there."""
        return place(self.name)


@dataclass(frozen=True)
class Definition:
    """What definitions.toml says of a term in the place of its lesson; see `Term`."""

    name: str
    words: str
    beside: str = ""


@dataclass(frozen=True)
class Symbol:
    """A symbol of the formulas, with one of its meanings.

    Attributes:
        tex: itself.
        words: what it stands for.
        found: what to look for in a formula, as a regular expression.
        lessons: the numbers of those in which it has this meaning; with none it has it in all.
    """

    tex: str
    words: str
    found: str
    lessons: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The name of the place where it is first used on a page, and of its line in the glossary."""
        name = re.sub(r"[^A-Za-z0-9]+", "-", self.tex).strip("-")  # K and k are two
        return "-".join(("symbol", name, *self.lessons))

    def holds_in(self, page: str) -> bool:
        """Return whether it has this meaning on a page."""
        return not self.lessons or page.rpartition("/")[2][:2] in self.lessons

    def is_in(self, formula: str) -> bool:
        """Return whether a formula uses it."""
        return bool(re.search(self.found, formula.strip()))


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
    """Return the terms that a lesson explains, in their order; those that it does not mark stand behind the one beside them."""
    found = []
    for name, words in (each for text in texts(notebook) for each in explained(text)):
        said = definitions()[name].words if name in definitions() else TAG.sub("", words)
        found.append(Term(name, said, page))
        found += [Term(each.name, each.words, page, name) for each in definitions().values() if each.beside == name]
    return found


def formulas(notebook: NotebookNode, *, block: bool = False) -> list[str]:
    """Return the formulas of a lesson's text as TeX; with `block` only those in lines of their own."""
    return _formulas(texts(notebook), block=block)


def _formulas(texts: Iterable[str], *, block: bool = False) -> list[str]:
    matches = (match for text in texts for match in FORMULA.finditer(CODE.sub("", text)))
    return [match["block"] or match["line"] for match in matches if match["block"] or not block]


@cache
def symbols() -> list[Symbol]:
    """Return the symbols of symbols.toml."""
    entries = tomllib.loads(SYMBOLS.read_text(encoding="utf-8"))["symbol"]
    return [Symbol(**entry | {"lessons": tuple(entry.get("lessons", ()))}) for entry in entries]


def symbols_in(formulas: Iterable[str], page: str) -> list[Symbol]:
    """Return the symbols that some formulas of a page use."""
    told = list(formulas)
    return [symbol for symbol in symbols() if symbol.holds_in(page) and any(map(symbol.is_in, told))]


@cache
def definitions() -> dict[str, Definition]:
    """Return the definitions of definitions.toml by the names of their terms."""
    entries = tomllib.loads(DEFINITIONS.read_text(encoding="utf-8"))["term"]
    return {entry["name"]: Definition(**entry) for entry in entries}


class Marks:
    """What is done to the text of a page, cell after cell: terms and symbols lead to the glossary.

    Each term that the page explains is a place and a link, and so is the first use of each symbol. A formula is one link. If it
    has several symbols that come for the first time, it is that of the first; the others wait for their next formula. A symbol
    that is only in formulas with a line of their own is named below the first of them.

    Args:
        page: where the text stands.
        texts: of all its cells, in their order.
    """

    def __init__(self, page: str, texts: Sequence[str]) -> None:
        self.glossary = "../" * page.count("/") + "glossary.html"
        self.waiting = symbols_in(_formulas(texts), page)
        in_lines = {first.place for first in self._taken([each["line"] for text in texts for each in PLACES.finditer(text)])}
        self.alone = [symbol for symbol in self.waiting if symbol.place not in in_lines]
        self.waiting = [symbol for symbol in self.waiting if symbol.place in in_lines]

    def _taken(self, lines: Iterable[str | None]) -> Iterable[Symbol]:
        """Yield the symbols that formulas in lines are links of."""
        waiting = list(self.waiting)
        for formula in lines:
            if formula and (new := _first(formula, waiting)):
                waiting.remove(new)
                yield new

    def marked(self, text: str) -> str:
        """Return the text of the next cell with its links."""
        return PLACES.sub(self._mark, DFN.sub(self._term, text))

    def _term(self, match: re.Match[str]) -> str:
        return f'<dfn id="{place(match["term"])}">{self._link(match["term"], place(match["term"]))}</dfn>'

    def _mark(self, match: re.Match[str]) -> str:
        if match["line"] and (new := _first(match["line"], self.waiting)):
            self.waiting.remove(new)
            return self._symbol(match[0], new)
        if match["block"] and (named := [symbol for symbol in self.alone if symbol.is_in(match["block"])]):
            self.alone = [symbol for symbol in self.alone if symbol not in named]
            links = ", ".join(self._symbol(f"${symbol.tex}$", symbol) for symbol in named)
            return f"{match[0]}\n\n{{.symbols}}\nNew here, and in the glossary: {links}\n\n"
        return match[0]

    def _symbol(self, formula: str, symbol: Symbol) -> str:
        # Shown when pointed at; and a formula alone is no name for a link.
        meaning = escape(re.sub(r"\\mathrm|[${}]", "", symbol.words))
        return self._link(formula, symbol.place, f' id="{symbol.place}" class="symbol" title="{meaning}"')

    def _link(self, words: str, name: str, attributes: str = "") -> str:
        return f'<a{attributes} href="{self.glossary}#{name}">{words}</a>'


def _first(formula: str, waiting: Iterable[Symbol]) -> Symbol | None:
    """Return of some symbols the one that is first in a formula, or nothing if none is in it."""
    found = {symbol: match.start() for symbol in waiting if (match := re.search(symbol.found, formula.strip()))}
    return min(found, key=lambda symbol: found[symbol], default=None)


def text(notebooks: Mapping[str, NotebookNode]) -> str:
    """Return the glossary as MyST Markdown.

    Args:
        notebooks: the lessons by their pages.
    """
    titles = {page: title(notebook) for page, notebook in notebooks.items()}
    lines = [
        "# Glossary",
        "",
        "Each term with the lesson that explains it, and the symbols of the formulas.",
        "",
        "## Terms",
        "",
    ]
    found = [term for page, notebook in notebooks.items() for term in terms(notebook, page)]
    for term in sorted(found, key=lambda term: term.name.lower()):
        words = term.words.replace("\n", "\n  ")
        lines += [f'<span id="{term.place}"></span>{term.head}', f": {words}", ""]
        lesson = f'{titles[term.page]}<span class="visually-hidden">: {term.head}</span>'
        at = place(term.beside) if term.beside else term.place
        lines += [f'  <a class="explained" href="{term.page}.html#{at}">{lesson}</a>', ""]
    lines += ["## Symbols", "", "A symbol that has another meaning in another lesson has a line for each.", ""]
    lines += ["| symbol | what it stands for | first used in |", "| --- | --- | --- |"]
    told = {page: formulas(notebook) for page, notebook in notebooks.items()}
    for symbol in symbols():
        page = next(page for page, each in told.items() if symbol.holds_in(page) and any(map(symbol.is_in, each)))
        name = f'<span id="{symbol.place}"></span>${symbol.tex}$'
        lines.append(f'| {name} | {symbol.words} | <a href="{page}.html#{symbol.place}">{titles[page]}</a> |')
    return "\n".join([*lines, ""])
