"""The check and grading say the same of right answers, of mistakes, of mutants. `agreement` tries more by hand."""

import pytest

from course_utils.feedback.bank import every_exercise
from course_utils.feedback.checking import Trials
from tests.feedback.agreement import disagreements, said, undiagnosed

BANK = every_exercise()
FEW, MORE = 4, 40  # mutants of each exercise, in the quick half and in the other


@pytest.mark.parametrize("exercise", BANK.values(), ids=BANK)
def test_of_right_answers_and_of_mistakes(exercise):
    answers = [
        (answer, right) for right, table in ((True, exercise.right), (False, exercise.wrong)) for answer in table.values()
    ]
    with undiagnosed():
        for number, (answer, right) in enumerate(answers[:: len(answers) // 4]):
            assert said(exercise, answer, number) == (right, right)


@pytest.mark.parametrize("exercise", BANK.values(), ids=BANK)
@pytest.mark.parametrize("most", [FEW, pytest.param(MORE, marks=pytest.mark.slow)])
def test_of_mutants(exercise, most):
    found, _ = disagreements(exercise, most)
    assert not found


def test_an_answer_that_is_right_for_the_check_alone_is_seen():
    exercise = BANK["far_for_gallery"]
    known = {repr(one): exercise.solution(*one) for one in Trials.of(exercise, 0).decisive}
    assert said(exercise, lambda *arguments: known.get(repr(arguments), 0.0)) == (True, False)
