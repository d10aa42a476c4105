"""nbgrader's exchange, where students of one machine hand in: its submissions, each held against the account that owns it.

A folder USER+ASSIGNMENT+TIME+LETTERS in the exchange has its name from whoever made it. Its owner it has from the system.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath

from course_utils.grading.limits import LARGEST_FILE
from course_utils.grading.packed import PackedFile, TooLargeError
from course_utils.grading.platforms import EXCHANGE


class NotTheirsError(ValueError):
    """A submission does not belong to the account that its name tells."""


def account_of(uid: int) -> str:
    """Return the name of the account with a number; a number without an account names itself."""
    import pwd  # Windows has none, and no exchange

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"


def exchange_of(folder: Path) -> Path | None:
    """Return the folder of a course in an exchange, where students hand in, or to which this inbound belongs; else None."""
    whole = folder.resolve()
    course = whole.parent if whole.name == "inbound" else whole
    return course if (course / "inbound").is_dir() and (course / "outbound").is_dir() else None


def submissions(exchange: Path, assignment: str) -> Iterator[PackedFile]:
    """Yield the files of all submissions of an assignment, those of one and the same student too.

    A file is read only if it and its folder belong to the account that the folder names: else reading it raises
    `NotTheirsError`, which says what to do. No link is followed. A file's time is the system's, of its last change.

    Args:
        exchange: the folder of the course in the exchange, with inbound/.
        assignment: its name.
    """
    for folder in sorted((exchange / "inbound").iterdir()):
        named = EXCHANGE.match(f"{folder.name}/")
        if named and named["assignment"] == assignment:
            yield from _files(folder, named["user"])


def _files(folder: Path, user: str) -> Iterator[PackedFile]:
    try:
        paths = sorted(folder.iterdir()) if not folder.is_symlink() else [folder / "a link.ipynb"]
    except OSError:  # closed to the lecturer: reading says so
        paths = [folder / "closed.ipynb"]
    for path in paths:
        try:
            changed = path.lstat().st_ctime_ns
        except OSError:
            changed = 0
        time = datetime.fromtimestamp(changed / 1e9, UTC)
        yield PackedFile(PurePosixPath(folder.name, path.name), time, partial(_read, folder, path.name, user, changed))


def _read(folder: Path, name: str, user: str, changed: int) -> bytes:
    """Return the content of a file, after the owners of its folder and of itself, and its last change, were looked at.

    All is asked of what has been opened, not of the name: between two looks a student could put a link in its place, or
    another file.
    """
    with _opened(folder, os.O_DIRECTORY) as inside:
        _check_owner(os.fstat(inside), user)
        with _opened(name, os.O_NONBLOCK, inside) as opened:
            status = os.fstat(opened)
            _check_owner(status, user)
            if not stat.S_ISREG(status.st_mode):
                raise ValueError("it is no file but a folder, a pipe or a device")
            with os.fdopen(os.dup(opened), "rb") as file:
                content = file.read(LARGEST_FILE + 1)
            if os.fstat(opened).st_ctime_ns != changed:
                raise ValueError("it was changed while it was collected: collect again")
    if len(content) > LARGEST_FILE:
        raise TooLargeError
    return content


@contextmanager
def _opened(name: str | Path, flags: int, folder: int | None = None) -> Iterator[int]:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | flags, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _check_owner(status: os.stat_result, user: str) -> None:
    if (owner := account_of(status.st_uid)) != user:
        raise NotTheirsError(
            f"it is in the name of {user}, but the account {owner} has put it there: not collected, and counted for neither. "
            f"Ask {owner}; what {user} has handed in stays"
        )
