"""What a learner calls in a notebook: `check("euclidean", euclidean)`, `hint("euclidean")` and `score("01")`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from IPython import get_ipython
from IPython.display import display

from course_utils import checks
from course_utils.feedback import progress, scores, sets
from course_utils.feedback.bank import find
from course_utils.feedback.calls import CallError
from course_utils.feedback.checking import Verdict, judge

LADDER = ("a question", "the idea", "an example with other numbers", "a solution")
KEPT_BACK = "This set is graded: the solution is kept back. hint(name, 1) shows the first hint again."
NOT_WRITTEN = str(CallError("error", "NotImplementedError"))


class _OnlyItsText(Exception):  # noqa: N818 - no error of its own
    """In a notebook only its text is shown, no traceback: that would be of our code."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class NotYetRight(_OnlyItsText):
    """An answer is not right yet."""


class NotThere(_OnlyItsText, ValueError):  # noqa: N818 - as above
    """There is no exercise, no hint or no set of this name or number."""


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise NotThere(str(error)) from None


class Companion:
    """Checks answers, gives hints and keeps the score.

    Args:
        solutions: shows them; not in a set that is graded.
        counts: what a check says is kept for `score`, and an answer may not use what is not there when graded; not in a lesson,
            which has its solutions in the next cell.
    """

    def __init__(self, solutions: bool, counts: bool = True) -> None:
        self._solutions, self._counts = solutions, counts
        self._steps = len(LADDER) if solutions else len(LADDER) - 1

    def check(self, name: str, answer: Any) -> None:
        """Check an answer to an exercise, and say what is well, and which mistake it looks like.

        Whether it is right is kept for `score`, in a file of your own; an answer that is not begun changes nothing there.

        Args:
            name: of the exercise.
            answer: the function that you have written, without brackets.

        Raises:
            NotYetRight: the answer is not right; the text says why. In a notebook nothing but this text is shown.
            NotThere: there is no exercise of this name.
        """
        with _told_plainly():
            exercise = find(name)
        verdict = judge(exercise, answer, package=not self._counts)
        if self._counts and NOT_WRITTEN not in verdict.message:
            progress.note(name, right=verdict.right)
        if not verdict.right:
            raise NotYetRight(self._report(name, verdict))
        print(f"{name}: {verdict.message}")

    def hint(self, name: str, number: int | None = None) -> None:
        """Show a hint to an exercise: a question, the idea, an example with other numbers, a solution.

        How many you have taken is kept in a file of your own, and told to nobody.

        Args:
            name: of the exercise.
            number: of the hint, 1 to 4, as often as you like; without it, the next one. With 0 none counts as taken, and
                `hint(name)` begins with the first again.

        Raises:
            NotThere: there is no exercise of this name, or no hint of this number.
        """
        with _told_plainly():
            exercise = find(name)
            if number is not None:
                number = checks.whole_number("number", number, least=0, most=len(LADDER))
        taken = progress.read().get(name, progress.Done()).hints
        if number == 0:
            progress.note(name, hints=0)
            print(f'{name}: no hint counts as taken. hint("{name}") begins with the first.')
            return
        asked = number or min(taken + 1, self._steps)
        if asked > self._steps:
            print(KEPT_BACK)
            return
        print(f"Hint {asked} of {self._steps}, {LADDER[asked - 1]}:\n{exercise.hints[asked - 1]}")
        if asked == self._steps < len(LADDER):
            print(KEPT_BACK)
        progress.note(name, hints=max(taken, asked))

    def score(self, lesson: Any = None) -> None:
        """Show your points by the last checks, exercise by exercise, what is open, and model answers to compare yours with.

        Args:
            lesson: whose set, as "01" or 1; without it, a line for each set of the course.

        Raises:
            NotThere: this lesson has no set.
            DataError: the set's notebook cannot be read.
        """
        if lesson is None:
            print(scores.course())
            return
        with _told_plainly():
            number = sets.number_of(lesson)
        print(scores.one_set(number))
        if not self._solutions:
            print(scores.KEPT_BACK)
            return
        for task in scores.in_words(number):
            _show(scores.in_markdown(task), scores.in_text(task))

    def _report(self, name: str, verdict: Verdict) -> str:
        lines = [f"{name}: not yet right."]
        if verdict.passed:
            lines.append(f"Well so far: {', '.join(verdict.passed)}.")
        lines.append(verdict.message)
        taken = progress.read().get(name, progress.Done()).hints
        if taken < self._steps:
            lines.append(f'Stuck? hint("{name}") shows {LADDER[taken]} (hint {taken + 1} of {self._steps}).')
        return "\n".join(lines)


def _show(markdown: str, text: str) -> None:
    """Show Markdown in a notebook, and text elsewhere."""
    if hasattr(get_ipython(), "kernel"):
        display({"text/markdown": markdown, "text/plain": text}, raw=True)
    else:
        print(text)


_companion = Companion(solutions=True)
check, hint, score = _companion.check, _companion.hint, _companion.score
