"""Grading the hostile corpus, and what has to hold of each case and of the whole."""

import base64
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from nbgrader.api import Gradebook

from course_utils.feedback.bank import find
from course_utils.grading.batch import grade_assignment, open_gradebook
from course_utils.grading.limits import Limits
from course_utils.grading.report import Report, report_of, write_grades, write_report
from course_utils.grading.running import seed_of
from course_utils.grading.secret import read_secret
from tests.grading.corpus.hostile import ALL, MARK, POINTS, SET, Case, hand_in, make_course, students_of

LIMITS = Limits(cell_seconds=4, call_seconds=2, notebook_seconds=120, memory_bytes=2**30)
LARGEST_PAGE = 5_000_000  # bytes
LEFT_OVER = "left_over_by_a_case"  # in the command line of processes that try to outlive their notebook

Scores = dict[str, float | None]


@dataclass
class Batch:
    """A graded batch.

    Attributes:
        root: the folder of the course.
        students: the case of each student.
        failed: the students in whose case nbgrader failed.
        scores: for each student, the automatic score of each graded cell.
        report: the whole report.
        seconds: how long it took.
        left: processes and folders that are left over.
    """

    root: Path
    students: dict[str, Case]
    failed: dict[str, str]
    scores: dict[str, Scores]
    report: Report
    seconds: float
    left: list[str] = field(default_factory=list)

    def student(self, name: str) -> str:
        return next(student for student, case in self.students.items() if case.name == name)

    def page(self, student: str) -> Path:
        return self.root / "feedback" / student / SET / f"{SET}.html"


def grade(root: Path, cases: list[Case], limits: Limits = LIMITS) -> Batch:
    """Make a course in an empty folder, hand in the cases, grade, and report, all as a lecturer does."""
    make_course(root)
    students = students_of(cases)
    for student, case in students.items():
        hand_in(root, student, case)
    before, begun = _boxes(), time.monotonic()
    failed = grade_assignment(root, SET, limits=limits)
    seconds = time.monotonic() - begun
    api = open_gradebook(root, SET)
    report = report_of(root, api, SET, failed)
    write_report(report, root / "reports" / f"{SET}.md")
    write_grades(api, root / "grades.csv")
    left = [f"folder {path}" for path in _left_since(before)] + [f"process {words}" for words in _processes()]
    return Batch(root, students, failed, scores_of(root), report, seconds, left)


def scores_of(root: Path) -> dict[str, Scores]:
    """Return the automatic scores in the gradebook, by student and cell."""
    found: dict[str, Scores] = {}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "faces-and-style") as gradebook:
        for submission in gradebook.assignment_submissions(SET):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            found[submission.student.id] = {grade.name: grade.auto_score for grade in grades}
    return found


def earned(case: Case) -> Scores:
    """Return the scores of the checks that a case has earned."""
    return {f"check-{name}": POINTS[name] if name in case.earns else 0.0 for name in ALL}


def checks_of(scores: Scores) -> Scores:
    return {name: score for name, score in scores.items() if name.startswith("check-")}


def flags_of(batch: Batch, student: str) -> list[str]:
    return [f"{flag.cell}: {flag.reason}" for row in batch.report.rows if row.student == student for flag in row.flags]


def assert_points(batch: Batch, student: str) -> None:
    """The points are those that were earned, in the gradebook and in the file of grades."""
    case = batch.students[student]
    told = f"{case.name}: flags {flags_of(batch, student)}"
    assert student in batch.scores, told
    assert checks_of(batch.scores[student]) == earned(case), told
    assert all(score in (None, 0.0) for name, score in batch.scores[student].items() if not name.startswith("check-")), told
    line = next(line for line in (batch.root / "grades.csv").read_text("utf-8").splitlines() if f",{student}," in line)
    assert float(line.split(",")[-2]) == sum(POINTS[name] for name in case.earns)
    assert float(line.split(",")[-1]) == sum(POINTS.values()) + 2


def assert_flags(batch: Batch, student: str) -> None:
    """What a human should look at is in the report, and honest people are not in it."""
    case, flags = batch.students[student], flags_of(batch, student)
    if case.flags:
        assert any(re.search(case.flags, flag) for flag in flags), flags
    if case.clean:
        assert flags == []


