"""What a learner calls in a lesson: `check` and `hint`, as in the exercises but that nothing stops the run, and `guess`."""

from typing import Any

from course_utils.feedback.guessing import guess
from course_utils.feedback.notebook import NOT_WRITTEN, Companion, NotYetRight

_companion = Companion(solutions=True, counts=False)
hint = _companion.hint

__all__ = ["check", "guess", "hint"]


def check(name: str, answer: Any) -> None:
    """Check a function of yours, and say what is well, and which mistake it looks like.

    The lesson goes on in any case: the folded cell that follows has a solution. So points are counted in the exercises only.

    Args:
        name: of the exercise.
        answer: the function that you have written, without brackets.

    Raises:
        NotThere: there is no exercise of this name.
    """
    try:
        _companion.check(name, answer)
    except NotYetRight as told:
        if NOT_WRITTEN in str(told):
            print(f"{name}: yours to write; the folded cell below has a solution.")
            print(f'hint("{name}") asks you a question.')
        else:
            print(told)
