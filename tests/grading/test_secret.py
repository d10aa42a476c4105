"""The course's secret is made once, for its owner only, and what holds none is not taken for one."""

import os

import pytest

from course_utils.grading.secret import read_secret


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path):
    secret = read_secret(tmp_path)
    assert len(secret) >= 32
    assert read_secret(tmp_path) == secret
    if os.name == "posix":
        assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_two_courses_have_two_secrets(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert read_secret(tmp_path / "a") != read_secret(tmp_path / "b")


def test_a_secret_of_the_owners_own_is_taken_as_it_is(tmp_path):
    (tmp_path / "secret.key").write_text("  0123456789abcdef0123456789abcdef\n")
    assert read_secret(tmp_path) == b"0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("text", ["", "short", " " * 100])
def test_a_file_without_a_secret_is_told(tmp_path, text):
    (tmp_path / "secret.key").write_text(text)
    with pytest.raises(ValueError, match=rf"holds {len(text.strip())} characters, expected at least 32. Remove it"):
        read_secret(tmp_path)
    assert (tmp_path / "secret.key").read_text() == text
