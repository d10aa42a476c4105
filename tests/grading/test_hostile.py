"""The hostile corpus without walls: a batch of cheats, attacks and accidents, and honest people among them."""

import pytest

from tests.grading.accidents import accidents
from tests.grading.hostile import honest_cases, mixed, students_of
from tests.grading.judging import assert_feedback, assert_flags, assert_points, grade

pytestmark = pytest.mark.slow

CASES = mixed([case for case in accidents() if not case.walls], honest_cases())
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


def test_nothing_is_left_over(batch):
    assert batch.left == []
    assert not batch.report.sealed
    assert sorted(batch.scores) == STUDENTS


def test_the_batch_takes_its_time_and_no_more(batch):
    print(f"{len(STUDENTS)} submissions in {batch.seconds:.0f} s")
    assert batch.seconds < 600
