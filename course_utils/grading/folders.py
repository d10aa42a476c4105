"""The folders that students hand in: nothing in them may lead out of the course, or stop the batch."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from nbgrader.utils import parse_utc

TIMESTAMP = "timestamp.txt"


def tidy(folder: Path) -> None:
    """Remove links, pipes and devices from a submission, which nbgrader would follow, and a timestamp that is no time.

    Args:
        folder: submitted/STUDENT/ASSIGNMENT.
    """
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place) / name
            mode = path.lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                path.unlink()
    timestamp = folder / TIMESTAMP
    if timestamp.exists() and not _is_time(timestamp):
        timestamp.unlink()


def clear(folder: Path) -> None:
    """Remove what is neither a notebook nor the timestamp: feedback would carry it back to the student.

    Args:
        folder: autograded/STUDENT/ASSIGNMENT.
    """
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            if Path(place) != folder or not (name.endswith(".ipynb") or name == TIMESTAMP):
                (Path(place) / name).unlink()
        for name in folders:
            with suppress(OSError):
                (Path(place) / name).rmdir()


def _is_time(path: Path) -> bool:
    try:
        return parse_utc(path.read_text("utf-8").strip()) is not None
    except (OSError, ValueError, OverflowError):
        return False
