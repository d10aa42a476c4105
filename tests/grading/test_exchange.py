"""Tests of course_utils.grading.exchange: nobody hands in for somebody else."""

import os
import shutil
import stat
import time
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from course_utils.grading import exchange
from course_utils.grading.collecting import collect
from course_utils.grading.exchange import NotTheirsError, account_of, exchange_of, submissions
from tests.grading.corpus.courses import write_release
from tests.grading.test_collecting import SET, notebook, roster, submitted

ANNA, BERT = 61001, 61002
ACCOUNTS = {ANNA: "anna", BERT: "bert"}
ROSTER = "student_id\nanna\nbert\n"


@pytest.fixture
def root(tmp_path):
    return write_release(tmp_path / "course", SET, notebook("raise NotImplementedError()"))


@pytest.fixture
def there(tmp_path):
    """An empty exchange."""
    folder = tmp_path / "exchange" / "faces-and-style"
    for name in ("inbound", "outbound", "feedback"):
        (folder / name).mkdir(parents=True)
    return folder


@pytest.fixture
def owned(monkeypatch):
    """Return what gives a file an owner. As root it is so; else it is so for those who ask for the status of an open file."""
    given = {}
    real = os.fstat

    def fstat(descriptor):
        status = real(descriptor)
        values = list(status)
        values[stat.ST_UID] = given.get(status.st_ino, status.st_uid)
        return os.stat_result(values)

    def give(path, uid):
        if os.geteuid() == 0:
            os.chown(path, uid, -1, follow_symlinks=False)
        else:
            given[path.lstat().st_ino] = uid

    if os.geteuid() != 0:
        monkeypatch.setattr(exchange.os, "fstat", fstat)
    monkeypatch.setattr(exchange, "account_of", lambda uid: ACCOUNTS.get(uid, f"number {uid}"))
    return give


def hand_in(there, owned, name, uid, day=20, text="answer", assignment=SET, secret="secret", file_uid=None):
    """Hand in as nbgrader does: in a folder with a name of one's own choice."""
    when = f"2026-11-{day} 12:00:00.250000 UTC"
    folder = there / "inbound" / f"{name}+{assignment}+{when}+c2VjcmV0"
    folder.mkdir()
    files = {f"{assignment}.ipynb": notebook(text), "timestamp.txt": when.encode(), "submission_secret.txt": secret.encode()}
    for file, content in files.items():
        (folder / file).write_bytes(content)
        owned(folder / file, uid if file_uid is None else file_uid)
    owned(folder, uid)
    return folder


def test_everybodys_latest_is_collected(tmp_path, root, there, owned):
    hand_in(there, owned, "anna", ANNA, 20, "first")
    hand_in(there, owned, "anna", ANNA, 22, "last", secret="of the last")
    hand_in(there, owned, "anna", ANNA, 21, "second")
    hand_in(there, owned, "anna", ANNA, 23, "another set", assignment="04_exercises")
    done = collect(there, root, SET, roster(tmp_path, ROSTER))
    assert done.refused == []
    assert submitted(root) == {"anna": "last"}
    assert done.missing == ["bert"]
    folder = root / "submitted" / "anna" / SET
    assert (folder / "timestamp.txt").read_text() == "2026-11-22 12:00:00 UTC"
    assert (folder / "submission_secret.txt").read_text() == "of the last"


def test_work_in_the_name_of_somebody_else_is_refused_and_the_honest_work_is_collected(tmp_path, root, there, owned):
    hand_in(there, owned, "anna", ANNA, 20, "honest")
    forged = hand_in(there, owned, "anna", BERT, 22, "forged")
    done = collect(there, root, SET, roster(tmp_path, ROSTER))
    assert submitted(root) == {"anna": "honest"}
    ((name, reason),) = done.refused
    assert name == f"{forged.name}/{SET}.ipynb"
    for word in ("in the name of anna", "the account bert", "not collected", "Ask bert"):
        assert word in reason
    assert done.missing == ["bert"]  # it does not count for the one who has put it there either


def test_who_has_handed_in_nothing_gets_nothing_from_somebody_else(tmp_path, root, there, owned):
    hand_in(there, owned, "anna", BERT)
    done = collect(there, root, SET, roster(tmp_path, ROSTER))
    assert submitted(root) == {}
    assert done.missing == ["anna", "bert"]


@pytest.mark.parametrize(("folder", "file"), [(ANNA, BERT), (BERT, ANNA)])
def test_the_folder_and_the_file_are_both_looked_at(root, there, owned, folder, file):
    hand_in(there, owned, "anna", folder, file_uid=file)
    done = collect(there, root, SET)
    assert submitted(root) == {}
    assert len(done.refused) == 1


def test_a_submission_of_a_closed_account_says_its_number(root, there, owned):
    hand_in(there, owned, "anna", 61099)
    assert "number 61099" in collect(there, root, SET).refused[0][1]


def test_no_link_is_followed(tmp_path, root, there, owned):
    private = tmp_path / "solutions.ipynb"
    private.write_bytes(notebook("the solution"))
    owned(private, ANNA)
    folder = hand_in(there, owned, "anna", ANNA)
    path = folder / f"{SET}.ipynb"
    path.unlink()
    path.symlink_to(private)
    owned(path, ANNA)
    elsewhere = tmp_path / "elsewhere"
    folder.rename(elsewhere)
    linked = there / "inbound" / folder.name.replace("20", "24")
    linked.symlink_to(elsewhere)
    owned(linked, ANNA)
    elsewhere.joinpath(f"{SET}.ipynb").unlink()
    private.rename(elsewhere / f"{SET}.ipynb")
    assert len(collect(there, root, SET).refused) == 1
    linked.unlink()
    elsewhere.rename(folder)
    path.rename(private)
    path.symlink_to(private)
    assert len(collect(there, root, SET).refused) == 1
    assert submitted(root) == {}


