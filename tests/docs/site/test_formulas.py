"""The sheet of formulas has the lessons' own formulas, all of them, and its PDF can be read without seeing it."""

import re
import zlib

import pytest

from docs.site import glossary
from docs.site.formulas import Formula, pdf, table, undressed
from tests.notebooks.lessons import ALL, read

LESSONS = {path.stem[:2]: read(path) for path in ALL}
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
