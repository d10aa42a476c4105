"""The commands of a lecturer: what they say, what they leave, and how they end."""

import json
import os
from collections import Counter
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from course_utils.commands import app
from course_utils.grading import command
from course_utils.grading.batch import GradingError
from course_utils.grading.report import Report, Row
from course_utils.grading.submission import UNJUDGED, Flag
from tests.grading.corpus.courses import new_gradebook

SET = "03_exercises"


def run(*arguments):
    """Run the command line in a wide terminal; return its exit status and what it says, in single spaces."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, " ".join(done.output.split())


def notebook(text="answer"):
    cell = {"cell_type": "code", "source": text, "metadata": {"nbgrader": {"grade_id": "euclidean"}}}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course [1]"
    (root / "release" / SET).mkdir(parents=True)
    (root / "release" / SET / f"{SET}.ipynb").write_text(notebook())
    new_gradebook(root, SET, [])
    return root


# ---- Collecting ----


@pytest.fixture
def download(tmp_path):
    """Return what puts files into a folder of the download, and a roster of three beside it."""
    (tmp_path / "roster.csv").write_text("student_id,full name\nrosa,Rosa Lux\nli[1],Li Wei\nmia,Mia Berg\n")
    (tmp_path / "download").mkdir()

    def put(**files):
        for name, content in files.items():
            (tmp_path / "download" / f"{name}_{SET}.ipynb").write_text(content)
        return tmp_path / "download"

    return put


def collect(source, course, *more):
    return run("collect", source, "--assignment", SET, "--root", course, *more)


def test_what_was_handed_in_finds_its_place_and_who_is_missing_is_told(download, course, tmp_path):
    source = download(rosa=notebook("one"), **{"li[1]": notebook("two")})
    (source / "remarks.txt").write_text("late")
    status, said = collect(source, course, "--roster", tmp_path / "roster.csv")
    assert status == 0
    for student, text in {"rosa": "one", "li[1]": "two"}.items():
        assert (course / "submitted" / student / SET / f"{SET}.ipynb").read_text() == notebook(text)
    assert "nothing from" in said
    assert "mia" in said
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "faces-and-style") as gradebook:
        assert {one.id: one.last_name for one in gradebook.students} == {"rosa": "Lux", "li[1]": "Wei", "mia": "Berg"}
    assert "passed over: 1." in said
    assert f"Notebooks in submitted/STUDENT/{SET}/: 2. Grade them: make grade ASSIGNMENT={SET}" in said
    assert "not collected" not in said


def test_what_found_no_place_is_told_and_the_status_says_so(download, course, tmp_path):
    source = download(rosa=notebook(), **{"jo[2]": notebook()})
    status, said = collect(source, course, "--roster", tmp_path / "roster.csv")
    assert status == 1
    assert "not collected" in said
    assert f"jo[2]_{SET}.ipynb" in said
    assert "'jo[2]' is not in the roster" in said
    assert (course / "submitted" / "rosa").is_dir()


def test_what_a_human_should_know_is_told(download, course):
    collect(download(rosa=notebook("one")), course)
    source = download(rosa=notebook("two"))
    os.utime(source / f"rosa_{SET}.ipynb", (4e9, 4e9))
    status, said = collect(source, course)
    assert status == 0
    assert "replaces what was collected before" in said


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (("--assignment", "99"), "'99' is not an assignment; there are: 03_exercises."),
        (("--roster", "nowhere.csv"), "nowhere.csv cannot be read"),
        (("--roster", "bad.csv"), "bad.csv: expected a header with a column student_id"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_collected(download, course, tmp_path, monkeypatch, more, reason):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    status, said = collect(download(rosa=notebook()), course, *more)
    assert (status, reason in said) == (1, True), said
    assert not (course / "submitted").exists()


def test_a_source_that_is_none_is_told(course, tmp_path):
    status, said = collect(tmp_path / "nowhere.zip", course)
    assert status == 1
    assert "nowhere.zip cannot be read" in said
    assert "Give the zip as it was downloaded, or a folder." in said


# ---- Grading ----


@pytest.fixture
def graded(course, monkeypatch):
    """Return what grades with a report that is given, and what was asked for meanwhile."""
    asked = {}

    def answer(name, value=None):
        def called(*arguments, **options):
            asked[name] = arguments
            for progress in [options[name] for name in options if name == "progress"]:
                progress(1, 2, "[rosa]")
            if isinstance(value, Exception):
                raise value
            return value

        monkeypatch.setattr(command, name, called)

    def grade(failed=None, rows=(), sealed=True, error=None, more=()):
        report = Report(SET, 5.0, list(rows), Counter(), sealed)
        answer("grade_assignment", error or failed or {})
        answer("open_gradebook", SimpleNamespace())
        answer("report_of", report)
        answer("write_report")
        answer("write_grades")
        answer("write_class_page", course / "reports" / f"{SET}_mistakes.html")
        answer("sealed_here", sealed)
        return *run("grade", SET, "--root", course, *more), asked

    return grade


def test_points_flags_and_files_are_told(graded, course):
    rows = [Row("rosa", 5.0, 0.0, 3.0, []), Row("li[1]", 2.0, 3.0, 2.0, [Flag("f[1]", "a copied cell")])]
    status, said, asked = graded(rows=rows)
    assert status == 0
    for told in (f"{SET}, of 5 points", "rosa │ 5 │ 0", "li[1] │ 2 │ 3", "to look at", "li[1] │ f[1] │ a copied cell"):
        assert told in said
    assert f"Report: reports/{SET}.md. Grades: grades.csv. Feedback: feedback/STUDENT/{SET}/." in said
    assert "Not sealed" not in said
    assert asked["write_report"][1] == course / "reports" / f"{SET}.md"
    assert asked["write_grades"][1] == course / "grades.csv"
    assert asked["grade_assignment"] == (course, SET, None)


def test_on_a_hub_nothing_is_graded_without_walls(graded, monkeypatch):
    monkeypatch.setattr(command, "token_in_reach", lambda: True)
    status, said, asked = graded(sealed=False)
    assert status == 1
    assert "token of the JupyterHub" in said
    assert "grade_assignment" not in asked


def test_the_status_says_that_somebody_could_not_be_graded(graded):
    status, said, _ = graded(failed={"rosa": "nbgrader refused it"})
    assert status == 1
    assert "Report:" in said


def test_the_status_says_that_the_judge_itself_has_failed(graded):
    rows = [Row("rosa", 2.0, 2.0, 3.0, [Flag("f", f"{UNJUDGED} (ZeroDivisionError)")])]
    assert graded(rows=rows)[0] == 1


def test_what_cannot_be_graded_is_told_and_nothing_is_written(graded):
    status, said, asked = graded(error=GradingError("'x' is not an assignment; there are: [a]."))
    assert (status, said) == (1, "'x' is not an assignment; there are: [a].")
    assert "write_grades" not in asked


def test_a_gradebook_that_cannot_be_used_is_told(graded):
    error = OperationalError("INSERT ...", {}, Exception("database is locked"))
    error.__cause__ = error.orig
    status, said, asked = graded(error=error)
    assert (status, "gradebook.db cannot be used (database is locked)." in said) == (1, True)
    assert "write_grades" not in asked


def test_code_without_walls_is_told_unless_other_machines_run_it(graded):
    assert "Not sealed: without bubblewrap" in graded(sealed=False)[1]
    _, said, asked = graded(sealed=False, more=("--scheduler", "tcp://there"))
    assert "Not sealed" not in said
    assert asked["grade_assignment"][2] == "tcp://there"


@pytest.mark.parametrize("sign", ["\x1b]0;title\x07", "\r", "\x08", "\u202e"])
def test_no_name_steers_the_terminal(graded, sign):
    _, said, _ = graded(rows=[Row(f"ro{sign}sa", 1.0, 0.0, 0.0, [Flag(f"a{sign}b", f"c{sign}d")])])
    assert sign not in said
    assert "ro" in said


# ---- After grading by hand ----


def test_a_report_is_made_anew(graded, monkeypatch, course):
    graded()  # stands in for what writes
    asked = []
    monkeypatch.setattr(command, "renew_feedback", lambda *arguments: asked.append(arguments[:2]) or ["li[1]"])
    status, said = run("report", SET, "--root", course)
    assert asked == [(course, SET)]
    assert status == 1
    assert "no feedback could be written" in said
    assert "li[1]" in said
    assert f"Report: reports/{SET}.md." in said
    assert f"What the class gets wrong, without names: reports/{SET}_mistakes.html." in said


def test_before_anything_is_graded_there_is_no_report(course):
    status, said = run("report", SET, "--root", course)
    assert (status, said) == (1, f"nothing of {SET} has been graded. Grade first: make grade ASSIGNMENT={SET}")


# ---- Practising ----


def test_practice_tells_how_to_collect(monkeypatch, tmp_path):
    monkeypatch.setattr("course_utils.grading.practice.practice_submissions", lambda *_: {"practice-01": notebook()})
    monkeypatch.chdir(tmp_path)
    status, said = run("practice", SET, "--students", "1", "--root", tmp_path)
    assert status == 0
    folder = f"downloaded/{SET}/archive"
    collecting = f"make collect FROM={folder} ASSIGNMENT={SET} ROSTER=downloaded/{SET}/roster.csv"
    assert said == f"1 submissions in {folder}. Collect them: {collecting}"
    (tmp_path / "release" / SET).mkdir(parents=True)
    (tmp_path / "release" / SET / f"{SET}.ipynb").write_text(notebook())
    roster = tmp_path / "downloaded" / SET / "roster.csv"
    status, said = run("collect", tmp_path / folder, "--assignment", SET, "--root", tmp_path, "--roster", roster)
    assert status == 0
    assert "nothing from" not in said
    assert (tmp_path / "submitted" / "practice-01" / SET / f"{SET}.ipynb").exists()


def test_practice_without_such_an_assignment_is_told(tmp_path):
    status, said = run("practice", "99", "--root", tmp_path)
    assert status == 1
    assert said.startswith("99 is not an assignment")
