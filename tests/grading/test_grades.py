"""Who has what, as a table: everybody's state, time, lateness and penalty, also after a human has given points."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins import LateSubmissionPlugin
from traitlets.config import Config

from course_utils.grading import grades
from course_utils.grading.batch import open_gradebook
from course_utils.grading.configuration import config_of
from course_utils.grading.lateness import PenaltyPerHour
from course_utils.grading.preprocessors import forget_scores
from course_utils.grading.report import report_of, write_grades, write_report
from tests.grading.corpus.courses import NOTEBOOKS, grade_by_hand, new_gradebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries

SET = "01_exercises"
DUE = datetime(2026, 11, 27, 22, 59)


@pytest.fixture
def course(tmp_path):
    """A course of five: two on time, one late, one who has handed in nothing, and a trace of a Mac."""
    students = ("s10", "s9", "S11", "late", "__MACOSX")
    address = new_gradebook(tmp_path, SET, students)
    with Gradebook(address, "faces-and-style") as book:
        book.update_or_create_assignment(SET, duedate=str(DUE))
        book.add_student("s2", first_name="Zoë", last_name='Li, "Z"', email="z@uni.example")
        for student in ("s10", "s9", "S11"):
            book.update_or_create_submission(SET, student, timestamp=str(DUE))
        book.update_or_create_submission(SET, "late", timestamp=str(DUE + timedelta(minutes=61)))
    for student in students:
        folder = tmp_path / "submitted" / student / SET
        folder.mkdir(parents=True)
        (folder / f"{SET}.ipynb").write_text("{}")
        grade_by_hand(address, SET, student, "check-f", auto_score=2)
        grade_by_hand(address, SET, student, "w-why", manual_score=1)
    grade_by_hand(address, SET, "s9", "w-why", waits=True, manual_score=None)
    return tmp_path


def settings(root, text=""):
    """Write the settings of a course, as a lecturer may have changed them."""
    ours = (NOTEBOOKS / "assignments" / "nbgrader_config.py").read_text("utf-8")
    (root / "nbgrader_config.py").write_text(f"{ours}\n{text}\n", "utf-8")
    return NbGraderAPI(config=config_of(root))


def table(root, api):
    write_grades(api, root / "grades.csv")
    rows = list(csv.DictReader(io.StringIO((root / "grades.csv").read_text("utf-8"))))
    return {row["student_id"]: row for row in rows}


def test_everybody_has_a_line_in_the_order_of_people(course):
    rows = table(course, settings(course))
    assert list(rows) == ["late", "s2", "s9", "s10", "S11"]
    assert {student: (row["status"], row["waits"]) for student, row in rows.items()} == {
        "late": ("graded", "0.0"),
        "s2": ("missing", "0.0"),
        "s9": ("waits for a human", "3.0"),
        "s10": ("graded", "0.0"),
        "S11": ("graded", "0.0"),
    }
    assert (rows["s2"]["first_name"], rows["s2"]["last_name"], rows["s2"]["score"]) == ("Zoë", 'Li, "Z"', "0.0")


def test_times_and_lateness_are_told_and_no_penalty_is_taken_by_itself(course):
    rows = table(course, settings(course))
    assert {row["duedate"] for row in rows.values()} == {"2026-11-27 22:59:00"}
    assert (rows["s10"]["timestamp"], rows["s10"]["hours_late"]) == ("2026-11-27 22:59:00", "0.0")
    assert (rows["late"]["timestamp"], rows["late"]["hours_late"]) == ("2026-11-28 00:00:00", "1.02")
    assert (rows["late"]["raw_score"], rows["late"]["late_submission_penalty"], rows["late"]["score"]) == ("3.0", "0.0", "3.0")
    assert rows["s2"]["timestamp"] == ""


HOURLY = 'c.AssignLatePenalties.plugin_class = "course_utils.grading.lateness.PenaltyPerHour"\nc.PenaltyPerHour.points = {}'


@pytest.mark.parametrize(
    ("text", "penalty", "left"),
    [
        ('c.LateSubmissionPlugin.penalty_method = "zero"', "3.0", "0.0"),
        (HOURLY.format(0.25), "0.5", "2.5"),  # two hours have begun
        (HOURLY.format(5), "3.0", "0.0"),  # no more than there is
    ],
)
def test_a_penalty_of_the_courses_settings_counts_also_for_points_that_a_human_gives_later(course, text, penalty, left):
    api = settings(course, f"c = get_config()\n{text}")
    grade_by_hand(f"sqlite:///{course / 'gradebook.db'}", SET, "late", "w-why", manual_score=0)
    table(course, api)
    grade_by_hand(f"sqlite:///{course / 'gradebook.db'}", SET, "late", "w-why", manual_score=1)
    rows = table(course, api)
    assert (rows["late"]["raw_score"], rows["late"]["late_submission_penalty"], rows["late"]["score"]) == ("3.0", penalty, left)
    assert rows["s10"]["score"] == "3.0"


def test_an_extension_counts(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "faces-and-style") as book:
        book.find_submission(SET, "late").extension = timedelta(hours=2)
        book.db.commit()
    row = table(course, settings(course))["late"]
    assert (row["duedate"], row["hours_late"]) == ("2026-11-28 00:59:00", "0.0")


def test_the_time_of_a_former_handing_in_does_not_stay(course):
    forget_scores(f"sqlite:///{course / 'gradebook.db'}", SET, "late")
    row = table(course, settings(course))["late"]
    assert (row["timestamp"], row["hours_late"], row["status"]) == ("", "0.0", "waits for a human")


def test_who_has_taken_the_notebook_back_is_missing_and_waits_for_nobody(course):
    (course / "submitted" / "s10" / SET / f"{SET}.ipynb").unlink()
    (course / "submitted" / "s10" / SET / f"~${SET}.ipynb").touch()
    forget_scores(f"sqlite:///{course / 'gradebook.db'}", SET, "s10")
    row = table(course, settings(course))["s10"]
    assert (row["status"], row["waits"], row["score"]) == ("missing", "0.0", "0.0")


def test_the_report_tells_who_is_late_and_who_is_missing(course):
    api = settings(course, 'get_config().LateSubmissionPlugin.penalty_method = "zero"')
    table(course, api)
    report = report_of(course, api, SET, failed={})
    assert [row.student for row in report.rows] == ["late", "s9", "s10", "S11"]
    write_report(report, course / "report.md")
    text = (course / "report.md").read_text("utf-8")
    assert "| late | 2026-11-27 22:59 | 2026-11-28 00:00 | 1.02 | 3 | 3 |" in text
    assert "## Nothing handed in\n\n- s2\n" in text
    assert "| late | 0 | 5 | 0 | 0 |" in text


def test_the_settings_of_a_course_do_not_take_the_walls_away(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.Autograde.autograde_preprocessors = []\n")
    assert config_of(tmp_path).Autograde.autograde_preprocessors
    assert config_of(tmp_path / "nowhere").Autograde.autograde_preprocessors


def test_names_are_sorted_as_people_sort_them():
    names = ["s10", "S9", "s1a", "10", "9", "a", "B", "s", "s09", "Ä"]
    assert sorted(names, key=grades.natural) == ["9", "10", "a", "B", "s", "s1a", "s09", "S9", "s10", "Ä"]


def test_the_penalty_by_the_hour_is_nbgraders_kind_of_plugin():
    plugin = PenaltyPerHour(config=Config({"PenaltyPerHour": {"points": 2.0}}))
    assert isinstance(plugin, LateSubmissionPlugin)
    assert [plugin.late_submission_penalty("rosa", 9.0, seconds) for seconds in (1, 3600, 3601, 1e6)] == [2.0, 2.0, 4.0, 9.0]


def test_a_due_date_stays_when_the_assignment_is_generated_again(course):
    # nbgrader's generate_assignment, which `open_gradebook` calls too, updates the assignment by its name alone
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "faces-and-style") as book:
        assert book.update_or_create_assignment(SET).duedate == DUE
    assert open_gradebook(course, SET).coursedir.db_url.endswith("gradebook.db")


def test_students_whose_names_look_alike_are_told(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "faces-and-style") as book:
        for student in ("M\u00fcller", "Mu\u0308ller", "Late"):
            book.add_student(student)
    (course / "submitted" / "Mu\u0308ller" / SET).mkdir(parents=True)
    flagged = report_of(course, settings(course), SET, failed={}).flagged
    told = "the name looks like another student's, {}: is that one person?"
    assert [(student, flag.reason) for student, flag in flagged] == [
        ("late", told.format("'Late'")),
        ("Mu\u0308ller", told.format("'M\\xfcller'")),
    ]


def test_a_grade_of_work_that_was_handed_in_again_is_not_final(course):
    for place, time in {"submitted": "2026-11-27 22:00:00 UTC", "autograded": "2026-11-26 22:00:00 UTC"}.items():
        for student in ("s10", "S11"):
            folder = course / place / student / SET
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "timestamp.txt").write_text(time if student == "s10" else "2026-11-26 22:00:00 UTC")
    rows = table(course, settings(course))
    assert {student: rows[student]["status"] for student in ("s10", "S11")} == {"s10": grades.CHANGED, "S11": "graded"}


def test_no_name_is_a_formula_of_a_table(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "faces-and-style") as book:
        book.update_or_create_student("s10", first_name="=HYPERLINK(1)", last_name="-2+3", email="@SUM(1)")
    row = table(course, settings(course))["s10"]
    assert (row["first_name"], row["last_name"], row["email"]) == ("'=HYPERLINK(1)", "'-2+3", "'@SUM(1)")
