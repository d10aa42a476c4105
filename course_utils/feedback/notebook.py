"""What a learner calls in a notebook: `check("euclidean", euclidean)` and `hint("euclidean")`."""

import json
from typing import Any

from course_utils.data.archives import CACHE
from course_utils.data.files import written_whole
from course_utils.feedback.bank import find
from course_utils.feedback.checking import Verdict, judge

REMEMBERED = CACHE / "hints.json"  # how many hints of each exercise were taken on this computer
LADDER = ("a question", "the idea", "an example with other numbers", "a solution")


class NotYetRight(Exception):  # noqa: N818 - the name that the learner reads
    """An answer is not right yet. In a notebook only its text is shown, no traceback: that would be of our code."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def check(name: str, answer: Any) -> None:
    """Check an answer to an exercise, and say what is well, and which mistake it looks like.

    Args:
        name: of the exercise.
        answer: the function that you have written, without brackets.

    Raises:
        NotYetRight: the answer is not right; the text says why. In a notebook nothing but this text is shown.
        ValueError: there is no exercise of this name.
    """
    verdict = judge(find(name), answer)
    if not verdict.right:
        raise NotYetRight(_report(name, verdict))
    print(f"{name}: {verdict.message}")


def hint(name: str) -> None:
    """Show the next hint to an exercise: a question, the idea, an example with other numbers, a solution.

    How many you have taken is remembered on this computer, and told to nobody.

    Raises:
        ValueError: there is no exercise of this name.
    """
    exercise = find(name)
    rung = min(_taken(name), len(LADDER) - 1)
    print(f"Hint {rung + 1} of {len(LADDER)}, {LADDER[rung]}:\n{exercise.hints[rung]}")
    _remember(name, rung + 1)


def _report(name: str, verdict: Verdict) -> str:
    lines = [f"{name}: not yet right."]
    if verdict.passed:
        lines.append(f"Well so far: {', '.join(verdict.passed)}.")
    lines.append(verdict.message)
    rung = _taken(name)
    if rung < len(LADDER):
        lines.append(f'Stuck? hint("{name}") shows {LADDER[rung]} (hint {rung + 1} of {len(LADDER)}).')
    return "\n".join(lines)


def _read() -> dict[str, int]:
    """Return what is remembered; a file that cannot be read counts as none, for hints are not worth an error."""
    try:
        remembered = json.loads(REMEMBERED.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(remembered, dict):
        return {}
    return {str(name): taken for name, taken in remembered.items() if isinstance(taken, int) and taken >= 0}


def _taken(name: str) -> int:
    return _read().get(name, 0)


def _remember(name: str, taken: int) -> None:
    try:
        REMEMBERED.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(REMEMBERED) as file:
            file.write(json.dumps(_read() | {name: taken}, indent=1).encode())
    except OSError:  # a read-only folder: the next hint will be this one again
        return
