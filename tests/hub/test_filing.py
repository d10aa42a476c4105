"""Tests of hub.filing: what is handed in is kept in one's own name, whole, with its time, and `make collect` reads it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from course_utils.errors import DataError
from course_utils.grading.collecting import collect
from course_utils.grading.roster import read_roster
from hub import filing
from hub.filing import RefusedError
from tests.grading.corpus.courses import write_release
from tests.grading.test_collecting import SET, notebook
from tests.hub.serving import STUDENTS, write_course


@pytest.fixture
def root(tmp_path):
    return write_course(tmp_path / "course")


def kept(root):
    return sorted(path for path in root.rglob("handed_in/**/*") if path.is_file())


# ---- Who ----


def test_an_account_is_a_student_of_the_roster(root):
    assert [filing.student_of(root, name) for name in STUDENTS] == list(STUDENTS)


def test_the_hub_writes_names_small(root):
    (root / "roster.csv").write_text("student_id\nASchmidt\n")
    assert filing.student_of(root, "aschmidt") == "ASchmidt"


@pytest.mark.parametrize(
    "account", ["carl", "anna maria", "annamaria", "ann\u00e4", "\uff41nna", "Anna Schmidt", "1001", "", "."]
)
def test_who_is_nearly_a_student_is_none(root, account):
    """An account that only looks like a name in the roster is somebody else's."""
    (root / "roster.csv").write_text("student_id,full name,id number\nanna,Anna Schmidt,1001\nanna-maria,Anna Maria Lux,1002\n")
    with pytest.raises(RefusedError, match="nobody in the roster"):
        filing.student_of(root, account)


@pytest.mark.parametrize("roster", [None, "colour\nred\n", "student_id\na+b\n"])
def test_a_roster_that_cannot_be_used_is_no_students_fault(root, roster):
    (root / "roster.csv").unlink()
    if roster is not None:
        (root / "roster.csv").write_text(roster)
    with pytest.raises(DataError, match=r"roster\.csv"):
        filing.student_of(root, "a+b")


# ---- Which assignment ----


@pytest.mark.parametrize(
    "name", ["04_exercises", "notes", "..", ".", "", f"../release/{SET}", f"{SET}/../{SET}", "/etc/passwd", "*", "\0"]
)
def test_there_is_no_assignment_but_those_that_are_released(root, name):
    (root / "release" / SET / "notes.ipynb").write_bytes(notebook())
    for asked in (
        lambda: filing.exercises(root, name),
        lambda: filing.hand_in(root, "anna", name, notebook()),
        lambda: filing.receipts(root, "anna", name),
        lambda: filing.feedback(root, "anna", name),
    ):
        with pytest.raises(RefusedError, match=f"There are: {SET}"):
            asked()
    assert kept(root) == []


def test_exercises_are_as_they_were_released(root):
    assert filing.exercises(root, SET) == (root / "release" / SET / f"{SET}.ipynb").read_bytes()


# ---- Handing in ----


def test_every_handing_in_is_kept_with_its_time_and_has_a_receipt(root):
    before = datetime.now(UTC)
    first, second = (filing.hand_in(root, "anna", SET, notebook(text)) for text in ("one", "two"))
    assert before <= first.time < second.time <= datetime.now(UTC)
    assert second.sha256 == hashlib.sha256(notebook("two")).hexdigest()
    assert filing.receipts(root, "anna", SET) == [first, second]
    assert [path.read_bytes() for path in kept(root)] == [notebook("one"), notebook("two")]
    assert filing.receipts(root, "bert", SET) == []


def test_a_receipt_is_the_students_own(root):
    """Also where one name begins as another, or looks like a pattern."""
    (root / "roster.csv").write_text("student_id\nanna\nanna-maria\n[ab]\na\n")
    given = {student: filing.hand_in(root, student, SET, notebook(student)) for student in ("anna", "anna-maria", "[ab]", "a")}
    for student, receipt in given.items():
        assert filing.receipts(root, student, SET) == [receipt]


def test_of_two_at_the_same_moment_one_is_the_last(root, monkeypatch):
    moments = [datetime(2026, 11, 20, 12, microsecond=n, tzinfo=UTC) for n in (7, 7, 7, 8)]

    class Clock(datetime):
        @classmethod
        def now(cls, zone):
            return moments.pop(0)

    monkeypatch.setattr(filing, "datetime", Clock)
    times = [filing.hand_in(root, "anna", SET, notebook(text)).time.microsecond for text in ("one", "two")]
    assert times == [7, 8]
    assert len(kept(root)) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe\0",
        json.dumps({"name": "bert"}).encode(),
        notebook(cells=()),
        notebook(cells=("gram",)),
    ],
)
def test_what_is_no_notebook_of_the_set_is_refused(root, content):
    with pytest.raises(RefusedError, match=f"This is not {SET}"):
        filing.hand_in(root, "anna", SET, content)
    assert kept(root) == []


def test_one_student_cannot_fill_the_disk_of_all(root, monkeypatch):
    monkeypatch.setattr(filing, "MOST_BYTES", 2 * len(notebook()))
    for _ in range(2):
        filing.hand_in(root, "anna", SET, notebook())
    with pytest.raises(RefusedError, match="the last one counts"):
        filing.hand_in(root, "anna", SET, notebook())
    assert len(filing.receipts(root, "anna", SET)) == 2
    filing.hand_in(root, "bert", SET, notebook())


def test_what_could_not_be_written_is_not_there(root, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(filing, "written_whole", full)
    with pytest.raises(OSError, match="No space"):
        filing.hand_in(root, "anna", SET, notebook())
    assert filing.receipts(root, "anna", SET) == []
    assert collect(root / "handed_in" / SET, write_release(root / "mine", SET, notebook()), SET).collected == []


# ---- Collecting, feedback ----


def test_it_is_collected_as_it_lies_there_and_the_last_counts(root, tmp_path):
    filing.hand_in(root, "anna", SET, notebook("first"))
    last = filing.hand_in(root, "anna", SET, notebook("last"))
    filing.hand_in(root, "anna-maria", SET, notebook("other"))
    mine = write_release(tmp_path / "mine", SET, notebook())
    done = collect(root / "handed_in" / SET, mine, SET, read_roster(root / "roster.csv"))
    assert (done.collected, done.missing) == (["anna", "anna-maria"], ["bert"])
    assert (done.refused, done.remarks, done.notes, done.passed_over) == ([], [], [], 0)
    place = mine / "submitted" / "anna" / SET
    assert (place / f"{SET}.ipynb").read_bytes() == notebook("last")
    stamp = datetime.strptime((place / "timestamp.txt").read_text(), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    assert timedelta(0) <= last.time - stamp < timedelta(seconds=1)


def test_feedback_is_the_students_own(root):
    page = root / "feedback" / "anna" / SET / f"{SET}.html"
    page.parent.mkdir(parents=True)
    page.write_text("7 of 10")
    assert filing.feedback(root, "anna", SET) == b"7 of 10"
    for other in ("bert", "anna-maria"):
        with pytest.raises(RefusedError, match="no feedback"):
            filing.feedback(root, other, SET)
