"""In a lesson a check stops nothing, and a guess is held against what came out."""

from pathlib import Path

import numpy as np
import pytest

from course_utils.faces.distances import euclidean
from course_utils.feedback import progress
from course_utils.feedback.bank import find
from course_utils.feedback.checking import judge
from course_utils.feedback.lesson import check, guess


@pytest.fixture(autouse=True)
def nobodys_progress(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(progress.NAMED_BY, str(tmp_path / "progress.json"))


def test_a_wrong_answer_is_told_and_the_lesson_goes_on(capsys):
    check("euclidean", lambda a, b: ((a - b) ** 2).sum(axis=1))
    told = capsys.readouterr().out
    assert told.startswith("euclidean: not yet right.")
    assert "squared distance" in told
    assert progress.read() == {}


def test_a_right_answer_counts_no_points_for_the_lesson_has_its_solution_in_the_next_cell(capsys):
    check("euclidean", lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=1)))
    assert "Right" in capsys.readouterr().out
    assert progress.read() == {}


def test_a_lesson_takes_an_answer_that_calls_what_the_lesson_has_imported_and_an_exercise_does_not(capsys):
    def identify(query, names, gallery, tau):
        d = euclidean(query, gallery)
        return names[d.argmin()] if d.min() <= tau else "not recognized"

    identify.__module__ = "__main__"  # as in a notebook
    check("identify", identify)
    assert capsys.readouterr().out.startswith("identify: Right")
    assert not judge(find("identify"), identify).right


def test_an_answer_that_is_not_begun_is_no_mistake(capsys):
    def euclidean(a, b):
        raise NotImplementedError()

    check("euclidean", euclidean)
    told = 'euclidean: yours to write; the folded cell below has a solution.\nhint("euclidean") asks you a question.\n'
    assert capsys.readouterr().out == told
    assert progress.read() == {}


def test_an_exercise_that_is_not_there_stops_the_cell():
    with pytest.raises(ValueError, match="euclid"):
        check("euclid", np.add)


@pytest.mark.parametrize(
    ("value", "number", "unit", "told"),
    [
        (..., 44.13, "%", "The answer: 44.1%.\n(To compare it with yours, write a number in place of the dots.)"),
        (60, 44.13, "%", "You guessed 60%. The answer: 44.1%. Your guess is 15.9 points too high."),
        (np.int64(3), 5, "", "You guessed 3. The answer: 5. Your guess is 2 too low."),
        (0.5, 0.5, "", "You guessed 0.5. The answer: 0.5. Your guess is right."),
        (4000, 4608, "weights", "You guessed 4,000 weights. The answer: 4,608 weights. Your guess is 608 weights too low."),
        (0, 0, "pairs", "You guessed 0 pairs. The answer: 0 pairs. Your guess is right."),
    ],
)
def test_a_guess_says_how_far_off_it_was(capsys, value, number, unit, told):
    guess(value).is_really(number, unit)
    assert capsys.readouterr().out.strip() == told


@pytest.mark.parametrize("value", ["forty", None, float("nan"), True])
def test_a_guess_is_a_number(value):
    with pytest.raises(ValueError, match="value: expected a number"):
        guess(value)
