"""The glossary has each term of the lessons in their own words, and each symbol that they use."""

import re

import pytest

from docs.site.glossary import PLACES, Marks, explained, formulas, place, sentences, symbols, terms, texts
from tests.notebooks.lessons import ALL, read

LESSONS = {path.stem: read(path) for path in ALL}
LETTER = re.compile(r"(?<![\\a-zA-Z])[a-zA-Z](?![a-zA-Z])|\\(?:alpha|beta|gamma|lambda|mu|pi|sigma|tau)")
WORDS = re.compile(r"\\(?:text|mathrm)\{[^}]*\}|FA|FR")
LINK = re.compile(r'<a(?: id="([^"]*)" class="symbol" title="[^"$\\]+")? href="\.\./glossary\.html#([^"]*)">(.*?)</a>')


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
    assert Marks("lessons/04", []).marked("a <dfn>Bayes' rule</dfn>") == (
        'a <dfn id="term-bayes-rule"><a href="../glossary.html#term-bayes-rule">Bayes\' rule</a></dfn>'
    )
    assert place("k-shot") == "term-k-shot"


@pytest.mark.parametrize("symbol", symbols(), ids=lambda symbol: symbol.tex)
def test_each_symbol_is_used_by_a_lesson(symbol):
    assert any(symbol.is_in(formula) for notebook in LESSONS.values() for formula in formulas(notebook))


def test_each_letter_that_a_lesson_uses_is_a_symbol_of_the_glossary():
    used = {letter for each in LESSONS.values() for letter in LETTER.findall(WORDS.sub(" ", " ".join(formulas(each))))}
    told = set(LETTER.findall(WORDS.sub(" ", " ".join(symbol.tex for symbol in symbols()))))
    assert len(used) > 30
    assert used - told - {"q", "e"} == set()  # q is told with D(p, q) and p; e is the number


def test_each_symbol_has_a_line_of_its_own():
    assert len({symbol.place for symbol in symbols()}) == len(symbols())


@pytest.mark.parametrize("page", LESSONS)
def test_each_symbol_of_a_lesson_leads_to_the_glossary_from_its_first_use(page: str):
    cells = texts(LESSONS[page])
    marks = Marks(f"lessons/{page}", cells)
    text = "\n\n".join(marks.marked(cell) for cell in cells)
    used = {symbol.place for symbol in symbols() if any(symbol.is_in(formula) for formula in formulas(LESSONS[page]))}
    linked = LINK.findall(text)
    assert [name for _, name, _ in linked if name.startswith("symbol")] == [name for name, *_ in linked if name]
    assert sorted(name for name, *_ in linked if name) == sorted(used)
    for symbol in symbols():
        before, found, _ = text.partition(f'<a id="{symbol.place}"')
        if found and f"In the glossary: {found}" not in text:
            free = LINK.sub("", before)  # what is no link, in lines, and could have been this one
            places = [match["line"] for match in PLACES.finditer(free) if match["line"]]
            assert not any(symbol.is_in(formula) for formula in places), symbol.tex


def test_a_formula_is_the_link_of_its_first_new_symbol():
    text = "# On $K$\n\nSo $K$ and `$f$`, $f(x) = 2$, $f(x)$, $K$.\n\n$$\\tau$$\n\nEnd."

    def link(words: str, name: str) -> str:
        meaning = next(symbol.words for symbol in symbols() if symbol.place == f"symbol-{name}").replace("$", "")
        return f'<a id="symbol-{name}" class="symbol" title="{meaning}" href="../glossary.html#symbol-{name}">{words}</a>'

    in_line = f"# On $K$\n\nSo {link('$K$', 'K')} and `$f$`, {link('$f(x) = 2$', 'f-x')}, {link('$f(x)$', 'x')}, $K$.\n\n"
    alone = "$$\\tau$$\n\n{.symbols}\nIn the glossary: " + link(r"$\tau$", "tau")
    assert Marks("lessons/1", [text]).marked(text) == f"{in_line}{alone}\n\n\n\nEnd."
