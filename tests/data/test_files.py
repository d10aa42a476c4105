"""A file is whole or not there."""

import pytest

from course_utils.data.files import written_whole


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
