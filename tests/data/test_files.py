"""A file is whole or not there, and what goes wrong with it is said in the same sentences by all that save and load."""

import errno
import os
import socket
import stat
from pathlib import Path

import numpy as np
import pytest

from course_utils.data.files import ArchiveKind, check_writable, written_whole
from course_utils.errors import DataError
from course_utils.faces.gallery import Gallery
from course_utils.faces.networks import load_model, verification_head


def test_what_was_written_takes_the_place_of_the_old(tmp_path):
    path = tmp_path / "x"
    for content in b"old", b"new":
        with written_whole(path) as file:
            file.write(content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, OSError(errno.ENOSPC, "No space left on device")])
def test_the_old_file_stays_until_the_new_one_is_whole_and_if_it_fails(error, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with pytest.raises(type(error) if isinstance(error, OSError) else error), written_whole(path) as file:  # noqa: PT012
        file.write(b"half of the ne")
        assert path.read_bytes() == b"old"
        raise error
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_file_stays_private_while_it_is_written_and_after(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"old")
    path.chmod(0o600)
    with written_whole(path):
        assert [stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()] == [0o600] * 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing yet"])
def test_a_link_is_followed(there, tmp_path):
    target, link = tmp_path / "folder" / "target", tmp_path / "link"
    target.parent.mkdir()
    if there:
        target.write_bytes(b"old")
    link.symlink_to(target)
    check_writable(link)
    with written_whole(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("name", ["x", "a" * 255, "ä" * 127, "with spaces", ".hidden"], ids=lambda name: name[:11])
def test_any_name_that_a_file_can_have_can_be_written(name, tmp_path):
    check_writable(tmp_path / name)
    assert not any(tmp_path.iterdir())
    with written_whole(tmp_path / name) as file:
        file.write(b"content")
    assert (tmp_path / name).read_bytes() == b"content"


def read_only(path):
    path.write_bytes(b"old")
    path.chmod(0o400)


def loop(path):
    path.with_name("other").symlink_to(path)
    path.symlink_to("other")


def listen(path):
    with socket.socket(socket.AF_UNIX) as here:
        here.bind(str(path))


def may_write(path, mode):
    """os.access as it answers the owner of a file; who runs the tests may be allowed everything."""
    return mode == os.W_OK and bool(path.stat().st_mode & stat.S_IWUSR)


def as_they_are(folder):
    """What is known of each entry of a folder, but for when it was read: looking at a link counts as reading it."""
    known = {path: path.lstat() for path in folder.iterdir()}
    return {path: (found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns) for path, found in known.items()}


IN_THE_WAY = {
    "a folder": (Path.mkdir, "x", "x is a folder. Give the name of a file in it."),
    "a file that may not be written": (read_only, "x", r"x cannot be written \(Permission denied\). Make room, or choose"),
    "a pipe": (os.mkfifo, "x", r"x cannot be written \(Not a file but a pipe or a device\). Make room, or choose"),
    "a socket": (listen, "x", r"x cannot be written \(Not a file but a pipe or a device\). Make room, or choose"),
    "a loop of links": (loop, "x", r"x cannot be written \(Too many levels of symbolic links\). Make room, or choose"),
    "a link to nowhere": (lambda path: path.symlink_to(path.with_name("no") / "x"), "x", "no is not a folder. Make it first"),
    "no folder": (lambda path: None, "x/y", "x is not a folder. Make it first, or choose another."),
    "a file for a folder": (Path.touch, "x/y", "x is not a folder. Make it first, or choose another."),
    "a long name": (lambda path: None, "x" * 256, r"x cannot be written \(File name too long\). Make room, or choose"),
    "a long name of a folder": (lambda path: None, f"{'x' * 256}/y", r"y cannot be written \(File name too long\). Make"),
}


@pytest.mark.parametrize(("put", "name", "message"), IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_what_cannot_be_written_is_told_before_and_stays_as_it_is(put, name, message, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", may_write)
    put(tmp_path / "x")
    before = as_they_are(tmp_path)
    with pytest.raises(DataError, match=message):
        check_writable(tmp_path / name)
    with pytest.raises(OSError), written_whole(tmp_path / name):  # noqa: PT011
        raise AssertionError("it was opened")
    assert as_they_are(tmp_path) == before


def test_a_folder_in_which_nothing_can_be_put_is_told_before(tmp_path, monkeypatch):
    def refuse(path, *args, **kwargs):
        raise OSError(errno.EROFS, "Read-only file system", path)

    monkeypatch.setattr(os, "open", refuse)  # by which all temporary files are made
    with pytest.raises(DataError, match=r"x cannot be written \(Read-only file system\)\. Make room, or choose"):
        check_writable(tmp_path / "x")


# ---- The sentences ----

NUMBERS = ArchiveKind("table of numbers", "save", "count again")


def save_numbers(path):
    with NUMBERS.write(path) as stream:
        np.savez(stream, x=np.arange(3))


def load_numbers(path):
    with NUMBERS.read(path) as stream, np.load(stream, allow_pickle=False) as arrays:
        return arrays["x"]


@pytest.fixture(scope="module")
def encoder():
    from course_utils.backend import keras

    return keras.Sequential([keras.Input((56, 46, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])


@pytest.fixture
def kinds(encoder):
    """What saves and loads: (save, load) by name."""
    return {
        "numbers": (save_numbers, load_numbers),
        "gallery": (Gallery(encoder, tau=0.5).save, lambda path: Gallery.load(path, encoder)),
        "model": (verification_head(4).save, load_model),
    }


def test_what_is_saved_is_loaded(kinds, tmp_path):
    for name, (save, load) in kinds.items():
        save(tmp_path / f"{name}.keras")
        assert load(tmp_path / f"{name}.keras") is not None


def test_what_cannot_be_loaded_is_said_alike_by_all(kinds, tmp_path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    contents = {"empty": b"", "text": b"name,embedding", "picture": b"\x89PNG\r\n", "beginning": b"PK\x03\x04" + bytes(99)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    expected = {
        "nope.keras": r"nope\.keras is not there\. Check the name and the folder\.$",
        "folder": "folder is a folder, expected a file. Give a file that .* wrote",
        "pipe": "pipe is a pipe or a device, expected a file. Give a file that .* wrote",
        "text/x": r"x cannot be read \(Not a directory\)\. Give a file that .* wrote",
        "x" * 256: r"xxx cannot be read \(File name too long\)\. Give a file that .* wrote",
        "empty": r"empty is cut short or damaged \(its end is missing\)\. Take a copy of it, or",
        "beginning": r"beginning is cut short or damaged \(its end is missing\)\. Take a copy of it, or",
        "text": r"text is not a .* but something else\. Give a file that .* wrote",
        "picture": r"picture is not a .* but something else\. Give a file that .* wrote",
    }
    for _, load in kinds.values():
        for name, message in expected.items():
            with pytest.raises(DataError, match=message):
                load(tmp_path / name)


def test_a_file_cut_or_changed_is_said_to_be_damaged_by_all(kinds, tmp_path):
    for name, (save, load) in kinds.items():
        path = tmp_path / f"{name}.keras"
        save(path)
        whole = path.read_bytes()
        middle = len(whole) // 2
        changed = bytes(255 - byte for byte in whole[middle : middle + 16])
        for content in (whole[:middle], whole[:-20], whole[:middle] + changed + whole[middle + 16 :]):
            path.write_bytes(content)
            with pytest.raises(DataError, match=rf"{name}\.keras is cut short or damaged .*Take a copy of it, or \w+"):
                load(path)


def test_a_file_of_another_kind_is_said_to_be_one(kinds, tmp_path):
    for name, (save, _) in kinds.items():
        path = tmp_path / f"{name}.keras"
        save(path)
        for other in {"gallery", "model"} - {name}:
            with pytest.raises(DataError, match=rf"not a {other} but another .npz or .zip file"):
                kinds[other][1](path)


def test_what_cannot_be_written_is_said_alike_by_all_that_are_ours(kinds, tmp_path):
    for name in ("numbers", "gallery"):
        for path in (tmp_path, tmp_path / "nowhere" / "x", tmp_path / ("x" * 256)):
            with pytest.raises(DataError) as before:
                check_writable(path)
            with pytest.raises(DataError) as found:
                kinds[name][0](path)
            assert str(found.value) == str(before.value)


@pytest.mark.parametrize("path", [3, None, "", b"x", "a\0b", "\ud800", ["x"]])
def test_what_is_no_name_of_a_file_is_said_to_be_none(kinds, path):
    for save, load in (kinds["gallery"], (load_model, load_model)):
        for call in (save, load):
            with pytest.raises(ValueError, match="path: expected the name of a file or folder, got"):
                call(path)
