"""The hostile corpus without walls: a batch of cheats, attacks and accidents, and honest people among them.

All cheats, and a third of the others, to save time; tests/sandbox has all of them.
"""

import os

import pytest

from tests.grading.accidents import accidents
from tests.grading.attacks import attacks
from tests.grading.cheats import cheats
from tests.grading.hostile import honest_cases, mixed, students_of
from tests.grading.judging import LIMITS, assert_feedback, assert_flags, assert_points, grade

pytestmark = pytest.mark.slow

CASES = mixed([case for case in cheats() + accidents()[::3] + attacks()[::3] if not case.walls], honest_cases())
STUDENTS = sorted(students_of(CASES))


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    return grade(tmp_path_factory.mktemp("hostile"), CASES)


@pytest.mark.parametrize("student", STUDENTS)
def test_points_are_those_that_were_earned(batch, student):
    assert_points(batch, student)


@pytest.mark.parametrize("student", STUDENTS)
def test_the_report_flags_what_a_human_should_see(batch, student):
    assert_flags(batch, student)


@pytest.mark.parametrize("student", STUDENTS)
def test_feedback_is_whole_and_tells_nothing_hidden(batch, student):
    assert_feedback(batch, student)


def test_every_submission_has_a_score_and_nothing_is_left_over(batch):
    assert sorted(batch.scores) == STUDENTS
    assert sorted(row.student for row in batch.report.rows) == STUDENTS
    assert batch.left == []
    assert not batch.report.sealed


def test_the_batch_ends_within_the_limits(batch):
    print(f"{len(STUDENTS)} submissions in {batch.seconds:.0f} s")
    assert batch.seconds < len(STUDENTS) * LIMITS.notebook_seconds / os.cpu_count()
