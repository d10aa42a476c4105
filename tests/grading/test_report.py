"""The report of an assignment: points as the gradebook has them, what waits for a human, what to look at, what went wrong."""

import re
from collections import Counter
from datetime import datetime
from types import SimpleNamespace

import pytest
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from course_utils.grading import papers
from course_utils.grading.configuration import configure
from course_utils.grading.report import Report, Row, report_of, write_grades, write_report
from course_utils.grading.running import Graded
from course_utils.grading.submission import Flag
from course_utils.grading.walls import UNSEALED
from tests.grading.corpus.courses import grade_by_hand, new_gradebook

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries

SET = "01_exercises"
STUDENTS = ("all-right", "wrong", "waits", "half")


def hand_in(root, student, graded=None):
    (root / "submitted" / student / SET).mkdir(parents=True)
    if graded is not None:
        found = papers.found(root, SET, student)
        found.parent.mkdir(parents=True, exist_ok=True)
        found.write_text(graded.to_json(), "utf-8")


def judged(right, message="f: Right.", flags=(), sealed=True):
    return Graded({"check-f": right}, {"check-f": message}, {}, list(flags), 1.5, sealed)


@pytest.fixture
def course(tmp_path):
    """Return a course in which four have handed in, and what nbgrader is asked for."""
    address = new_gradebook(tmp_path, SET, STUDENTS)
    for student, auto, by_hand in [("all-right", 2, 3), ("wrong", 0, 0), ("waits", 2, None), ("half", 2, 1.5)]:
        grade_by_hand(address, SET, student, "check-f", auto_score=auto)
        scores = {} if by_hand is None else {"manual_score": by_hand}
        grade_by_hand(address, SET, student, "w-why", waits=by_hand is None, **scores)
        wrong = student == "wrong"
        hand_in(tmp_path, student, judged(not wrong, "f: no root" if wrong else "f: Right."))
    return tmp_path, SimpleNamespace(coursedir=SimpleNamespace(db_url=address, course_id="faces-and-style"))


def rows(report):
    return {row.student: (row.score, row.by_hand) for row in report.rows}


def written(report, tmp_path):
    write_report(report, tmp_path / "deeper" / "report.md")
    return (tmp_path / "deeper" / "report.md").read_text("utf-8")


def test_points_and_those_that_wait_for_a_human(course):
    report = report_of(*course, SET, failed={})
    assert report.most == 5.0
    assert rows(report) == {"all-right": (5.0, 0.0), "wrong": (0.0, 0.0), "waits": (2.0, 3.0), "half": (3.5, 0.0)}


def test_the_report_shows_them(course, tmp_path):
    text = written(report_of(*course, SET, failed={}), tmp_path)
    assert "| student | points | of | wait for a human | seconds |" in text
    assert "| waits | 2 | 5 | 3 | 2 |" in text
    assert "| half | 3.5 | 5 | 0 | 2 |" in text


def test_who_is_not_in_the_gradebook_has_no_points(course):
    hand_in(course[0], "new")
    assert rows(report_of(*course, SET, failed={}))["new"] == (0.0, 0.0)


def test_who_could_not_be_graded_is_named_with_the_reason(course, tmp_path):
    report = report_of(
        *course, SET, failed={"gone": "what was handed in is a link; it was removed", "half": "nbgrader refused it"}
    )
    assert report.flagged == [
        ("gone", Flag("notebook", "what was handed in is a link; it was removed")),
        ("half", Flag("notebook", "nbgrader refused it")),
    ]
    assert "| gone | notebook | what was handed in is a link; it was removed |" in written(report, tmp_path)


def test_flags_of_all_are_in_the_list(course, tmp_path):
    flags = [Flag("f", "a copied cell"), Flag("cell 3", "stopped: it took too long")]
    hand_in(course[0], "odd", judged(True, flags=flags))
    report = report_of(*course, SET, failed={})
    assert report.flagged == [("odd", flag) for flag in flags]
    assert "| odd | cell 3 | stopped: it took too long |" in written(report, tmp_path)


def test_mistakes_are_counted_and_right_answers_are_none(course, tmp_path):
    hand_in(course[0], "also-wrong", judged(False, "f: no root"))
    hand_in(course[0], "other", judged(False, "f: no minus"))
    hand_in(course[0], "failed", judged(False, "f: never told"))
    report = report_of(*course, SET, failed={"failed": "nbgrader refused it"})
    assert report.messages == {"f: no root": 2, "f: no minus": 1}
    assert written(report, tmp_path).endswith("- 2 x f: no root\n- 1 x f: no minus\n")


@pytest.mark.parametrize("sealed", [True, False])
def test_code_that_ran_without_walls_is_told(course, tmp_path, sealed):
    hand_in(course[0], "plain", judged(True, sealed=sealed))
    hand_in(course[0], "never-ran", Graded())
    report = report_of(*course, SET, failed={})
    assert report.sealed is sealed
    assert (written(report, tmp_path).splitlines()[0] == f"**{UNSEALED}**") is not sealed


