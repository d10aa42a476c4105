"""The page of a class: each answer counted once, nobody pointed at, small counts told as such."""

import re
from collections import Counter

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.grading import papers
from course_utils.grading.misconceptions import NOT_WRITTEN, Tally, class_page, tallies, write_class_page
from course_utils.grading.running import Graded
from tests.grading.corpus.courses import named, write_release

SET = "01_exercises"


@pytest.fixture
def course(tmp_path):
    cells = [
        named(new_markdown_cell("## 1. The distance (2 points)"), "q-f"),
        named(new_code_cell('check("f", f)'), "check-f", points=2),
        named(new_code_cell('check("g", g)'), "check-g", points=1),
        named(new_markdown_cell(""), "w-why", points=3, solution=True),
    ]
    return write_release(tmp_path, SET, nbformat.writes(new_notebook(cells=cells)).encode())


def hand_in(root, student, graded):
    (root / "submitted" / student / SET).mkdir(parents=True)
    papers.found(root, SET, student).parent.mkdir(parents=True, exist_ok=True)
    if graded is not None:
        papers.found(root, SET, student).write_text(graded.to_json(), "utf-8")


def judged(f, g="g: Right.", **more):
    messages = {"check-f": f, "check-g": g}
    right = {name: message.endswith(" Right.") for name, message in messages.items()}
    return Graded(right, messages, **({"seconds": 1.5} | more))


def test_each_answer_is_counted_once_and_what_was_not_judged_apart(course):
    for number in range(4):
        hand_in(course, f"root-{number}", judged("f: no root"))
    hand_in(course, "right", judged("f: Right.", "g: no minus"))
    hand_in(course, "begun", judged(f"f {NOT_WRITTEN}"))
    hand_in(course, "unreadable", judged("The notebook that you handed in cannot be read: it is empty.", seconds=0.0))
    hand_in(course, "failed", judged("f: no root"))
    papers.failure(course, SET, "failed").write_text("nbgrader refused it")
    hand_in(course, "nothing", None)
    counted, not_judged = tallies(course, SET)
    assert not_judged == 3
    assert counted == [
        Tally("f", "f: The distance", of=6, right=1, not_written=1, mistakes=Counter({"no root": 4})),
        Tally("g", "g: The distance", of=6, right=5, not_written=0, mistakes=Counter({"no minus": 1})),
    ]


def test_the_parts_of_a_class_make_a_whole():
    tally = Tally("f", "f", of=10, right=3, not_written=1, mistakes=Counter(a=4, b=1, c=1))
    assert list(tally.shares.values()) == [0.3, 0.4, 0.2, 0.1]
    assert sum(Tally("f", "f", of=2, right=2).shares.values()) == 1


def of_200():
    return [
        Tally(
            "f", "f: The distance", of=200, right=99, not_written=9, mistakes=Counter({"no root": 41, "no minus": 50, "odd": 1})
        ),
        Tally("g", "g", of=200, right=197, mistakes=Counter({"no `axis`": 3})),
    ]


def test_the_page_says_how_many_of_how_many(course):
    page = class_page(SET, of_200(), not_judged=2)
    first = re.search(r"<ol>(.*)</ol>", page)[1]
    assert re.findall(r"<b>(.*?)</b> in (.*?)</li>", first) == [
        ("50 of 200", "f: no minus"),
        ("41 of 200", "f: no root"),
        ("3 of 200", "g: no <code>axis</code>"),
    ]
    assert "Right: 99 of 200. Not written yet: 9." in page
    assert "Counted: 200 notebooks" in page
    assert "Not counted: 2 that could not be judged." in page
    assert "small class" not in page


def test_a_slip_of_few_is_not_told_by_itself():
    page = class_page(SET, of_200())
    assert "odd" not in page
    assert "<b>1 of 200</b>: mistakes that fewer than 3 have made." in page


def test_the_figure_says_in_words_what_it_shows():
    page = class_page(SET, of_200())
    alt = re.search(r'<img src="data:image/svg\+xml;base64,[^"]+" alt="([^"]*)"', page)[1]
    assert "f: right 49.5%, the mistake made most often 25.0%, other mistakes 21.0%, not written yet 4.5%" in alt
    assert f"<summary>What the figure shows</summary>{alt}" in page


def test_a_small_class_is_told_as_one_and_an_empty_one_has_no_figure():
    assert "one student more or less changes a share by 25%." in class_page(SET, [Tally("f", "f", of=4, right=4)])
    assert "Counted: 0 notebooks" in class_page(SET, [], not_judged=1)
    assert "<img" not in class_page(SET, [], not_judged=1)


def test_nothing_on_the_page_is_fetched_or_run():
    hostile = Tally("f", "<script>", of=3, mistakes=Counter({'<img src="http://evil.example/x">\x1b[2J': 3}))
    page = class_page("<b>", [hostile])
    assert re.findall(r"<(?:script|iframe|link)", page) == []
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert "\x1b" not in page
    assert "<title>&lt;b&gt;" in page


def test_no_students_name_is_on_it(course):
    for student in ("rosa-lux", "li-wei", "mia-berg"):
        hand_in(course, student, judged("f: no root"))
    page = write_class_page(course, SET)
    assert page == course / "reports" / f"{SET}_mistakes.html"
    text = page.read_text("utf-8")
    assert "<b>3 of 3</b>" in text
    assert not re.search("rosa|lux|wei|berg", text)
