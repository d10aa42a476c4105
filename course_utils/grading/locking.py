"""One writer at a time in a course: our commands and nbgrader's hold a lock in its folder, which ends with their process."""

import atexit
import os
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import locket
from nbgrader import apps
from nbgrader.apps.dbapp import DbBaseApp
from nbgrader.converters.base import BaseConverter

from course_utils.data.files import written_whole

LOCK, HOLDER = ".lock", ".lock-holder.txt"
# What writes into a course, or reads what must not change meanwhile.
WRITERS = (
    apps.AssignApp,
    apps.AutogradeApp,
    apps.CollectApp,
    DbBaseApp,
    apps.ExportApp,
    apps.FeedbackApp,
    apps.GenerateAssignmentApp,
    apps.GenerateFeedbackApp,
    apps.GenerateSolutionApp,
    apps.ReleaseApp,
    apps.ReleaseAssignmentApp,
    apps.ReleaseFeedbackApp,
    apps.ZipCollectApp,
)
_start_command, _start_converter = apps.NbGrader.start, BaseConverter.start
_held = threading.local()  # the courses that this thread holds: a command calls others within
_until_the_end = ExitStack()
atexit.register(_until_the_end.close)


class CourseBusyError(RuntimeError):
    """Somebody else is writing into the course; the text says who."""


@contextmanager
def one_writer(root: Path, work: str) -> Iterator[None]:
    """Hold a course: nobody else writes into it meanwhile. Who holds it already goes on.

    The system lets go of the lock when the process ends, however it ends.

    Args:
        root: the folder of the assignments.
        work: what is being done, for the others to read.

    Raises:
        CourseBusyError: somebody else holds it.
    """
    root = root.resolve()
    mine: set[Path] = _held.__dict__.setdefault("courses", set())
    if root in mine or not root.is_dir():  # where there is no course, there is nothing to keep
        yield
        return
    lock = locket.lock_file(str(root / LOCK), timeout=0)
    try:
        lock.acquire()
    except locket.LockError:
        raise CourseBusyError(f"{_holder(root)} Nothing was changed. Wait until that is done, then try again.") from None
    mine.add(root)
    try:
        with written_whole(root / HOLDER) as file:
            since = f"{datetime.now():%Y-%m-%d %H:%M:%S}"
            file.write(f"{work} (process {os.getpid()} on {platform.node()}, since {since})".encode())
        yield
    finally:
        (root / HOLDER).unlink(missing_ok=True)
        mine.discard(root)
        lock.release()


def lock_nbgrader() -> None:
    """Make nbgrader's own commands, and what the formgrader starts, take their turn too."""
    apps.NbGrader.start = _command
    BaseConverter.start = _converter


def _holder(root: Path) -> str:
    try:
        return f"{root} is in use: {(root / HOLDER).read_text('utf-8')}."
    except OSError:  # it has begun in this moment, or is just done
        return f"{root} is in use."


def _command(self: apps.NbGrader) -> None:
    """Start a command of nbgrader's, which holds the course until its process ends."""
    if isinstance(self, WRITERS):
        try:
            _until_the_end.enter_context(one_writer(Path(self.coursedir.root), " ".join(["nbgrader", *sys.argv[1:]])))
        except CourseBusyError as error:
            self.fail("%s", error)
    _start_command(self)


def _converter(self: BaseConverter) -> None:
    """Start what turns notebooks into others, in a process that may do more than that: the formgrader."""
    with one_writer(Path(self.coursedir.root), f"{type(self).__name__} of {self.coursedir.assignment_id}"):
        _start_converter(self)
