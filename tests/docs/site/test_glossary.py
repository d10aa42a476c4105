"""The glossary has each term of the lessons, told so that it stands alone, and each symbol that they use."""

import re

import pytest

from docs.site import glossary
from docs.site.formulas import undressed
from docs.site.glossary import (
    NAMES,
    PLACES,
    Marks,
    Symbol,
    Term,
    definitions,
    explained,
    formulas,
    place,
    sentences,
    symbols,
    symbols_in,
    terms,
    texts,
)
from tests.notebooks.lessons import ALL, read

LESSONS = {path.stem: read(path) for path in ALL}
TERMS = [term for page, notebook in LESSONS.items() for term in terms(notebook, page)]
MARKED = [name for notebook in LESSONS.values() for text in texts(notebook) for name, _ in explained(text)]
ELSEWHERE = re.compile(
    r"(?:This|That|These|Those|It|They|Such|Both|So|Then|Now|Here|There|One|Its|The (?:first|second|third))\b"
)
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
    in_text = sum(cell.source.count("<dfn>") for notebook in LESSONS.values() for cell in notebook.cells)
    assert len(MARKED) == in_text > 50
    assert {term.name for term in TERMS if not term.beside} == set(MARKED)
    assert len({term.place for term in TERMS}) == len(TERMS)
    assert not any("<dfn>" in term.words or "\\tag" in term.words for term in TERMS)


def test_a_definition_is_that_of_a_term_of_a_lesson():
    assert len(definitions()) > 40
    for each in definitions().values():
        assert (each.beside or each.name) in MARKED, each.name
        assert not (each.beside and each.name in MARKED), f"{each.name} is a term of its lesson: no `beside` is needed"


def stands_alone(words: str) -> bool:
    """Whether an entry of the glossary says something, and does not begin as if one had read the sentence before it."""
    return len(words.split()) >= 6 and bool(re.match("[A-Z]", words)) and not ELSEWHERE.match(words)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_each_entry_stands_alone(term: Term):
    assert stands_alone(term.words), term.words


@pytest.mark.parametrize(
    "words",
    [
        "Call it a painter.",
        "This sum is the L1 distance of two points.",
        "where the negative lies: nearer than the positive, by far",
    ],
)
def test_an_entry_that_needs_its_lesson_does_not_stand_alone(words: str):
    assert not stands_alone(words)


def test_the_formulas_of_a_definition_are_those_of_its_lesson():
    defined = [term for term in TERMS if term.name in definitions() and "$$" in term.words]
    assert len(defined) > 8
    for term in defined:
        in_lesson = {undressed(tex) for tex in formulas(LESSONS[term.page])}
        for tex in re.findall(r"\$\$(.*?)\$\$", term.words, re.DOTALL):
            assert undressed(tex) in in_lesson, term.name


def test_a_definition_uses_the_letters_of_its_lesson():
    for term in TERMS:
        in_words = glossary.FORMULA.findall(term.words)
        told = set(
            LETTER.findall(
                WORDS.sub(" ", " ".join(symbol.tex for symbol in symbols_in(formulas(LESSONS[term.page]), term.page)))
            )
        )
        assert set(LETTER.findall(WORDS.sub(" ", " ".join(block or line for block, line in in_words)))) <= told, term.name


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("Pooling", "pooling"),
        ("Gram matrix", "Gram matrix"),
        ("ROC curve", "ROC curve"),
        ("ReLU", "ReLU"),
        ("L1 distance", "L1 distance"),
    ],
)
def test_a_head_begins_small_unless_it_is_a_name(name: str, head: str):
    assert Term(name, "", "").head == head
    assert name in MARKED


def test_each_name_in_a_head_is_one_of_a_lesson():
    assert all(any(name.startswith(f"{first} ") for name in MARKED) for first in NAMES)


def test_a_term_that_its_lesson_does_not_mark_leads_to_the_one_beside_it():
    text = glossary.text({f"lessons/{page}": notebook for page, notebook in LESSONS.items()})
    entry = text.partition('<span id="term-true-accept-rate"></span>')[2].partition("\n<span")[0]
    assert "(TAR)" in entry
    assert 'href="lessons/01_distance_and_threshold.html#term-roc-curve"' in entry


