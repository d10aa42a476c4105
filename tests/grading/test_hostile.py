"""The hostile corpus without walls: a batch of cheats, attacks and accidents, and honest people among them.

A part of them, to save time; tests/sandbox has all.
"""

import pytest

from tests.grading.corpus.accidents import accidents, beginnings
from tests.grading.corpus.attacks import attacks
from tests.grading.corpus.cheats import cheats
from tests.grading.corpus.hostile import honest_cases, mixed, students_of
from tests.grading.corpus.judging import EachSubmission, assert_whole, grade
from tests.grading.corpus.sieges import sieges

pytestmark = pytest.mark.slow

PART = cheats()[::4] + accidents()[len(beginnings()) :: 5] + beginnings() + attacks()[::10] + sieges()[::8]
CASES = mixed([case for case in PART if not case.walls], honest_cases())
STUDENTS = sorted(students_of(CASES))


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    return grade(tmp_path_factory.mktemp("hostile"), CASES)


@pytest.mark.parametrize("student", STUDENTS)
class TestWithoutWalls(EachSubmission):
    """Each submission, without walls."""


def test_the_batch_is_whole_and_nothing_is_left_over(batch):
    assert_whole(batch, sealed=False)
