"""A whole assignment: the same grades again and with nbgrader's own command, nothing stale, nothing lost with a worker."""

import json
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from distributed import CancelledError, KilledWorker
from distributed.scheduler import NoWorkerError

from course_utils.feedback.bank import find
from course_utils.feedback.checking import judge
from course_utils.grading import batch as batch_module
from course_utils.grading import papers
from course_utils.grading.batch import GradingError, grade_assignment, open_gradebook
from course_utils.grading.limits import Limits
from course_utils.grading.report import report_of, write_grades, write_report
from tests.grading.corpus.courses import SET, SOLUTIONS, answers, hand_in, make_course, page, points

LIMITS = Limits(cell_seconds=10, call_seconds=5, notebook_seconds=60)
RIGHT = {"euclidean": 2.0, "gram_matrix": 3.0}
NOTHING = {"euclidean": 0.0, "gram_matrix": 0.0}
SQUARED = "def euclidean(a, b):\n    return ((a - b) ** 2).sum(axis=-1)"


@pytest.fixture(scope="module")
def new_course(tmp_path_factory):
    """Return what makes a course into which nobody has handed in anything; it is built once and then copied."""
    built = make_course(tmp_path_factory.mktemp("new"))
    return lambda root: shutil.copytree(built, root)


@pytest.fixture(scope="module")
def course(new_course, tmp_path_factory):
    """Four students, graded once."""
    root = new_course(tmp_path_factory.mktemp("course") / "graded")
    hand_in(root, "all-right", answers(root, **SOLUTIONS, **{"w-why": "Because it is."}))
    hand_in(root, "no-root", answers(root, **SOLUTIONS | {"euclidean": SQUARED}))
    hand_in(root, "nothing", answers(root))
    hand_in(root, "no-notebook", b"hello")
    seen = []
    failed = grade_assignment(root, SET, limits=LIMITS, progress=lambda *told: seen.append(told))
    assert failed == {}
    assert [done for done, _, _ in seen] == [1, 2, 3, 4]
    return root


def automatic(scores):
    return {name: score for name, score in scores.items() if name in RIGHT}


@pytest.mark.slow
def test_points_are_those_that_were_earned(course):
    got = {student: automatic(scores) for student, scores in points(course).items()}
    assert got == {
        "all-right": RIGHT,
        "no-root": RIGHT | {"euclidean": 0.0},
        "nothing": NOTHING,
        "no-notebook": NOTHING,
    }


@pytest.mark.slow
def test_a_written_answer_waits_for_a_human_and_none_gets_nothing(course):
    assert points(course)["all-right"]["w-why"] is None
    assert points(course)["nothing"]["w-why"] == 0.0


@pytest.mark.slow
def test_feedback_names_the_mistake_and_is_whole(course):
    for student in points(course):
        assert page(course, student).rstrip().endswith("</html>")
    assert "squared distance" in page(course, "no-root")
    assert "cannot be read" in page(course, "no-notebook")
    assert "is not written yet" in page(course, "nothing")