def test_a_link_that_is_put_in_place_between_two_looks_is_not_followed(tmp_path, there, owned):
    private = tmp_path / "private.ipynb"
    private.write_bytes(b"private")
    owned(private, ANNA)
    folder = hand_in(there, owned, "anna", ANNA)
    (file,) = [file for file in submissions(there, SET) if file.path.suffix == ".ipynb"]
    (folder / f"{SET}.ipynb").unlink()
    (folder / f"{SET}.ipynb").symlink_to(private)
    with pytest.raises(OSError, match="symbolic link"):
        file.read()


def test_a_pipe_does_not_make_it_wait(root, there, owned):
    folder = hand_in(there, owned, "anna", ANNA)
    (folder / f"{SET}.ipynb").unlink()
    os.mkfifo(folder / f"{SET}.ipynb")
    owned(folder / f"{SET}.ipynb", ANNA)
    ((_, reason),) = collect(there, root, SET).refused
    assert "pipe" in reason


def test_names_that_nobody_honest_gives_stop_nothing(root, there, owned):
    hand_in(there, owned, "anna", ANNA)
    for name in ("x", "+".join(["bert", SET, "2026-99-99 12:00:00.000000 UTC", "x"]), f"bert+{SET}", "a b+c"):
        (there / "inbound" / name).mkdir()
        (there / "inbound" / name / f"{SET}.ipynb").write_bytes(notebook())
    done = collect(there, root, SET)
    assert done.collected == ["anna"]
    assert [reason for _, reason in done.refused] == ["its name does not tell whose it is"]


def test_many_submissions_of_one_student_are_not_too_large_together(root, there, owned, monkeypatch):
    monkeypatch.setattr("course_utils.grading.collecting.LARGEST_FILE", 5000)
    for day in range(10, 20):
        hand_in(there, owned, "anna", ANNA, day, "x" * 1000)
    done = collect(there, root, SET)
    assert (done.collected, done.refused) == (["anna"], [])


def test_a_time_that_the_system_does_not_know_of_is_told(root, there, owned):
    """The time in a folder's name is the student's word; the system knows when a file was last changed."""
    hand_in(there, owned, "anna", ANNA)
    ((student, remark),) = collect(there, root, SET).remarks
    assert student == "anna"
    assert f"{datetime.now(UTC):%Y-%m-%d}" in remark
    assert "is it late?" in remark


def test_the_files_of_one_assignment_come_with_their_owners(there, owned):
    folder = hand_in(there, owned, "anna", BERT)
    files = {file.path: file for file in submissions(there, SET)}
    assert files.keys() == {PurePosixPath(folder.name, path.name) for path in folder.iterdir()}
    for file in files.values():
        with pytest.raises(NotTheirsError):
            file.read()


def test_an_exchange_is_known_by_its_folders(there, tmp_path):
    assert exchange_of(there) == exchange_of(there / "inbound") == there
    assert exchange_of(tmp_path) is None


def test_its_inbound_is_collected_as_the_whole(tmp_path, root, there, owned):
    hand_in(there, owned, "anna", ANNA, 20, "honest")
    hand_in(there, owned, "anna", BERT, 22, "forged")
    done = collect(there / "inbound", root, SET, roster(tmp_path, ROSTER))
    assert submitted(root) == {"anna": "honest"}
    assert "the account bert" in done.refused[0][1]


def test_a_copy_of_an_exchange_is_refused_for_nobody_knows_who_owned_it(tmp_path, root, there, owned):
    hand_in(there, owned, "anna", BERT, 22, "forged")
    copy = tmp_path / "copy"
    shutil.copytree(there / "inbound", copy)
    done = collect(copy, root, SET, roster(tmp_path, ROSTER))
    assert submitted(root) == {}
    assert "copied from an exchange" in done.refused[0][1]


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_time_that_no_calendar_has_stops_nothing(root, there, owned, year, monkeypatch):
    hand_in(there, owned, "anna", ANNA)
    folder = hand_in(there, owned, "bert", BERT)
    folder.rename(
        folder.with_name(folder.name.replace("2026-11-20 12", f"{year}-12-31 23" if year == "9999" else f"{year}-01-01 00"))
    )
    for zone in ("Europe/Berlin", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert "anna" in collect(there, root, SET).collected
    monkeypatch.undo()
    time.tzset()


def test_a_file_that_is_exchanged_for_another_while_it_is_collected_is_refused(there, owned):
    folder = hand_in(there, owned, "anna", ANNA)
    (file,) = [file for file in submissions(there, SET) if file.path.suffix == ".ipynb"]
    late = folder / "late"
    late.write_bytes(notebook("written after the deadline"))
    owned(late, ANNA)
    late.rename(folder / f"{SET}.ipynb")
    with pytest.raises(ValueError, match="changed while it was collected"):
        file.read()


def test_an_account_has_a_name_or_a_number():
    assert account_of(0) == "root"
    assert account_of(61099) == "number 61099"
