"""The glossary has each term of the lessons in their own words, and each symbol that they use."""

import re

import pytest

from docs.site.glossary import explained, formulas, marked, place, sentences, symbols, terms
from tests.notebooks.lessons import ALL, read

LESSONS = {path.stem: read(path) for path in ALL}
LETTER = re.compile(r"(?<![\\a-zA-Z])[a-zA-Z](?![a-zA-Z])|\\(?:alpha|beta|gamma|lambda|mu|pi|sigma|tau)")
WORDS = re.compile(r"\\(?:text|mathrm)\{[^}]*\}|FA|FR")
OF_ONE_PLACE = {"e"}  # the number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A <dfn>batch</dfn> is 30 pairs. More follows.", [("batch", "A batch is 30 pairs.")]),
        ("He asks: who? That is <dfn>recognition</dfn>. Yes.", [("recognition", "He asks: who? That is recognition.")]),
        ("The sum is\n\n$$A_i = 1.$$\n\nIt is <dfn>A</dfn>.", [("A", "It is A.")]),
        ("The <dfn>loss</dfn> is\n\n$$L = 1. Y$$\n\nMore.", [("loss", "The loss is\n\n$$L = 1. Y$$")]),
        ("- a: b. C.\n- <dfn>d</dfn>: e;\n- f.", [("d", "d: e.")]),
        ("1. First. 2. No.\n2. The <dfn>d</dfn>.", [("d", "The d.")]),
        ("| what | loss |\n| --- | --- |\n| <dfn>easy</dfn> | 0 |", [("easy", "loss: 0.")]),
        ("No term.", []),
    ],
)
def test_a_term_comes_with_the_sentences_that_explain_it(text: str, expected: list[tuple[str, str]]):
    assert list(explained(text)) == expected


def test_a_point_in_a_formula_in_code_or_in_a_name_ends_no_sentence():
    assert sentences("Take $x. Y$ and `a. B`. J. Bromley wrote it. So.") == [
        "Take $x. Y$ and `a. B`.",
        "J. Bromley wrote it.",
        "So.",
    ]


def test_each_term_of_each_lesson_is_there_once():
    found = [term for page, notebook in LESSONS.items() for term in terms(notebook, page)]
    in_text = sum(cell.source.count("<dfn>") for notebook in LESSONS.values() for cell in notebook.cells)
    assert len(found) == in_text > 50
    assert len({term.place for term in found}) == len(found)
    assert all(term.name in term.words or term.words.count(":") for term in found)
    assert not any("<dfn>" in term.words for term in found)


def test_a_term_is_a_place_and_leads_to_the_glossary():
    assert marked("a <dfn>Bayes' rule</dfn>", "lessons/04") == (
        'a <dfn id="term-bayes-rule"><a href="../glossary.html#term-bayes-rule">Bayes\' rule</a></dfn>'
    )
    assert place("k-shot") == "term-k-shot"


@pytest.mark.parametrize("symbol", symbols(), ids=lambda symbol: symbol.tex)
def test_each_symbol_is_used_by_a_lesson(symbol):
    assert any(re.search(symbol.found, " ".join(formulas(notebook))) for notebook in LESSONS.values())


def test_each_letter_that_two_lessons_use_is_explained():
    used: dict[str, set[str]] = {}
    for page, notebook in LESSONS.items():
        for letter in LETTER.findall(WORDS.sub(" ", " ".join(formulas(notebook)))):
            used.setdefault(letter, set()).add(page)
    told = set(LETTER.findall(WORDS.sub(" ", " ".join(f"{symbol.tex} {symbol.words}" for symbol in symbols()))))
    assert {letter for letter, pages in used.items() if len(pages) > 1} - told - OF_ONE_PLACE == set()