@pytest.mark.slow
def test_the_report_tells_students_flags_and_mistakes(course, tmp_path):
    api = open_gradebook(course, SET)
    report = report_of(course, api, SET, failed={})
    assert not report.sealed
    assert {row.student: (row.score, row.by_hand) for row in report.rows} == {
        "all-right": (5.0, 3.0),
        "no-root": (3.0, 0.0),
        "nothing": (0.0, 0.0),
        "no-notebook": (0.0, 0.0),
    }
    assert [(student, flag.cell) for student, flag in report.flagged] == [("no-notebook", "notebook")]
    write_report(report, tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text("utf-8")
    assert "Not sealed" in text
    assert "| no-notebook | notebook | cannot be read: it is no notebook: its text is not JSON |" in text
    assert "squared distance" in text


@pytest.mark.slow
def test_grades_are_exported(course, tmp_path):
    write_grades(open_gradebook(course, SET), tmp_path / "grades.csv")
    lines = (tmp_path / "grades.csv").read_text("utf-8").splitlines()
    assert len(lines) == 5
    assert any(line.startswith(f"{SET},") and ",all-right," in line and line.endswith("5.0,0.0,5.0,8.0") for line in lines)


@pytest.mark.slow
def test_grading_again_gives_the_same(course):
    before = points(course)
    assert grade_assignment(course, SET, limits=LIMITS) == {}
    assert points(course) == before


@pytest.mark.slow
def test_nbgrader_itself_gives_the_same(course):
    before = points(course)
    command = [sys.executable, "-m", "nbgrader", "autograde", SET, "--force"]
    subprocess.run(command, cwd=course, check=True, capture_output=True, timeout=300)
    assert points(course) == before


@pytest.mark.slow
def test_a_course_and_students_may_have_names_like_patterns(new_course, tmp_path):
    root = new_course(tmp_path / "course [1]")
    wrong = ("rosa", "[abc]")
    students = ("li [1]", "li 1", "[abc]", "a", *(("rosa*", "rosa") if os.name == "posix" else ()))
    for student in students:
        hand_in(root, student, answers(root, **SOLUTIONS | ({"euclidean": SQUARED} if student in wrong else {})))
    assert grade_assignment(root, SET, limits=LIMITS) == {}
    expected = {student: RIGHT | ({"euclidean": 0.0} if student in wrong else {}) for student in students}
    assert {student: automatic(scores) for student, scores in points(root).items()} == expected
    for student in students:
        assert ("squared distance" in page(root, student)) == (student in wrong)
    command = [sys.executable, "-m", "nbgrader", "autograde", SET, "--student", "[[]abc]", "--force"]
    subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=300)  # nbgrader's own command takes a pattern
    assert automatic(points(root)["[abc]"]) == expected["[abc]"]


@pytest.mark.slow
def test_a_failed_grading_leaves_no_old_score(new_course, tmp_path):
    root = new_course(tmp_path / "course")
    hand_in(root, "first-right", answers(root, **SOLUTIONS))
    grade_assignment(root, SET, limits=LIMITS)
    assert automatic(points(root)["first-right"]) == RIGHT
    (root / "submitted" / "first-right" / SET / f"{SET}.ipynb").unlink()  # nbgrader itself fails now
    assert grade_assignment(root, SET, limits=LIMITS) == {"first-right": f"there is no {SET}.ipynb; no older score is left"}
    assert not (root / "feedback" / "first-right" / SET / f"{SET}.html").exists()  # it would tell the older score
    assert automatic(points(root)["first-right"]) == NOTHING
    hand_in(root, "first-right", answers(root, **SOLUTIONS))
    assert grade_assignment(root, SET, limits=LIMITS) == {}
    assert automatic(points(root)["first-right"]) == RIGHT


def by_heart(exercise, seed):
    """Return a function that knows the answers to the inputs of one seed, and nothing else."""
    known = {}
    for arguments in exercise.probes(np.random.default_rng(seed)):
        known[b"".join(argument.tobytes() for argument in arguments)] = exercise.solution(*arguments).tolist()
    return f"def {exercise.name}(*inputs):\n    return {known!r}[b''.join(x.tobytes() for x in inputs)]"


@pytest.mark.slow
def test_the_answers_to_the_visible_inputs_by_heart_earn_nothing(course):
    exercise = find("euclidean")
    scope = {}
    exec(by_heart(exercise, seed=0), scope)
    assert judge(exercise, scope["euclidean"]).right  # in the notebook it passes
    hand_in(course, "by-heart", answers(course, **SOLUTIONS | {"euclidean": by_heart(exercise, seed=0)}))
    grade_assignment(course, SET, limits=LIMITS)
    assert automatic(points(course)["by-heart"]) == RIGHT | {"euclidean": 0.0}


# ---- The way of a batch, without nbgrader and without workers ----

PAGE = "<html>...</html>\n"


