"""The folders that students hand in: nothing in them may lead out of the course, or stop the batch."""

import os
import stat
from contextlib import suppress
from pathlib import Path, PurePath

from nbgrader.utils import parse_utc

from course_utils.grading.limits import LARGEST_FILE
from course_utils.grading.platforms import is_litter, is_nobody

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"  # of a submission in an exchange: by it the student finds the page of feedback there


def handed_in(root: Path, assignment: str) -> dict[str, Path]:
    """Return the folders in which an assignment was handed in, submitted/STUDENT/ASSIGNMENT, by student; links too.

    What systems leave behind, such as __MACOSX, is no student.

    Args:
        root: the folder of the assignments.
        assignment: its name.
    """
    submitted = root / "submitted"
    folders = (student / assignment for student in sorted(submitted.iterdir())) if submitted.is_dir() else ()
    found = {folder.parent.name: folder for folder in folders if os.path.lexists(folder)}
    return {student: folder for student, folder in found.items() if not is_nobody(student)}


def notebooks_in(folder: Path) -> list[Path]:
    """Return the notebooks in submitted/STUDENT/ASSIGNMENT; none if there is no such folder."""
    return [path for path in sorted(folder.glob("*.ipynb")) if not is_litter(PurePath(path.name))]


def collected_since(root: Path, assignment: str, student: str) -> bool:
    """Whether a student's work was collected again after it was graded: the grade is that of the work before."""
    stamps = [root / place / student / assignment / TIMESTAMP for place in ("submitted", "autograded")]
    return all(stamp.exists() for stamp in stamps) and stamps[0].read_bytes() != stamps[1].read_bytes()


def tidy(folder: Path) -> None:
    """Remove links, pipes, devices and huge files, which nbgrader would copy, and a timestamp that is no time.

    Args:
        folder: submitted/STUDENT/ASSIGNMENT.
    """
    for above in (folder.parent, folder):
        if above.is_symlink():
            above.unlink()
            return
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place) / name
            status = path.lstat()
            ordinary = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
            if not ordinary or (path.suffix != ".ipynb" and status.st_size > LARGEST_FILE):
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
        if path.stat().st_size > 100:
            return False
        return parse_utc(path.read_text("utf-8").strip()) is not None
    except (OSError, ValueError, OverflowError):
        return False
