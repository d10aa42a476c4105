"""nbgrader's own commands and ours on hostile submissions: the same grades, and nothing left of older ones."""

import os
import shutil
import subprocess
import sys
import threading

import pytest

from course_utils.grading.batch import grade_assignment, open_gradebook
from course_utils.grading.report import write_grades
from tests.grading.corpus.accidents import accidents
from tests.grading.corpus.attacks import attacks
from tests.grading.corpus.cheats import cheats
from tests.grading.corpus.hostile import ALL, POINTS, SET, Case, hand_in, honest_cases, mixed
from tests.grading.corpus.judging import LIMITS, assert_points, checks_of, grade, scores_of

SOME = (
    "calls-sys-exit",
    "copies-an-answer",
    "loses-its-metadata",
    "latin-1",
    "always-equal",
    "forges-points",
    "notebook-is-a-link",
    "html-in-the-notebook",
    "crashes-when-called",
)
BROKEN = {"no-json": b"hello", "pipe": None, "nothing": b""}


def with_nbgrader(root, *options):
    """Grade with nbgrader's own command."""
    command = [sys.executable, "-m", "nbgrader", "autograde", SET, "--force", *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=1800, check=False)


def small_batch(folder):
    some = [case for case in accidents() + cheats() + attacks() if case.name in SOME]
    assert len(some) == len(SOME)
    return grade(folder, mixed(some, honest_cases()[1:3]))


def test_grading_again_and_nbgraders_own_command_give_the_same_grades(tmp_path):
    batch = small_batch(tmp_path)
    for student in batch.students:
        assert_points(batch, student)
    grade_assignment(batch.root, SET, limits=LIMITS)
    assert scores_of(batch.root) == batch.scores
    for student, case in batch.students.items():  # what was tidied away is handed in again
        shutil.rmtree(batch.root / "submitted" / student)
        hand_in(batch.root, student, case)
    (batch.root / "gradebook.db").unlink()
    open_gradebook(batch.root, SET)
    ran = with_nbgrader(batch.root)
    assert "Traceback" not in ran.stderr, ran.stderr[-3000:]
    got = scores_of(batch.root)
    without = {student for student, case in batch.students.items() if not case.page}
    assert {student: scores for student, scores in got.items() if student not in without} == {
        student: scores for student, scores in batch.scores.items() if student not in without
    }
    assert not any(score for student in without for score in got.get(student, {}).values())


@pytest.mark.parametrize("ours", [True, False])
def test_a_broken_submission_keeps_nothing_of_an_older_one(tmp_path, ours):
    root = grade(tmp_path, [Case(name, honest_cases()[0].make, ALL) for name in ("keeps", *BROKEN)]).root
    before = scores_of(root)
    for student, scores in before.items():
        assert checks_of(scores) == {f"check-{name}": POINTS[name] for name in ALL}
        path = root / "submitted" / student / SET / f"{SET}.ipynb"
        name = student.partition("-")[2]
        if name in BROKEN:
            path.unlink()
            os.mkfifo(path) if BROKEN[name] is None else path.write_bytes(BROKEN[name])
    if ours:
        thread = threading.Thread(target=grade_assignment, args=(root, SET), kwargs={"limits": LIMITS}, daemon=True)
        thread.start()
        thread.join(1800)
        assert not thread.is_alive()
    else:
        with_nbgrader(root)
    write_grades(open_gradebook(root, SET), root / "grades.csv")
    lines = [line for line in (root / "grades.csv").read_text("utf-8").splitlines() if line.startswith(f"{SET},")]
    for student, scores in scores_of(root).items():
        kept = student.endswith("keeps")
        assert all(scores[f"check-{name}"] == (POINTS[name] if kept else 0.0) for name in ALL)
        line = next(line for line in lines if f",{student}," in line)
        assert float(line.split(",")[-2]) == (sum(POINTS.values()) if kept else 0.0)
