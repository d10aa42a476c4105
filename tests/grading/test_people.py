"""Whoever looks into the formgrader reads names, not "None"."""

import pytest
from nbgrader.api import Gradebook

from course_utils.grading.people import enter, enter_roster
from course_utils.grading.preprocessors import forget_scores
from course_utils.grading.roster import read_roster
from tests.grading.corpus.courses import new_gradebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries

SET = "01_exercises"


@pytest.fixture
def course(tmp_path):
    new_gradebook(tmp_path, SET, ["rosa"])
    return tmp_path


def names(root):
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "faces-and-style") as gradebook:
        return {student.id: (student.first_name, student.last_name) for student in gradebook.students}


def roster(root, text):
    (root / "roster.csv").write_text(text, encoding="utf-8")
    return read_roster(root / "roster.csv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("student_id,First name,Surname\nrosa,Anna Maria,Müller\n", ("Anna Maria", "Müller")),  # Moodle
        ('Student,ID,SIS Login ID\n"Müller, Anna Maria",1,rosa\n', ("Anna Maria", "Müller")),  # Canvas
        ("username;Full name\nrosa;Anna Maria Müller\n", ("Anna Maria", "Müller")),
        ("username,name\nrosa,Müller\n", ("", "Müller")),
        ("student_id,last name\nrosa,Müller\n", ("", "Müller")),
        ("student_id\nrosa\n", ("", "rosa")),
        ("student_id,full name\nrosa,\n", ("", "rosa")),
    ],
)
def test_a_roster_tells_the_names(course, text, expected):
    enter_roster(course, roster(course, text))
    assert names(course) == {"rosa": expected}


def test_all_of_the_roster_are_entered_and_a_newer_one_mends_the_names(course):
    enter_roster(course, roster(course, "student_id,full name\nli,Li Na\nmia,Mia Oh\n"))
    enter_roster(course, roster(course, "student_id,full name\nli,Na Li\n"))
    assert names(course) == {"rosa": (None, None), "li": ("Na", "Li"), "mia": ("Mia", "Oh")}


def test_who_is_in_no_roster_goes_by_the_name_in_the_course(course):
    forget_scores(f"sqlite:///{course / 'gradebook.db'}", SET, "rosa")
    forget_scores(f"sqlite:///{course / 'gradebook.db'}", SET, "new")
    assert names(course) == {"rosa": ("", "rosa"), "new": ("", "new")}


def test_a_name_that_is_there_stays(course):
    enter_roster(course, roster(course, "student_id,full name\nrosa,Rosa Lee\n"))
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "faces-and-style") as gradebook:
        enter(gradebook, "rosa")
    enter_roster(course, roster(course, "student_id\nrosa\n"))
    assert names(course) == {"rosa": ("Rosa", "Lee")}
