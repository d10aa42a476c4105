"""A file is whole or not there, and what goes wrong with it is said in the same sentences by all that save and load."""

import os

import numpy as np
import pytest

from course_utils.data.files import ArchiveKind, written_whole
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


def test_the_old_file_stays_until_the_new_one_is_whole_and_if_it_fails(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), written_whole(path) as file:  # noqa: PT012
        file.write(b"half of the ne")
        assert path.read_bytes() == b"old"
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError), written_whole(tmp_path / "nowhere" / "x"):
        pass


def test_a_name_as_long_as_the_system_allows(tmp_path):
    path = tmp_path / ("x" * 255)
    with written_whole(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"


def places(folder):
    """Where no file can be written."""
    (folder / "file").write_bytes(b"old")
    os.mkfifo(folder / "pipe")
    yield from (folder / "nowhere" / "x", folder, folder / "file" / "x", folder / ("x" * 256), folder / "pipe", folder / "..")


def test_where_nothing_can_be_written_is_said_before_anything_is_computed(tmp_path):
    for path in places(tmp_path):
        with pytest.raises(OSError, match=r"\w"), written_whole(path):
            pytest.fail(f"{path} was opened")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "pipe"]
    assert (tmp_path / "file").read_bytes() == b"old"


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
        folder = tmp_path / name
        folder.mkdir()
        for path in places(folder):
            with pytest.raises(DataError, match=r" cannot be written \(\w.*\)\. Make its folder, make room, or choose another"):
                kinds[name][0](path)


@pytest.mark.parametrize("path", [3, None, "", b"x", "a\0b", "\ud800", ["x"]])
def test_what_is_no_name_of_a_file_is_said_to_be_none(kinds, path):
    for save, load in (kinds["gallery"], (load_model, load_model)):
        for call in (save, load):
            with pytest.raises(ValueError, match="path: expected the name of a file or folder, got"):
                call(path)
