"""What one learner has done is kept in a file of this learner's own; a damaged one keeps nobody from work."""

import json
import os
import stat

import pytest

from course_utils.feedback import progress
from course_utils.feedback.progress import Done


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.NAMED_BY, str(tmp_path / "mine" / "progress.json"))
    return tmp_path / "mine" / "progress.json"


@pytest.fixture
def at_home(tmp_path, monkeypatch):
    """Let no file be named, and return what changes whose home it is."""
    monkeypatch.delenv(progress.NAMED_BY)
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)

    def move(home):
        for name in ("HOME", "USERPROFILE"):
            monkeypatch.setenv(name, str(tmp_path / home))

    move("rosa")
    return move


def test_what_is_noted_is_read_again_and_the_rest_stays(file):
    progress.note("euclidean", right=True)
    progress.note("gram_matrix", hints=2)
    progress.note("euclidean", hints=1)
    progress.note("gram_matrix", right=False)
    assert progress.read() == {"euclidean": Done(True, 1), "gram_matrix": Done(False, 2)}
    assert json.loads(file.read_text("utf-8"))["euclidean"] == {"right": True, "hints": 1}
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a home is private by itself")
def test_nobody_else_reads_it(at_home):
    progress.note("euclidean", hints=4)
    assert stat.S_IMODE(progress.place().parent.stat().st_mode) == 0o700


def test_each_account_has_its_own(at_home):
    progress.note("euclidean", hints=4)
    at_home("li")
    assert progress.read() == {}
    progress.note("euclidean", right=True)
    at_home("rosa")
    assert progress.read() == {"euclidean": Done(False, 4)}


def test_learners_of_a_hub_who_share_an_account_have_their_own(at_home, monkeypatch):
    places = set()
    for name in ("", "rosa@example.org", "../li", "li", "a/b"):
        monkeypatch.setenv("JUPYTERHUB_USER", name)
        places.add(progress.place())
    assert len(places) == 5
    assert {path.parent for path in places} == {progress.place().parent}


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("", {}),
        ("{", {}),
        ("[]", {}),
        ("3", {}),
        ('{"a": "two"}', {}),
        ('{"a": {"right": 1, "hints": "2"}, "b": {"right": true, "hints": 3}}', {"a": Done(), "b": Done(True, 3)}),
        ('{"a": {"hints": -3}, "b": {"hints": true}}', {"a": Done(), "b": Done()}),
    ],
)
def test_what_is_damaged_counts_as_nothing(file, content, kept):
    file.parent.mkdir()
    file.write_text(content)
    assert progress.read() == kept
    progress.note("c", hints=1)
    assert progress.read() == kept | {"c": Done(hints=1)}


def test_bytes_that_are_no_text_count_as_nothing(file):
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x00")
    assert progress.read() == {}


def test_where_nothing_can_be_written_nothing_is_kept_and_nobody_is_stopped(file):
    file.parent.write_text("a file in the place of the folder")
    progress.note("euclidean", right=True)
    assert progress.read() == {}
