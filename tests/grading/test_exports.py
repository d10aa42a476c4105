"""The tables for Moodle and Canvas, read as their importers read them; nothing that is not final is in them."""

import csv
import re
from datetime import datetime
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from course_utils.commands import app
from course_utils.errors import DataError
from course_utils.grading import command
from course_utils.grading.configuration import config_of
from course_utils.grading.exports import for_canvas, for_moodle
from course_utils.grading.grades import Line
from course_utils.grading.roster import read_roster
from tests.grading.corpus.courses import grade_by_hand, new_gradebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries

SET = "05_exercises"
MOODLE = (
    "First name,Last name,ID number,Email address,Identifier\n"
    'Anna Maria,"Schmidt, of ""X""",1001,anna@uni.example,Participant 1\n'
    "José,Müller,1002,jose@uni.example,Participant 2\n"
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,05 Exercises (4711),Other (12),Final Score\n"
    ",,,,,Manual Posting,,\n"
    "    Points Possible,,,,,18,5,(read only)\n"
    '"Student, Test",99,,,A,,,\n'
    '"Schmidt, Anna",98765,1001,aschmidt,A,,,\n'
    '"Müller, José",98766,1002,jmueller,"B, C",,,\n'
)


def line(student, score, due=datetime(2026, 11, 27, 22, 59)):
    return Line(SET, due, None, student, None, None, None, "graded", 0.0, 0.0, score, 0.0, score, 18.0)


def roster(tmp_path, text):
    (tmp_path / "roster.csv").write_text(text, "utf-8")
    return read_roster(tmp_path / "roster.csv")


def as_moodle_reads(text, known_by):
    """Return grades as Moodle's importer enters them: the title of a column becomes the grade item, others are passed over."""
    header, *rows = csv.reader(text.splitlines())
    identity, grade = header.index(known_by), header.index(SET)
    return {row[identity]: float(row[grade]) for row in rows if len(row) > 1 and row[identity]}


def as_canvas_reads(text):
    """Return points, and grades by the student's number, as Canvas' importer enters them.

    The header is one only if Student, ID and Section are where it looks for them; what stands behind Section is an assignment.
    """
    header, points, *rows = csv.reader(text.splitlines())
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert re.search(r"SIS\s+User\s+ID", header[2])
    assert re.search(r"SIS\s+Login\s+ID", header[3])
    assert "Section" in header[4]
    (title,) = header[5:]
    number = re.fullmatch(r".*\((\d+)\)", title)
    assert "Points Possible" in points[0]
    grades = {row[1] or row[2] or row[3] or row[0]: float(row[5]) for row in rows}
    return number and number[1], float(points[5]), grades


@pytest.mark.parametrize(("known_by", "names"), [("ID number", ["1001", "1002"]), ("Email address", ["anna@", "jose@"])])
def test_moodle_finds_its_students_and_grades(tmp_path, known_by, names):
    text = for_moodle([line("1001", 12.345), line("1002", 0.0)], roster(tmp_path, MOODLE))
    read = as_moodle_reads(text, known_by)
    assert list(read.values()) == [12.35, 0.0]
    assert all(found.startswith(name) for found, name in zip(read, names, strict=True))
    first = next(csv.DictReader(text.splitlines()))
    assert first["Last name"] == 'Schmidt, of "X"'
    assert first["Due date"] == "2026-11-27 22:59 UTC"
    assert "Username" not in first  # of which the roster has none


def test_without_a_due_date_its_column_is_empty(tmp_path):
    text = for_moodle([line("1001", 1.0, due=None)], roster(tmp_path, MOODLE), column="Exercises")
    assert [row[-2:] for row in csv.reader(text.splitlines())] == [["Exercises", "Due date"], ["1", ""]]


def test_canvas_finds_its_assignment_its_students_and_grades(tmp_path):
    text = for_canvas([line("jmueller", 12.345), line("aschmidt", 0.0)], canvas_roster(tmp_path))
    assert as_canvas_reads(text) == ("4711", 18.0, {"98766": 12.35, "98765": 0.0})
    assert "Due" not in text  # it would become an assignment


def canvas_roster(tmp_path):
    """The gradebook as Canvas exports it; the line of the points is no student's."""
    return roster(tmp_path, CANVAS)


def test_a_column_of_another_name_can_be_given(tmp_path):
    text = for_canvas([line("aschmidt", 1.0)], canvas_roster(tmp_path), column="Homework (5)")
    assert as_canvas_reads(text)[0] == "5"
    text = for_canvas([line("aschmidt", 1.0)], roster(tmp_path, CANVAS.replace("05 Exercises (4711)", "Week 5 (4711)")))
    assert text.splitlines()[0].endswith(f"Section,{SET}")


@pytest.mark.parametrize("export", [for_moodle, for_canvas])
def test_a_roster_by_which_the_platform_knows_nobody_is_told(tmp_path, export):
    with pytest.raises(DataError, match=r"knows students by .* or .*: the roster has none of these for everybody"):
        export([line("rosa", 1.0)], roster(tmp_path, "student_id,Section\nrosa,A\n"))


# ---- The command ----


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of three: one graded, one who waits, one who has handed in nothing; and one who is not in the roster."""
    root = tmp_path / "course"
    root.mkdir()
    address = new_gradebook(root, SET, ["1001", "1002", "stranger"])
    with Gradebook(address, "faces-and-style") as book:
        book.add_student("1003")
    for student in ("1001", "1002", "stranger"):
        grade_by_hand(address, SET, student, "check-f", auto_score=2)
        grade_by_hand(address, SET, student, "w-why", manual_score=1)
    grade_by_hand(address, SET, "1002", "w-why", waits=True, manual_score=None)
    where = SimpleNamespace(db_url=address, course_id="faces-and-style", root=str(root), config=config_of(root))
    monkeypatch.setattr(command, "open_gradebook", lambda *_: SimpleNamespace(coursedir=where))
    (root / "roster.csv").write_text(f"{MOODLE}Li,Wei,1003,li@uni.example,Participant 3\n", "utf-8")
    return root


def export(course, *more):
    done = CliRunner().invoke(app, ["export", SET, "--root", str(course), *map(str, more)], env={"COLUMNS": "200"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, " ".join(done.output.split())


def test_what_is_not_final_is_not_exported_and_told(course):
    status, said = export(course, "--to", "moodle")
    assert status == 0
    text = (course / f"grades_{SET}_moodle.csv").read_text("utf-8")
    assert as_moodle_reads(text, "ID number") == {"1001": 3.0}
    for told in ("1002 │ waits for a human", "1003 │ missing", "stranger │ not in the roster", "Final grades in"):
        assert told in said
    assert len((course / "grades.csv").read_text("utf-8").splitlines()) == 5


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--to", "moodle", "--roster", "other.csv"), "no grade of 05_exercises is final, of the students in the roster"),
        (("--to", "canvas"), "Canvas knows students by"),
        (("--to", "moodle", "--roster", "nowhere.csv"), "nowhere.csv cannot be read"),
    ],
)
def test_what_cannot_be_exported_is_told_and_nothing_written(course, monkeypatch, more, told):
    monkeypatch.chdir(course)
    (course / "other.csv").write_text("student_id,email\nnobody,n@uni.example\n")
    status, said = export(course, *more)
    assert (status, told in said) == (1, True), said
    assert not list(course.glob("grades_*"))


def test_without_a_roster_it_is_asked_for(course):
    (course / "roster.csv").unlink()
    assert export(course, "--to", "moodle") == (1, "whose grades? Collect with a roster, or name one: --roster roster.csv")