def test_errors_on_hidden_inputs_are_told_to_the_lecturer(course, tmp_path):
    graded = judged(False)
    graded.errors["f"] = "KeyError in line 3: a | b"
    hand_in(course[0], "rosa", graded)
    hand_in(course[0], "li", judged(False))
    told = written(report_of(*course, SET, failed={}), tmp_path)
    assert "## Errors on hidden inputs" in told
    assert "| rosa | f | KeyError in line 3: a \\| b |" in told


def test_what_students_write_stays_text_in_one_cell(tmp_path):
    flag = Flag("a|b", "<script>\n|")
    text = written(Report(SET, 5.0, [Row("x|<b>", 1.0, 0.0, 0.0, [flag])], Counter(["<i>"]), True), tmp_path)
    assert "| x\\|&lt;b> | 1 | 5 | 0 | 0 |" in text
    assert "| x\\|&lt;b> | a\\|b | &lt;script> \\| |" in text
    assert "- 1 x &lt;i>" in text


def test_grades_of_all_are_exported_and_nothing_is_left_beside(course, tmp_path):
    root, _ = course
    config = Config()
    configure(config, root)
    (root / "grades.csv").write_text("older")
    write_grades(NbGraderAPI(config=config), root / "grades.csv")
    lines = (root / "grades.csv").read_text("utf-8").splitlines()
    assert len(lines) == 1 + len(STUDENTS)
    assert any(f",{student}," in line for line in lines for student in STUDENTS)
    assert next(line for line in lines if ",half," in line).endswith("3.5,0.0,3.5,5.0")
    assert list(root.glob(".grades*")) == []


# ---- One student, and the report of all ----


def test_many_flags_of_one_student_are_counted_not_listed(tmp_path):
    unknown = "a cell with a name that this assignment does not have; taken as an ordinary cell"
    many = [Flag(f"cell-{number}", unknown) for number in range(480)]
    report = Report(
        SET, 5.0, [Row("rosa", 1.0, 0.0, 0.0, many), Row("li", 1.0, 0.0, 0.0, [Flag("f", "slow")])], Counter(), True
    )
    assert report.flagged == [
        *[("rosa", flag) for flag in many[:3]],
        ("rosa", Flag("notebook", f"and 477 more, all in reports/{SET}/rosa.json")),
        ("li", Flag("f", "slow")),
    ]
    assert written(report, tmp_path).count("rosa") == 1 + 4 + 1  # the row, the flags, the file


def test_each_reason_has_its_place_among_many(tmp_path):
    flags = [Flag(f"cell-{number}", "a copied cell") for number in range(50)] + [Flag("f", "stopped: it took too long")]
    report = Report(SET, 5.0, [Row("rosa", 1.0, 0.0, 0.0, flags)], Counter(), True)
    assert ("rosa", flags[-1]) in report.flagged
    different = [Flag(f"cell-{number}", f"a cell of {number} characters") for number in range(480)]
    shown = Report(SET, 5.0, [Row("rosa", 1.0, 0.0, 0.0, different)], Counter(), True).flagged
    assert len(shown) < 20
    assert shown[-1][1].reason.startswith(f"and {480 - len(shown) + 1} more")


@pytest.mark.parametrize("sign", ["\x1b[2J", "\r", "\x07", "\x08", "\u202e", "\x9b", "\u2028", "\x00"])
def test_nothing_in_the_report_steers_a_terminal_or_ends_a_line(tmp_path, sign):
    flag = Flag(f"a{sign}b", f"c{sign}d")
    text = written(Report(SET, 5.0, [Row(f"x{sign}y", 1.0, 0.0, 0.0, [flag])], Counter([f"e{sign}f"]), True), tmp_path)
    assert sign not in text
    plain = Report(SET, 5.0, [Row("x", 1.0, 0.0, 0.0, [Flag("", "")])], Counter(["e"]), True)
    assert len(text.splitlines()) == len(written(plain, tmp_path).splitlines())


def test_the_report_says_when_it_was_made_and_how_it_is_made_anew(course, tmp_path):
    before = datetime.now().astimezone().replace(second=0, microsecond=0)
    text = written(report_of(*course, SET, failed={}), tmp_path)
    made = datetime.strptime(re.search(r"^Made on (.{16})\.", text, re.MULTILINE)[1], "%Y-%m-%d %H:%M").astimezone()
    assert before <= made <= datetime.now().astimezone()
    assert f"`make report ASSIGNMENT={SET}`" in text


def test_made_anew_it_knows_who_could_not_be_graded_and_what_a_human_has_given(course, tmp_path):
    root, api = course
    hand_in(root, "gone", judged(False, "f: never told"))
    papers.failure(root, SET, "gone").write_text("nbgrader refused it; no older score is left", "utf-8")
    grade_by_hand(api.coursedir.db_url, SET, "waits", "w-why", manual_score=1)
    report = report_of(root, api, SET)
    assert ("gone", Flag("notebook", "nbgrader refused it; no older score is left")) in report.flagged
    assert "f: never told" not in report.messages
    assert rows(report)["waits"] == (3.0, 0.0)
