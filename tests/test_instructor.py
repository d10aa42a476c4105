"""The instructor's pages: what is generated is up to date, and what is written by hand fits the lessons."""

import re
from pathlib import Path

import nbformat
import pytest

from course_utils.feedback.bank import LESSONS, exercises
from docs import instructor

PAGES = {path.name: path.read_text("utf-8") for path in sorted(instructor.PAGES.glob("*.md"))}
BY_HAND = {name: instructor.GENERATED.sub("", text) for name, text in PAGES.items()}
SCHOOL = f"{1 - 0.999**600:.0%}"  # one false accept in 1000 comparisons, 600 pupils: lesson 05 asks, its page answers


def page(number: int) -> str:
    return BY_HAND[f"lesson_{number:02d}.md"]


def section(text: str, title: str) -> str:
    _, _, rest = text.partition(f"## {title}\n")
    assert rest, title
    return rest.partition("\n## ")[0]


def told_in(number: int) -> str:
    """Return all that a reader finds in a lesson: its texts, and what its cells print."""
    (path,) = (instructor.ROOT / "notebooks").glob(f"{number:02d}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    printed = [output.text for cell in cells for output in cell.get("outputs", []) if output.output_type == "stream"]
    return "\n".join([*(cell.source for cell in cells if cell.cell_type == "markdown"), *printed])


# ---- What is generated ----


def test_make_instructor_has_nothing_to_write():
    stale = [path.name for path, text in instructor.pages().items() if path.read_text("utf-8") != text]
    assert not stale, "run `make instructor`"


def test_a_page_that_has_drifted_is_found():
    text = PAGES["lesson_03.md"]
    assert instructor.filled(text.replace("*no hinge*", "*no hing*")) == text


def test_a_part_that_nobody_knows_is_an_error():
    with pytest.raises(KeyError, match="fact"):
        instructor.filled("<!-- BEGIN GENERATED fact 1 -->\n<!-- END GENERATED -->")


@pytest.mark.parametrize("number", LESSONS)
def test_a_page_has_the_lessons_objectives_run_time_exercises_and_every_mistake_of_the_bank(number: int):
    text, told = PAGES[f"lesson_{number:02d}.md"], instructor.lesson(number)
    assert all(f"- {goal}\n" in text for goal in told.objectives)
    assert f"runs in {told.run_time} on" in text
    assert {task.name for task in told.tasks} - {""} == exercises(number).keys()
    for exercise in exercises(number).values():
        for name in exercise.wrong:
            assert f"- *{name}*: {' '.join(exercise.texts[name].split())}\n" in text


def test_the_points_of_a_set_are_those_that_it_states():
    for number in LESSONS:
        told = instructor.lesson(number)
        path = instructor.ROOT / "notebooks/assignments/release" / told.set_name / f"{told.set_name}.ipynb"
        assert f"{told.points} points" in nbformat.read(path, as_version=4).cells[0].source


def test_each_objective_is_practised():
    for number in LESSONS:
        told = instructor.lesson(number)
        assert told.practised.keys() == set(told.objectives)
        assert all(told.practised.values())


def test_the_rubrics_have_each_answer_in_words_and_are_in_a_folder_that_is_not_handed_out():
    rubrics = instructor.rubrics()
    for number in LESSONS:
        for task in instructor.lesson(number).tasks:
            assert (f"## {number:02d}_exercises, exercise {task.number}: {task.title} (" in rubrics) == (not task.name)
    assert f":!{instructor.RUBRICS.parent.relative_to(instructor.ROOT)}" in PAGES["assignments.md"]


# ---- What is written by hand ----


@pytest.mark.parametrize("name", PAGES)
def test_relative_links_lead_to_files_and_headings(name: str):
    for link in re.findall(r"\]\((?!https://)([^)\s]+)\)", PAGES[name]):
        target, _, anchor = link.partition("#")
        path = (instructor.PAGES / (target or name)).resolve()
        assert path.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, link


@pytest.mark.parametrize("number", LESSONS)
def test_what_is_shown_live_are_sections_of_the_lesson(number: int):
    named = re.findall(r"^- \*\*(\d+\. .*?)[.?]?\*\*", section(page(number), "Show live"), re.MULTILINE)
    headings = [heading.rstrip("?.") for heading in re.findall(r"^## (\d+\. .*)$", told_in(number), re.MULTILINE)]
    assert len(named) >= 3
    assert set(named) <= set(headings)


@pytest.mark.parametrize("number", LESSONS)
def test_the_mistakes_to_take_up_are_those_of_the_bank(number: int):
    by_hand = section(page(number), "Common mistakes")
    named = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", by_hand)
    known = {name for exercise in exercises(number).values() for name in exercise.wrong}
    assert len(named) >= 3
    assert set(named) <= known
    assert set(re.findall(r"`([a-z_]+)`", by_hand)) - {"check", "reshape"} <= exercises(number).keys()


@pytest.mark.parametrize("number", LESSONS)
def test_a_share_on_a_page_stands_in_its_lesson(number: int):
    told = told_in(number) + SCHOOL
    for share in re.findall(r"(?<![\d.])\d+(?:\.\d+)?%", page(number)):
        assert re.search(rf"(?<![\d.]){re.escape(share)}", told), share


@pytest.mark.parametrize("number", LESSONS)
def test_each_question_has_possible_answers(number: int):
    talk = section(page(number), "Questions that make a class talk")
    questions = len(re.findall(r"^\*\*", talk, re.MULTILINE))
    assert questions == talk.count("*Possible answers.*") >= 4


def test_the_sections_that_the_plans_name_are_there():
    lines = [line for line in BY_HAND["plans.md"].splitlines() if "section" in line and "esson 0" in line]
    assert len(lines) > 10
    for line in lines:
        for number, sections in re.findall(r"[Ll]esson (0\d)(?:\]\(\S+\))?,? (?:to its )?sections? ([\d, and to]+)", line):
            headings = re.findall(r"^## (\d+)\. ", told_in(int(number)), re.MULTILINE)
            assert set(re.findall(r"\d+", sections)) <= set(headings), line


def test_a_plan_of_90_minutes_has_90_minutes():
    for title in ("First: who is it?", "Second: how is it painted?"):
        plan = BY_HAND["plans.md"].partition(f"### {title}\n")[2].partition("\n#")[0]
        assert sum(map(int, re.findall(r"^\| (\d+) \|", plan, re.MULTILINE))) == 90


def test_every_command_of_make_that_a_page_names_is_in_the_makefile():
    makefile = (instructor.ROOT / "Makefile").read_text("utf-8")
    for name, text in BY_HAND.items():
        for command in re.findall(r"`make ([\w-]+)", text):
            assert re.search(rf"^{command}:", makefile, re.MULTILINE), (name, command)


def test_every_file_that_a_page_names_exists():
    for text in BY_HAND.values():
        for path in re.findall(r"`((?:docs|notebooks|course_utils)/[\w/.]+)`", text):
            assert Path(instructor.ROOT / path).exists(), path
