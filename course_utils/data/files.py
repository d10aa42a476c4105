"""Files that are whole or not there, and errors of reading and writing that are said alike, whatever the file holds.

Nobody ever sees half of a file that the course writes, even if the process is killed.
"""

import errno
import os
import shutil
import stat
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from course_utils.errors import DataError


@contextmanager
def written_whole(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a file beside the path for writing; when all went well it takes the path's place, else it is removed.

    Where the path is a link, the file that it leads to is written. The new file is as private as the one that it replaces.

    Args:
        path: the file.
        mode: who may do what with it, where it replaces none; from the first byte on, less what the system's umask takes.

    Raises:
        OSError: the folder is not there or cannot be written to, the name is too long or that of a folder, what is there must
            not be changed, or the disk is full.
    """
    target = _may_be_put(path)
    beside = target.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with open(beside, "xb", opener=partial(os.open, mode=mode)) as file:
            if target.exists():
                shutil.copymode(target, beside)
            yield file
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Find out whether `written_whole` may write a file, before there is anything to lose; leave no trace.

    Raises:
        DataError: it may not, for all that can be known now; the message says why, and what to do.
    """
    try:
        tempfile.TemporaryFile(dir=_may_be_put(path).parent).close()
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError) -> DataError:
    """Return what to tell about a file that could not be written."""
    if isinstance(error, IsADirectoryError):
        return DataError(f"{path} is a folder. Give the name of a file in it.")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        folder = (Path(os.path.realpath(path)) if path.is_symlink() else path).parent
        if not folder.is_dir():
            return DataError(f"{folder} is not a folder. Make it first, or choose another.")
    return DataError(f"{path} cannot be written ({error.strerror or error}). Make room, or choose another name or folder.")


def _may_be_put(path: Path) -> Path:
    """Return the path that a link leads to; raise OSError if no file can be there, or what is there is not to be replaced."""
    target = Path(os.path.realpath(path))
    with suppress(FileNotFoundError):  # other errors say why no file can be there, such as a name that is too long
        mode = target.stat().st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise FileExistsError(errno.EEXIST, "Not a file but a pipe or a device", str(path))
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return target


def opened(path: Path, expected: str, way_out: str) -> BinaryIO:
    """Open a file for reading.

    Args:
        path: the file.
        expected: what it should be, for the message: "a picture".
        way_out: what to do, a sentence for the message.

    Raises:
        DataError: the file is not there, is something else or cannot be read.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):  # to open a pipe would wait for ever
            return path.open("rb")
        cause = f"is a {'folder' if stat.S_ISDIR(mode) else 'pipe or a device'}, expected {expected}"
    except FileNotFoundError:
        raise DataError(f"{path} is not there. Check the name and the folder.") from None
    except OSError as error:
        cause = f"cannot be read ({error.strerror})"
    raise DataError(f"{path} {cause}. {way_out}")


@dataclass(frozen=True)
class ArchiveKind:
    """A kind of file that the course saves and loads as an archive (.npz, .keras): each kind fails in the same sentences.

    Attributes:
        name: what is in it: "gallery".
        writer: what saves it: "Gallery.save".
        again: how to get another: "enroll everybody again and save".
    """

    name: str
    writer: str
    again: str

    @contextmanager
    def write(self, path: Path) -> Iterator[BinaryIO]:
        """As `written_whole`.

        Raises:
            DataError: the file cannot be written.
        """
        try:
            with written_whole(path) as stream:
                yield stream
        except OSError as error:
            raise not_written(path, error) from error

    @contextmanager
    def read(self, path: Path) -> Iterator[BinaryIO]:
        """Open a file for reading; whatever cannot be read of it, here or in the block, is a DataError.

        Raises:
            DataError: the file is not there, is a folder, cannot be read, is of another kind, is cut short or damaged.
        """
        with opened(path, "a file", f"Give a file that {self.writer} wrote.") as stream:
            if not b"PK\x03\x04".startswith(stream.read(4)):
                raise self.another(path, "something else")
            if not zipfile.is_zipfile(stream):  # what makes a file an archive stands at its end
                raise self.damaged(path, "its end is missing")
            stream.seek(0)
            try:
                yield stream
            except DataError:
                raise
            except Exception as error:  # zipfile, zlib, json, NumPy and Keras raise many kinds
                raise self.damaged(path, type(error).__name__) from error

    def another(self, path: Path, what: str) -> DataError:
        """Return the error of a file that holds something else."""
        return DataError(f"{path} is not a {self.name} but {what}. Give a file that {self.writer} wrote.")

    def damaged(self, path: Path, cause: str) -> DataError:
        """Return the error of a file that was one of this kind."""
        return DataError(f"{path} is cut short or damaged ({cause}). Take a copy of it, or {self.again}.")

    def newer(self, path: Path, theirs: str, ours: str) -> DataError:
        """Return the error of a file from a later time."""
        return DataError(f"{path} was saved by {theirs}, which this course cannot read yet: it has {ours}. Get a newer one.")

    def older(self, path: Path, theirs: str, ours: str) -> DataError:
        """Return the error of a file from an earlier time."""
        return DataError(f"{path} was saved by {theirs}, and this course, which has {ours}, cannot read it: {self.again}.")