class Api:
    """As much of nbgrader as a batch asks of it: it grades all but some, and writes pages, though not for all."""

    coursedir = SimpleNamespace(db_url="sqlite://")

    def __init__(self, root, refused=(), pages=()):
        self.root, self.refused, self.pages = root, refused, dict(pages)
        self.seen = {}

    def matching(self, pattern):
        """Return the students that a pattern means: nbgrader takes each name for one."""
        return [path.parent.name for path in (self.root / "submitted").glob(f"{pattern}/{SET}")]

    def autograde(self, assignment, student, force):
        found = self.matching(student)
        for name in found:
            assert name not in self.seen
            paper = papers.found(self.root, assignment, name)
            self.seen[name] = paper.read_text("utf-8") if paper.exists() else None
        return {"success": bool(found) and not set(found) & set(self.refused)}

    def generate_feedback(self, assignment, student, force):
        for name in self.matching(student):
            text = self.pages.get(name, PAGE)
            if text is not None:
                path = papers.page(self.root, assignment, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        return {"success": True}


@pytest.fixture
def batch(tmp_path, monkeypatch):
    """Return what grades: students with the content of their notebooks, as a worker that says "found" sees them."""
    (tmp_path / "release" / SET).mkdir(parents=True)
    (tmp_path / "release" / SET / f"{SET}.ipynb").write_text("{}")
    forgotten = []

    def graded(jobs, scheduler, root, submissions):
        ran = [job.student for job in jobs]
        return [(student, f"found {student}" if student in ran else None) for student in submissions]

    def run(handed_in, **api):
        for student, content in handed_in.items():
            hand_in(tmp_path, student, content)
        nbgrader = Api(tmp_path, **api)
        monkeypatch.setattr(batch_module, "open_gradebook", lambda *_, **__: nbgrader)
        monkeypatch.setattr(batch_module, "_graded", graded)
        monkeypatch.setattr(batch_module, "forget_scores", lambda *told: forgotten.append(told[1:]))
        seen = []
        failed = grade_assignment(tmp_path, SET, progress=lambda *told: seen.append(told))
        assert [done for done, _, _ in seen] == list(range(1, 1 + len(list((tmp_path / "submitted").iterdir()))))
        return failed, nbgrader.seen, forgotten

    run.root = tmp_path
    return run


NOTEBOOK = b'{"cells": []}'


def test_what_a_worker_has_found_is_there_when_nbgrader_asks(batch):
    failed, seen, forgotten = batch({"rosa": NOTEBOOK, "li": NOTEBOOK, "unreadable": b"hello"})
    assert (failed, forgotten) == ({}, [])
    assert seen == {"rosa": "found rosa", "li": "found li", "unreadable": None}


ODD_NAMES = ("li [1]", "li 1", "[abc]", "a", "ro{s}a", "%s", *(("rosa*", "rosa", "x?", "xy") if os.name == "posix" else ()))


def test_a_name_is_no_pattern(batch):
    failed, seen, _ = batch(dict.fromkeys(ODD_NAMES, NOTEBOOK))
    assert failed == {}
    assert seen == {name: f"found {name}" for name in ODD_NAMES}


def test_papers_of_an_older_grading_are_gone_before(batch):
    papers_of_rosa = [paper(batch.root, SET, "rosa") for paper in (papers.found, papers.page, papers.failure)]
    for paper in papers_of_rosa:
        paper.parent.mkdir(parents=True, exist_ok=True)
        paper.write_text("an older score")
    failed, seen, _ = batch({"rosa": b"hello"}, pages={"rosa": None})
    assert seen == {"rosa": None}
    assert failed == {"rosa": "graded, but there is no feedback"}
    assert [paper.exists() for paper in papers_of_rosa] == [False, False, True]
    assert papers_of_rosa[2].read_text("utf-8") == failed["rosa"]  # for a report that is made later
    assert batch({"rosa": b"hello"})[0] == {}
    assert not papers_of_rosa[2].exists()


def test_who_is_refused_keeps_no_score_and_what_was_found_of_it(batch):
    failed, _, forgotten = batch({"rosa": NOTEBOOK, "li": NOTEBOOK}, refused=["rosa"])
    assert failed == {"rosa": "nbgrader refused it; no older score is left"}
    assert forgotten == [(SET, "rosa")]
    assert papers.found(batch.root, SET, "rosa").read_text() == "found rosa"  # the report says what the matter is


def test_what_the_machine_cannot_read_is_told_and_no_zero_of_the_students(batch, monkeypatch):
    def tidy(folder):
        if folder.parent.name == "rosa":
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(batch_module, "tidy", tidy)
    failed, seen, forgotten = batch({"rosa": NOTEBOOK, "li": NOTEBOOK})
    assert list(seen) == ["li"]
    assert failed == {"rosa": "its folder cannot be read and tidied here (Permission denied); no older score is left"}
    assert forgotten == [(SET, "rosa")]


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_a_notebook_that_the_machine_cannot_read_stops_nobody_else(tmp_path, monkeypatch, error):
    def read(path):
        if path.parent.parent.name == "rosa":
            raise error
        return []

    monkeypatch.setattr(batch_module, "read_submission", read)
    folders = {student: tmp_path / student / SET for student in ("rosa", "li")}
    jobs = batch_module._jobs(tmp_path, SET, folders, "{}", LIMITS)
    assert [job.student for job in jobs] == ["li"]


def test_the_reason_why_nbgrader_refuses_is_told(batch, monkeypatch):
    log = "[ERROR] ...\nTraceback\nRuntimeError: the cell check-f was not judged\n[ERROR] see above\n"
    autograde = Api.autograde
    monkeypatch.setattr(Api, "autograde", lambda *told, **more: autograde(*told, **more) | {"log": log})
    told = "nbgrader refused it (RuntimeError: the cell check-f was not judged); no older score is left"
    assert batch({"rosa": NOTEBOOK}, refused=["rosa"])[0] == {"rosa": told}


class Future:
    """As much of Dask's as is asked: it raises."""

    def __init__(self, error, status="error"):
        self.error, self.status = error, status

    def result(self):
        raise self.error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError("no memory"), "no memory"),
        (ValueError("x" * 1000), f"{'x' * 300}"),
        (KilledWorker("task", None, 3), "each of the workers that ran it died"),
    ],
)
def test_a_submission_that_the_machines_failed_is_a_flag_and_no_judgement(error, told):
    read = json.loads(batch_module._said(Future(error)))
    assert read["right"] == {}
    assert [flag["reason"] for flag in read["flags"]] == [f"not graded, the machines failed it: {told}"]


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (CancelledError(), "cancelled", "the scheduler has ended"),
        (OSError("Timed out trying to connect"), "finished", "the scheduler has ended"),
        (NoWorkerError("task", 600.0), "error", "no worker was left for 10 minutes"),
    ],
)
def test_where_no_machine_is_left_the_batch_ends_and_judges_nobody(error, status, told):
    with pytest.raises(GradingError, match=rf"{told}.* What was graded before this stands\. Mend that, and grade again\."):
        batch_module._said(Future(error, status))


