"""No slip of a general kind is taken for right, in any exercise."""

import numpy as np
import pytest

from course_utils.feedback.bank import every_exercise
from course_utils.feedback.checking import accepts
from tests.feedback.slips import HARMLESS, slips

BANK = {name: exercise for name, exercise in every_exercise().items() if exercise.unique}
SEEDS = range(2)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", BANK)
def test_no_slip_is_taken_for_right(name):
    exercise = BANK[name]
    with np.errstate(all="ignore"):
        accepted = {(name, slip) for slip, answer in slips(exercise) if any(accepts(exercise, answer, seed) for seed in SEEDS)}
    assert accepted == {slip for slip in HARMLESS if slip[0] == name}
