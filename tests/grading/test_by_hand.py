"""What a human has given stays with the answer that it was given for, whatever is handed in meanwhile."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.utils import compute_checksum
from traitlets.config import Config

from course_utils.grading import papers
from course_utils.grading.preprocessors import SaveGrades, forget_scores
from course_utils.grading.running import Graded
from course_utils.grading.submission import PUT_BACK, UNJUDGED, Flag
from tests.grading.corpus.courses import named, new_gradebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries

SET, STUDENT = "01_exercises", "rosa"
BEFORE = "Because it is."


@pytest.fixture
def address(tmp_path):
    return new_gradebook(tmp_path, SET, [STUDENT])


@pytest.fixture
def grade(tmp_path, address):
    """Return what grades a notebook with this written answer, as nbgrader does, and returns the cells that were flagged."""

    def run(text, code="def f():\n    return 1", attachments=None, before=None, as_released=False):
        written = named(new_markdown_cell(text), "w-why", points=3, solution=True)
        if as_released:
            written.metadata.nbgrader.checksum = compute_checksum(written)
        if attachments:
            written.attachments = attachments
        cells = [named(new_code_cell(code), "f", solution=True), named(new_code_cell('check("f", f)'), "check-f", points=2)]
        forget_scores(address, SET, STUDENT)
        config = Config()
        config.CourseDirectory.root = str(tmp_path)
        found = papers.found(tmp_path, SET, STUDENT)
        found.parent.mkdir(parents=True, exist_ok=True)
        found.write_text((before or Graded()).to_json())
        where = {"assignment": SET, "student": STUDENT, "notebook": SET, "db_url": address}
        SaveGrades(config=config).preprocess(new_notebook(cells=[*cells, written]), {"nbgrader": where})
        return [flag.cell for flag in Graded.from_json(found.read_text()).flags]

    return run


def give(address, cell="w-why", score=2.5, comment="Well said."):
    """Give points and a comment as the formgrader does."""
    with Gradebook(address, "faces-and-style") as book:
        grade = book.find_grade(cell, SET, SET, STUDENT)
        grade.manual_score, grade.needs_manual_grade = score, False
        if comment:
            book.find_comment(cell, SET, SET, STUDENT).manual_comment = comment
        book.db.commit()


def given(address, cell="w-why"):
    """Return the score, whether the cell waits, and what was written to the student."""
    with Gradebook(address, "faces-and-style") as book:
        grade = book.find_grade(cell, SET, SET, STUDENT)
        comment = book.find_comment(cell, SET, SET, STUDENT).comment if cell.startswith("w") else None
        return grade.score, grade.needs_manual_grade, comment


def test_an_answer_that_nobody_has_read_waits(grade, address):
    assert grade(BEFORE) == []
    assert given(address) == (0.0, True, None)


@pytest.mark.parametrize("flags", [[], [Flag("w-why", PUT_BACK)]])
def test_an_answer_whose_cell_has_lost_its_name_waits_though_its_place_is_empty(grade, address, flags):
    grade("Your answer", before=Graded(flags=flags), as_released=True)
    assert given(address)[:2] == (0.0, bool(flags))


@pytest.mark.parametrize("after", [BEFORE, f"{BEFORE}\n"])
def test_the_same_answer_keeps_its_points_and_its_comment(grade, address, after):
    grade(BEFORE)
    give(address)
    for _ in range(2):
        assert grade(after, code="def f():\n    return 2") == []
        assert given(address) == (2.5, False, "Well said.")


@pytest.mark.parametrize(
    "after", [("Because it is not.",), ("",), (BEFORE, "def f():\n    return 1", {"a.png": {"image/png": "AAAA"}})]
)
def test_a_changed_answer_waits_again_until_it_is_read(grade, address, after):
    grade(BEFORE)
    give(address)
    for _ in range(2):  # grading again makes no answer read
        assert grade(*after) == ["w-why"]
        assert given(address) == (0.0, True, None)
    give(address, score=1.0, comment="Why?")
    assert grade(*after) == []
    assert given(address) == (1.0, False, "Why?")


def test_who_hands_in_the_former_answer_has_the_former_points(grade, address):
    grade(BEFORE)
    give(address)
    grade("Because it is not.")
    assert grade(BEFORE) == []
    assert given(address) == (2.5, False, "Well said.")


def test_points_that_were_taken_back_stay_so(grade, address):
    grade(BEFORE)
    give(address)
    grade(BEFORE)
    with Gradebook(address, "faces-and-style") as book:
        grades = book.find_grade("w-why", SET, SET, STUDENT)
        grades.manual_score, grades.needs_manual_grade = None, True
        book.db.commit()
    grade(BEFORE)
    assert given(address)[:2] == (0.0, True)


def test_nothing_is_left_while_a_submission_is_refused_and_all_comes_back(grade, address):
    grade(BEFORE)
    give(address)
    give(address, cell="check-f", score=1.5, comment=None)
    for _ in range(2):
        forget_scores(address, SET, STUDENT)
        assert given(address) == (0.0, True, None)
        assert given(address, "check-f")[:2] == (0.0, True)
    assert grade(BEFORE) == []
    assert given(address) == (2.5, False, "Well said.")
    assert given(address, "check-f")[:2] == (1.5, False)


def test_points_given_for_a_function_wait_again_where_the_code_has_changed(grade, address):
    grade(BEFORE)
    give(address, cell="check-f", score=1.5, comment=None)
    assert grade("Another text.") == []
    assert given(address, "check-f")[:2] == (1.5, False)
    assert grade(BEFORE, code="def f():\n    return 2") == ["check-f"]
    assert given(address, "check-f")[:2] == (2.0, True)  # what was found automatically


def test_points_of_a_gradebook_from_before_stay_and_wait(grade, address):
    give(address)
    grade(BEFORE)
    assert given(address)[:2] == (2.5, True)


def test_what_the_judge_has_failed_at_waits_for_a_human(grade, address):
    failed = Graded(flags=[Flag("f", f"{UNJUDGED} (ZeroDivisionError)")])
    assert grade(BEFORE, before=failed) == ["f"]
    assert given(address, "check-f")[1]
    give(address, cell="check-f", score=1.5, comment=None)
    grade(BEFORE, before=failed)
    assert given(address, "check-f")[:2] == (1.5, False)