def test_a_secret_that_is_none_is_told(batch):
    (batch.root / "secret.key").write_text("short")
    with pytest.raises(GradingError, match=r"holds 5 characters, expected at least 32\. Remove it"):
        list(batch_module._jobs(batch.root, SET, {}, "{}", LIMITS))


def test_a_scheduler_that_cannot_be_is_told(tmp_path):
    with pytest.raises(GradingError, match="'nowhere' is no address of a cluster"), batch_module._client("nowhere", tmp_path):
        pass


def test_a_notebook_under_another_name_is_told(batch):
    hand_in(batch.root, "rosa", NOTEBOOK)
    folder = batch.root / "submitted" / "rosa" / SET
    (folder / f"{SET}.ipynb").rename(folder / "Untitled.ipynb")
    failed, seen, _ = batch({}, refused=["rosa"])
    assert seen == {"rosa": None}
    assert failed == {"rosa": f"there is no {SET}.ipynb, but Untitled.ipynb; no older score is left"}


@pytest.mark.parametrize("page", [None, "", "<html>... cut o"])
def test_feedback_that_is_not_whole_is_told(batch, page):
    assert batch({"rosa": NOTEBOOK}, pages={"rosa": page})[0] == {"rosa": "graded, but there is no feedback"}


@pytest.mark.parametrize(
    ("name", "told"), [("no_set", f"'no_set' is not an assignment; there are: {SET}"), (SET, f"nobody has handed in {SET}")]
)
def test_what_cannot_be_graded_is_told(batch, name, told):
    with pytest.raises(GradingError, match=told):
        grade_assignment(batch.root, name)
