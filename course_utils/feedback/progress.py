"""What one learner has done so far: exercises that are right, hints that were taken. Kept in one file, and sent nowhere.

A learner is an account: the file is in its home folder, so whoever shares a computer or a copy of the course with others has
a file of their own. Where the learners of a JupyterHub share an account, their names on the hub tell them apart; for any
other case the variable FACES_AND_STYLE_PROGRESS names the file.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from course_utils.data.files import written_whole

NAMED_BY = "FACES_AND_STYLE_PROGRESS"


@dataclass(frozen=True)
class Done:
    """What has been done of one exercise.

    Attributes:
        right: whether the last check of an answer said "Right.".
        hints: how many of its hints were taken.
    """

    right: bool = False
    hints: int = 0


def place() -> Path:
    """Return the file of this learner; it need not be there."""
    if named := os.environ.get(NAMED_BY):
        return Path(named).absolute()
    learner = os.environ.get("JUPYTERHUB_USER", "")
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  # of a user without a home it is "~"; a Path would raise
    return home / ".faces-and-style" / (f"progress-{quote(learner, safe='@')}.json" if learner else "progress.json")


def read() -> dict[str, Done]:
    """Return what has been done, by exercise. A damaged file counts as none: it must keep nobody from work."""
    try:
        kept = json.loads(place().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: _done(entry) for name, entry in kept.items() if isinstance(entry, dict)} if isinstance(kept, dict) else {}


def _done(entry: dict[str, Any]) -> Done:
    right, hints = entry.get("right"), entry.get("hints")
    return Done(right is True, hints if type(hints) is int and hints > 0 else 0)


def note(exercise: str, *, right: bool | None = None, hints: int | None = None) -> None:
    """Keep what is new of an exercise; where the file cannot be written, it is forgotten.

    Args:
        exercise: its name.
        right: whether it is right now, if that is known.
        hints: how many hints of it count as taken, if that is known.
    """
    done = read()
    before = done.get(exercise, Done())
    done[exercise] = Done(before.right if right is None else right, before.hints if hints is None else hints)
    file = place()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # nobody else on the computer reads it
        with written_whole(file) as stream:
            stream.write(json.dumps({name: asdict(one) for name, one in done.items()}, indent=1).encode())
    except OSError:  # a home that is read-only, a full disk: what was asked for has been shown all the same
        return
