"""What students hand in where all users are one to the disk: kept in the name that the hub gives, with the time of this clock.

In the folder of the course a lecturer puts release/ASSIGNMENT/, roster.csv and feedback/STUDENT/ASSIGNMENT/. What comes in is
written to handed_in/ASSIGNMENT/STUDENT+ASSIGNMENT+TIME UTC received/, and `make collect` reads handed_in/ASSIGNMENT as it is:
no student has given these names.
"""

import glob
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from course_utils.data.files import written_whole
from course_utils.errors import DataError
from course_utils.grading import papers
from course_utils.grading.collecting import named_cells
from course_utils.grading.configuration import ROSTER
from course_utils.grading.limits import LARGEST_FILE
from course_utils.grading.platforms import sender
from course_utils.grading.roster import read_roster

MOST_BYTES = 10 * LARGEST_FILE  # that one student can hand in of one assignment: the disk is everybody's


class RefusedError(ValueError):
    """What a student asks for cannot be; the text tells the student why, and what to do."""


@dataclass(frozen=True)
class Receipt:
    """That a notebook was handed in.

    Attributes:
        time: when it came in, by the clock of this machine.
        sha256: of its content.
    """

    time: datetime
    sha256: str


def student_of(root: Path, account: str) -> str:
    """Return whose account of the hub this is. The hub writes all names small; in the roster they need not be.

    Args:
        root: the folder of the course.
        account: its name on the hub.

    Raises:
        RefusedError: nobody in the roster has it.
        DataError: the roster cannot be read, or has a name that no folder here can have.
    """
    students = {student.lower(): student for student in read_roster(root / ROSTER).students}
    for student in students.values():
        if "+" in student:  # it stands between the parts of a folder's name
            raise DataError(f"{root / ROSTER}: {student!r} has a +. Give the roster a column student_id with names without it.")
    if account not in students:
        raise RefusedError(f"You are {account} here, and nobody in the roster of this course is. Ask your lecturer to add you.")
    return students[account]


def exercises(root: Path, assignment: str) -> bytes:
    """Return the notebook of an assignment as it was released.

    Raises:
        RefusedError: there is no such assignment.
    """
    released = {path.stem: path for path in (root / "release").glob("*/*.ipynb") if path.stem == path.parent.name}
    if assignment not in released:
        raise RefusedError(f"There is no assignment {assignment}. There are: {', '.join(sorted(released)) or 'none yet'}.")
    return released[assignment].read_bytes()


def hand_in(root: Path, student: str, assignment: str, content: bytes) -> Receipt:
    """Keep a notebook beside all that the student has handed in before, and return the receipt.

    Args:
        root: the folder of the course.
        student: whose it is.
        assignment: its name.
        content: the notebook.

    Raises:
        RefusedError: there is no such assignment, this is no notebook of it, or it is too much.
        OSError: it cannot be written.
    """
    if not named_cells(content).keys() & named_cells(exercises(root, assignment)).keys():
        raise RefusedError(
            f"This is not {assignment}: it cannot be read as a notebook, or has none of its questions. "
            "Save it in JupyterLab, and give the right one."
        )
    kept = root / "handed_in" / assignment
    if sum(path.stat().st_size for path, _ in _handed_in(kept, student)) + len(content) > MOST_BYTES:
        raise RefusedError(
            f"More than {MOST_BYTES // 2**20} MB of {assignment} are not taken from you. What you have handed in is kept, and "
            "the last one counts. Ask your lecturer."
        )
    folder, time = _new_folder(kept, student)
    with written_whole(folder / f"{assignment}.ipynb") as file:
        file.write(content)
    return _receipt(content, time)


def receipts(root: Path, student: str, assignment: str) -> list[Receipt]:
    """Return what a student has handed in of an assignment, the last one last.

    Raises:
        RefusedError: there is no such assignment.
    """
    exercises(root, assignment)
    return [_receipt(path.read_bytes(), time) for path, time in _handed_in(root / "handed_in" / assignment, student)]


def feedback(root: Path, student: str, assignment: str) -> bytes:
    """Return a student's own page of feedback.

    Raises:
        RefusedError: there is no such assignment, or no page yet.
    """
    exercises(root, assignment)
    page = papers.page(root, assignment, student)
    if not page.exists():
        raise RefusedError(f"There is no feedback on {assignment} for you yet.")
    return page.read_bytes()


def _new_folder(kept: Path, student: str) -> tuple[Path, datetime]:
    """Make a folder with the time in its name, which no other has: of two at once one is the last."""
    while True:
        time = datetime.now(UTC)
        folder = kept / f"{student}+{kept.name}+{time:%Y-%m-%d %H:%M:%S.%f} UTC received"
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
            return folder, time


def _handed_in(kept: Path, student: str) -> Iterator[tuple[Path, datetime]]:
    """Yield a student's notebooks in handed_in/ASSIGNMENT and when they came, the last one last."""
    name = f"{glob.escape(student)}+{glob.escape(kept.name)}"
    for path in sorted(kept.glob(f"{name}+*/*.ipynb")):
        sent_by = sender(PurePosixPath(path.relative_to(kept)), kept.name)
        if sent_by is not None and sent_by.time is not None:
            yield path, sent_by.time


def _receipt(content: bytes, time: datetime) -> Receipt:
    return Receipt(time, hashlib.sha256(content).hexdigest())