def assert_feedback(batch: Batch, student: str) -> None:
    """The feedback is there, whole, small, without hidden inputs, and runs nothing in a browser."""
    case, path = batch.students[student], batch.page(student)
    if not case.page:
        assert not path.exists() or path.stat().st_size < LARGEST_PAGE
        return
    assert path.exists()
    assert path.stat().st_size < LARGEST_PAGE
    page = path.read_text("utf-8")
    assert page.rstrip().endswith("</html>")
    leaks = [page[max(0, m.start() - 200) : m.end() + 200] for m in re.finditer(case.lacks, page)]
    assert leaks == [], leaks
    assert (runs := runs_in_a_browser(page)) == [], runs
    # Some inputs are those of the check, too: what a student wrote tells nothing new.
    handed_in = batch.root / "submitted" / student / SET / f"{SET}.ipynb"
    own_words = handed_in.read_text("utf-8", errors="replace") if handed_in.is_file() else ""
    told = [secret for secret in hidden(batch.root, student) if secret in page and secret not in own_words]
    assert told == [], told
    own = {path.name, "timestamp.txt", f".{SET}.ipynb"}
    beside = [other.name for other in path.parent.iterdir() if other.is_symlink() or other.name not in own]
    assert beside == [], beside


class EachSubmission:
    """Tests of each submission of a batch: subclasses are parametrized with the students."""

    def test_points_are_those_that_were_earned(self, batch: Batch, student: str) -> None:
        assert_points(batch, student)

    def test_the_report_flags_what_a_human_should_see(self, batch: Batch, student: str) -> None:
        assert_flags(batch, student)

    def test_feedback_is_whole_and_tells_nothing_hidden(self, batch: Batch, student: str) -> None:
        assert_feedback(batch, student)


def assert_whole(batch: Batch, sealed: bool) -> None:
    """Every submission has a score, nothing is left over, and the batch ended within its limits."""
    students = sorted(batch.students)
    assert sorted(batch.scores) == students
    assert sorted(row.student for row in batch.report.rows) == students
    assert batch.left == []
    assert batch.report.sealed == sealed
    print(f"{len(students)} submissions in {batch.seconds:.0f} s")
    assert batch.seconds < len(students) * LIMITS.notebook_seconds / (os.cpu_count() or 1)


def hidden(root: Path, student: str) -> Iterator[str]:
    """Yield how the hidden inputs of a student would look: their first number, and the head of their bytes."""
    secret = read_secret(root)
    for name in ALL:
        for arguments in find(name).probes(np.random.default_rng(seed_of(secret, SET, student, name))):
            array = np.asarray(arguments[-1] if name == "euclidean" else arguments[0])
            array = array[array != 0]
            if not array.size:
                continue
            yield from (repr(float(number))[:10] for number in array.ravel()[:3] if number % 0.01)
            yield base64.b64encode(array.tobytes()[:24]).decode()
            yield array.tobytes()[:16].hex()


class _Running(HTMLParser):
    """Collects what a browser would run of a page and has to do with the mark."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, Any]]) -> None:
        if tag in ("script", "style", "iframe", "object", "embed", "svg", "form", "base", "meta"):
            self.inside.append(tag)
        for name, value in attributes:
            value = (value or "").lower()
            if MARK in value and (name.startswith("on") or name in ("srcdoc", "style")):
                self.found.append(f"{tag} {name}={value[:100]}")
            if name in ("href", "src", "action", "formaction", "data", "xlink:href"):
                bare = re.sub(r"[\s\x00-\x20]", "", value)
                if MARK in bare and bare.startswith(("javascript:", "vbscript:", "data:text", "data:image/svg")):
                    self.found.append(f"{tag} {name}={value[:100]}")
        if any(MARK in (name or "") for name, _ in attributes) or MARK in tag:
            self.found.append(f"{tag} {attributes}")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if MARK in data and {"script", "iframe", "svg", "object", "embed"} & set(self.inside):
            self.found.append(data[:100])


def runs_in_a_browser(page: str) -> list[str]:
    parser = _Running()
    parser.feed(page)
    return parser.found


def _boxes() -> set[Path]:
    return set(Path("/tmp").glob("sealed-*-*"))


def _left_since(before: set[Path]) -> list[Path]:
    """Return the folders that are new and of no other grading that is at work on this machine."""
    mine = {os.getpid(), *(process.pid for process in psutil.Process().children(recursive=True))}
    return sorted(box for box in _boxes() - before if _owner(box) in mine or not psutil.pid_exists(_owner(box)))


def _owner(box: Path) -> int:
    """Return the process that has made the folder of a kernel."""
    return int(box.name.split("-")[1])


def _processes() -> list[str]:
    """Return the processes that a case or the engine has left over, as their command lines."""
    time.sleep(0.5)
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        words = " ".join(process.info["cmdline"] or ())
        if process.info["pid"] != os.getpid() and LEFT_OVER in words:
            found.append(words[:200])
    mine = map(_words, psutil.Process().children(recursive=True))
    return found + [words[:200] for words in mine if "inside.launch" in words]


def _words(process: psutil.Process) -> str:
    """Return the command line of a process; of one that has just ended there is none."""
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


@contextmanager
def path_of(folders: str) -> Iterator[None]:
    """Set PATH for a while."""
    before = os.environ["PATH"]
    os.environ["PATH"] = folders
    try:
        yield
    finally:
        os.environ["PATH"] = before
