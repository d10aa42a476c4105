"""The sheet of formulas has the lessons' own formulas, all of them, and its PDF can be read without seeing it."""

import re
import zlib

import pytest

from docs.site import glossary
from docs.site.formulas import Formula, pdf, table, text, undressed
from tests.notebooks.lessons import ALL, read

LESSONS = {path.stem[:2]: read(path) for path in ALL}
PAGES = {path.stem[:2]: f"lessons/{path.stem}" for path in ALL}
TITLES = {number: glossary.title(notebook) for number, notebook in LESSONS.items()}


@pytest.mark.parametrize("formula", table(), ids=lambda formula: formula.name)
def test_a_formula_is_that_of_its_lesson(formula: Formula):
    assert undressed(formula.tex) in {undressed(tex) for tex in glossary.formulas(LESSONS[formula.lesson])}


def test_no_formula_that_has_a_line_of_its_own_is_left_out():
    told = {undressed(formula.tex) for formula in table()}
    in_lines = [(number, tex) for number, notebook in LESSONS.items() for tex in glossary.formulas(notebook, block=True)]
    # Lesson 6 shows the content cost before lesson 7 gives it its name.
    assert [number for number, tex in in_lines if undressed(tex) not in told] == ["06"]
    assert len(in_lines) > 10


def test_lines_room_and_points_have_no_meaning():
    assert undressed(r"\begin{aligned}&a = \big(b, \\ &\text{so}\quad c\big)\end{aligned}") == undressed(
        r"a = (b,\qquad\text{so} c)."
    )
    assert undressed(r"a \\ + b") != undressed(r"a \\ - b")
    assert undressed("\\text{\N{LEFT DOUBLE QUOTATION MARK}a\N{RIGHT DOUBLE QUOTATION MARK}}") == undressed('\\text{"a"}')


@pytest.mark.parametrize("formula", table(), ids=lambda formula: formula.name)
def test_a_formula_comes_with_its_symbols_and_is_told_in_words(formula: Formula):
    below = text(TITLES, PAGES).partition(f"**{formula.name}**\n")[2].partition("\n**")[0]
    assert f"In words: {formula.words.replace(chr(39), '&#x27;')}</p>" in below
    assert "\n- $" in below


def test_of_a_symbol_with_several_meanings_it_is_that_of_the_lesson():
    below = text(TITLES, PAGES).partition("**Whitening**")[2].partition("\n## ")[0]
    assert "$\\mu,\\; U$: The mean of the training features" in below
    assert "window" not in below


def test_the_pdf_is_tagged_and_tells_each_formula_in_words():
    file = pdf(TITLES)
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", file, re.DOTALL)
    whole = file + b"".join(_unpacked(stream) for stream in packed)
    assert file.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid:part"):
        assert mark in whole
    assert whole.count(b"/Alt") == len(table())


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
