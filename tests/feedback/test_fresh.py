"""Answers that the bank does not know: the right ones are right, the wrong ones are not, and most of them get a reason."""

import numpy as np
import pytest

from course_utils.feedback.bank import find
from course_utils.feedback.checking import UNKNOWN, accepts, judge
from tests.feedback.fresh import RIGHT, WRONG

UNEXPLAINED = 0.1  # at most, of the wrong ones


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_are_accepted(name):
    for number, answer in enumerate(RIGHT[name]):
        assert accepts(find(name), answer), number


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_are_rejected(name):
    with np.errstate(all="ignore"):
        assert [number for number, answer in enumerate(WRONG[name]) if accepts(find(name), answer)] == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_few_wrong_answers_are_left_without_a_reason():
    with np.errstate(all="ignore"):
        told = {
            (name, at): judge(find(name), WRONG[name][at]).message for name in WRONG for at in range(0, len(WRONG[name]), 3)
        }
    unexplained = [slip for slip, message in told.items() if message == UNKNOWN]
    assert len(unexplained) <= UNEXPLAINED * len(told), unexplained
