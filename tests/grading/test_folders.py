"""Nothing in a submission's folder leads out of it, or stops the batch."""

import os

import pytest

from course_utils.grading.folders import clear, handed_in, notebooks_in, tidy


def test_links_and_pipes_go_and_files_stay(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    folder = tmp_path / "submission"
    (folder / "deeper").mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    (folder / "link").symlink_to(secret)
    (folder / ".hidden").symlink_to(secret)
    (folder / "folder").symlink_to(tmp_path, target_is_directory=True)
    (folder / "deeper" / "link").symlink_to(secret)
    os.mkfifo(folder / "pipe")
    tidy(folder)
    assert sorted(path.name for path in folder.rglob("*")) == ["deeper", "notes.txt"]
    assert secret.read_text() == "secret"


@pytest.mark.parametrize("text", ["", "yesterday", "\x00", "99999999-01-01"])
def test_a_timestamp_that_is_no_time_goes(tmp_path, text):
    (tmp_path / "timestamp.txt").write_text(text)
    tidy(tmp_path)
    assert not (tmp_path / "timestamp.txt").exists()


def test_a_submission_that_is_a_link_goes_and_not_what_it_leads_to(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "set.ipynb").write_text("solutions")
    (tmp_path / "student").mkdir()
    (tmp_path / "student" / "set").symlink_to(tmp_path / "source", target_is_directory=True)
    tidy(tmp_path / "student" / "set")
    assert not (tmp_path / "student" / "set").exists()
    assert (tmp_path / "source" / "set.ipynb").exists()


def test_huge_files_go(tmp_path):
    for name in ("video.mp4", "timestamp.txt"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(10**9)
    tidy(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_timestamp_stays(tmp_path):
    (tmp_path / "timestamp.txt").write_text("2026-11-25 23:59:00.000000 UTC")
    tidy(tmp_path)
    assert (tmp_path / "timestamp.txt").exists()


def test_what_would_be_carried_back_goes(tmp_path):
    (tmp_path / "deeper").mkdir()
    for name in ("set.ipynb", "timestamp.txt", "gradebook.db", "deeper/x.ipynb"):
        (tmp_path / name).write_text("x")
    clear(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["set.ipynb", "timestamp.txt"]


LITTER = (
    "__MACOSX", "._rosa", ".DS_Store", ".Trashes", ".ipynb_checkpoints", "Thumbs.db", "ehthumbs.db", "Desktop.ini", "~$rosa",
    "rosa~", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "__pycache__", "lost+found",
)  # fmt: skip


def test_what_systems_leave_behind_is_no_student_and_no_notebook(tmp_path):
    for student in (*LITTER, "rosa", "macosx", "Thumb"):
        folder = tmp_path / "submitted" / student / "set"
        folder.mkdir(parents=True)
        for name in ("set.ipynb", "._set.ipynb", "~$set.ipynb", "set.txt"):
            (folder / name).touch()
    found = handed_in(tmp_path, "set")
    assert set(found) == {"rosa", "macosx", "Thumb"}
    assert [path.name for path in notebooks_in(found["rosa"])] == ["set.ipynb"]
