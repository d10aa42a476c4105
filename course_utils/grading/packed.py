"""The files in a zip or a folder, read one by one up to a limit: nothing is unpacked by the name that it has in there."""

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO, FileIO
from pathlib import Path, PurePosixPath
from typing import IO

from course_utils.errors import DataError
from course_utils.grading.folders import SECRET, TIMESTAMP
from course_utils.grading.limits import LARGEST_FILE

MOST_FILES = 100_000
# What reading a damaged, encrypted or unusual zip can raise.
BROKEN = (OSError, RuntimeError, NotImplementedError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


@dataclass(frozen=True)
class PackedFile:
    """A file in a zip or a folder.

    Attributes:
        path: in there; a file of a zip within the zip has that zip's name as a folder.
        time: of its last change, as far as is known.
        read: its content.
    """

    path: PurePosixPath
    time: datetime
    read: Callable[[], bytes]


class TooLargeError(ValueError):
    """A file has more bytes than anybody's notebook."""

    def __init__(self) -> None:
        super().__init__(f"it is larger than {LARGEST_FILE // 2**20} MB")


@contextmanager
def opened(source: Path) -> Iterator[Iterator[PackedFile]]:
    """Open a zip or a folder, and give its files; also those of a zip in it, but not of a zip in that.

    Raises:
        DataError: it is neither, or a damaged zip.
    """
    if source.is_dir():
        yield _with_inner(_in_folder(source))
        return
    try:
        packed = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{source} cannot be read ({error}). Give the zip as it was downloaded, or a folder.") from None
    with packed:
        yield _with_inner(_in_zip(packed))


def _in_folder(folder: Path) -> Iterator[PackedFile]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            time = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
            yield PackedFile(PurePosixPath(path.relative_to(folder).as_posix()), time, _reader(partial(FileIO, path)))


def _in_zip(packed: zipfile.ZipFile) -> Iterator[PackedFile]:
    for entry in packed.infolist()[:MOST_FILES]:
        if entry.is_dir():
            continue
        try:
            time = datetime(*entry.date_time).astimezone()  # in the platform's zone, which most often is ours
        except ValueError:
            time = datetime.fromtimestamp(0, UTC)
        name = entry.filename.replace("\\", "/").lstrip("/")
        yield PackedFile(PurePosixPath(name), time, _reader(partial(packed.open, entry)))


def _with_inner(files: Iterator[PackedFile]) -> Iterator[PackedFile]:
    """Yield each file, and in the place of a zip what is in it; a zip that cannot be read stays itself.

    What is in a zip within has the time of that zip: the times in there are those of the student's own clock. So is a timestamp
    of nbgrader's in there, which is passed over.
    """
    for file in files:
        if file.path.suffix.lower() == ".zip":
            try:
                with zipfile.ZipFile(BytesIO(file.read())) as packed:
                    for inner in _in_zip(packed):
                        if inner.path.name not in (TIMESTAMP, SECRET):
                            yield PackedFile(file.path / inner.path, file.time, inner.read)
                continue
            except BROKEN:  # what collects it tells
                pass
        yield file


def _reader(open_file: Callable[[], IO[bytes]]) -> Callable[[], bytes]:
    def read() -> bytes:
        with open_file() as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise TooLargeError
        return content

    return read