def test_a_term_is_a_place_and_leads_to_the_glossary():
    assert Marks("lessons/04", []).marked("a <dfn>Bayes' rule</dfn>") == (
        'a <dfn id="term-bayes-rule"><a href="../glossary.html#term-bayes-rule">Bayes\' rule</a></dfn>'
    )
    assert place("k-shot") == "term-k-shot"


@pytest.mark.parametrize("symbol", symbols(), ids=lambda symbol: symbol.place)
def test_each_symbol_is_used_by_each_of_its_lessons(symbol: Symbol):
    found = {page[:2] for page, notebook in LESSONS.items() if symbol in symbols_in(formulas(notebook), page)}
    assert found
    assert set(symbol.lessons) <= found


@pytest.mark.parametrize("page", LESSONS)
def test_each_letter_that_a_lesson_uses_is_a_symbol_of_the_glossary(page: str):
    said = formulas(LESSONS[page])
    used = set(LETTER.findall(WORDS.sub(" ", " ".join(said))))
    told = set(LETTER.findall(WORDS.sub(" ", " ".join(symbol.tex for symbol in symbols_in(said, page)))))
    assert used - told == set()


def test_a_symbol_with_several_meanings_has_in_a_lesson_that_of_the_lesson():
    def meaning(letter: str, page: str) -> list[str]:
        return [symbol.words for symbol in symbols_in([letter], page) if symbol.lessons]

    assert "training features" in meaning(r"\mu", "lessons/05_x")[0]
    assert "instance normalisation" in meaning(r"\mu", "lessons/09_x")[0]
    assert "margin" in meaning("m", "02_x")[0]
    assert "mean" in meaning("m", "05_x")[0]
    assert meaning("m", "03_x") == []


def test_each_symbol_has_a_line_of_its_own():
    assert len({symbol.place for symbol in symbols()}) == len(symbols())


@pytest.mark.parametrize("page", LESSONS)
def test_each_symbol_of_a_lesson_leads_to_the_glossary_from_its_first_use(page: str):
    cells = texts(LESSONS[page])
    marks = Marks(f"lessons/{page}", cells)
    text = "\n\n".join(marks.marked(cell) for cell in cells)
    used = {symbol.place for symbol in symbols_in(formulas(LESSONS[page]), page)}
    linked = LINK.findall(text)
    assert [name for _, name, _ in linked if name.startswith("symbol")] == [name for name, *_ in linked if name]
    assert sorted(name for name, *_ in linked if name) == sorted(used)
    for symbol in symbols_in(formulas(LESSONS[page]), page):
        before, found, _ = text.partition(f'<a id="{symbol.place}"')
        if found and f"New here, and in the glossary: {found}" not in text:
            free = LINK.sub("", before)  # what is no link, in lines, and could have been this one
            places = [match["line"] for match in PLACES.finditer(free) if match["line"]]
            assert not any(symbol.is_in(formula) for formula in places), symbol.tex


def test_a_formula_is_the_link_of_its_first_new_symbol():
    text = "# On $K$\n\nSo $K$ and `$f$`, $f(x) = 2$, $f(x)$, $K$.\n\n$$\\tau$$\n\nEnd."

    def link(words: str, name: str) -> str:
        meaning = next(symbol.words for symbol in symbols() if symbol.place == f"symbol-{name}").replace("$", "")
        return f'<a id="symbol-{name}" class="symbol" title="{meaning}" href="../glossary.html#symbol-{name}">{words}</a>'

    k, x = "K-01-04-05", "x-01-02-04"
    in_line = f"# On $K$\n\nSo {link('$K$', k)} and `$f$`, {link('$f(x) = 2$', 'f-x')}, {link('$f(x)$', x)}, $K$.\n\n"
    alone = "$$\\tau$$\n\n{.symbols}\nNew here, and in the glossary: " + link(r"$\tau$", "tau")
    assert Marks("lessons/01_x", [text]).marked(text) == f"{in_line}{alone}\n\n\n\nEnd."
