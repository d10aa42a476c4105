"""The sheet of formulas: a page that says what their symbols mean, and a tagged PDF; both tell each formula in words."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path

import typst

from docs.site import glossary

TABLE = Path(__file__).with_name("formulas.toml")
PDF = "faces-and-style-formulas.pdf"
TITLE = "Formulas"
# What has no meaning: lines, room, the size of brackets, the number and the point behind a formula.
DRESS = re.compile(
    r"\\(?:begin|end)\{aligned\}|\\\\|&|\\q?quad(?![a-z])|\\(?:[bB]ig|left|right)(?![a-z])|\\[,;]|\s|\\tag\{\d+\}"
    r"|[.,]+(?=\}?$)|[.,](?=\\tag)"
)
QUOTES = str.maketrans(dict.fromkeys("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}", '"'))
HEAD = """
#set document(title: "Faces & Style: formulas")
#set text(lang: "en", size: 10pt)
#set page(paper: "a4", margin: (x: 2cm, y: 1.8cm), numbering: "1")
#show heading: set block(above: 1.6em, below: 0.9em)
#title()
"""


@dataclass(frozen=True)
class Formula:
    """A formula of the course, as formulas.toml tells it."""

    name: str
    lesson: str
    tex: str
    typst: str
    words: str


@cache
def table() -> list[Formula]:
    """Return the formulas in the order of the lessons."""
    return [Formula(**entry) for entry in tomllib.loads(TABLE.read_text(encoding="utf-8"))["formula"]]


def undressed(tex: str) -> str:
    """Return a formula's TeX without what has no meaning, to compare it by."""
    return DRESS.sub("", " ".join(tex.translate(QUOTES).split()))


def text(titles: Mapping[str, str], pages: Mapping[str, str]) -> str:
    """Return the page as MyST Markdown.

    Args:
        titles: of the lessons, by their numbers.
        pages: of the lessons, by their numbers.
    """
    lines = [f"# {TITLE}", "", f"All formulas of the course on one page; also {{download}}`as a PDF <{PDF}>` to print.", ""]
    for lesson, formulas in groupby(table(), key=lambda formula: formula.lesson):
        lines += [f"## {titles[lesson]}", "", f"From [the lesson]({pages[lesson]}.ipynb).", ""]
        for formula in formulas:
            lines += [f"**{formula.name}**", "", f"$$\n{formula.tex}\n$$", ""]
            lines += [f'<p class="visually-hidden">In words: {escape(formula.words)}</p>', "", "{.symbols}"]
            used = glossary.symbols_in([formula.tex], pages[lesson])
            lines += [*(f"- ${symbol.tex}$: {symbol.words}" for symbol in used), ""]
    return "\n".join(lines)


def pdf(titles: Mapping[str, str]) -> bytes:
    """Return the sheet as a PDF that keeps PDF/UA-1: tagged, with each formula told in words; typst refuses to make another.

    Args:
        titles: of the lessons, by their numbers.
    """
    lines = [HEAD]
    for lesson, formulas in groupby(table(), key=lambda formula: formula.lesson):
        lines.append(f"= {titles[lesson]}")
        for formula in formulas:
            alt = formula.words.replace('"', '\\"')
            lines.append(f'*{formula.name}*\n#math.equation(block: true, alt: "{alt}", $ {formula.typst} $)\n')
    return bytes(typst.compile("\n".join(lines).encode(), pdf_standards="ua-1", ignore_system_fonts=True))
