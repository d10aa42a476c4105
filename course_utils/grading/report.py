"""The report of an assignment: who has what, what a human should look at, and which mistakes the class makes."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from course_utils.data.files import written_whole
from course_utils.grading import papers
from course_utils.grading.folders import handed_in
from course_utils.grading.grades import MISSING, Line, as_csv, lines_of, natural
from course_utils.grading.lateness import renew_penalties
from course_utils.grading.plain import plain_text
from course_utils.grading.roster import alike
from course_utils.grading.running import Graded
from course_utils.grading.submission import Flag
from course_utils.grading.walls import UNSEALED

LOOKS_LIKE = "the name looks like another student's, {}: is that one person?"
OF_ONE_REASON, OF_ONE_STUDENT = 3, 12  # flags that are shown
LATE = ("student", "due (UTC)", "handed in (UTC)", "hours late", "points before", "penalty")


@dataclass(frozen=True)
class Row:
    """One student.

    Attributes:
        student: the name in the gradebook.
        score: points so far, less what lateness costs.
        by_hand: points that wait for a human.
        seconds: how long the grading took.
        flags: what a human should look at.
        errors: by exercise, the error on hidden inputs.
    """

    student: str
    score: float
    by_hand: float
    seconds: float
    flags: list[Flag]
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """An assignment, after grading.

    Attributes:
        assignment: its name.
        most: all its points.
        rows: a row for each student who has handed something in.
        messages: what was said of wrong answers, and how often.
        sealed: whether all code ran behind bubblewrap's walls.
        late: the lines of those who have handed in after the due date.
        missing: who has handed in nothing.
        made: when.
    """

    assignment: str
    most: float
    rows: list[Row]
    messages: Counter[str]
    sealed: bool
    late: list[Line] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    made: datetime = field(default_factory=lambda: datetime.now().astimezone())

    @property
    def flagged(self) -> list[tuple[str, Flag]]:
        """The flags, with the student; of many for one student the first, and how many more there are."""
        return [(row.student, flag) for row in self.rows for flag in _at_most(row.flags, self.assignment, row.student)]


def report_of(root: Path, api: NbGraderAPI, assignment: str, failed: dict[str, str] | None = None) -> Report:
    """Gather the report from the gradebook and from what grading has left.

    Args:
        root: the folder of the assignments.
        api: nbgrader's.
        assignment: its name.
        failed: who could not be graded, and why; without it, as the last grading has left it.
    """
    rows, messages, sealed = [], Counter[str](), True
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        in_gradebook = gradebook.find_assignment(assignment)
        most = float(in_gradebook.max_score)
        lines = {line.student_id: line for line in lines_of(root, gradebook, in_gradebook)}
        for student in sorted(handed_in(root, assignment).keys() | (failed or {}).keys(), key=natural):
            graded = _graded(root, assignment, student)
            flags = graded.flags
            failure = _failure(root, assignment, student) if failed is None else failed.get(student)
            if failure:
                flags = [*flags, Flag("notebook", failure)]
            else:
                sealed &= graded.sealed or not graded.seconds
                messages.update(text for name, text in graded.messages.items() if not graded.right[name])
            line = lines.get(student)
            flags = [*flags, *(Flag("notebook", LOOKS_LIKE.format(ascii(other))) for other in _alike(student, lines))]
            rows.append(
                Row(student, line.score if line else 0.0, line.waits if line else 0.0, graded.seconds, flags, graded.errors)
            )
    late = [line for line in lines.values() if line.hours_late]
    missing = [line.student_id for line in lines.values() if line.status == MISSING]
    return Report(assignment, most, rows, messages, sealed, late, missing)


def write_report(report: Report, path: Path) -> None:
    """Write a report as Markdown.

    Args:
        report: to write.
        path: of the file; what was there is replaced as a whole.
    """
    lines = [] if report.sealed else [f"**{UNSEALED}**", ""]  # before all else: what could not be kept
    lines += [f"# {report.assignment}", ""]
    made = f"{report.made:%Y-%m-%d %H:%M}"
    lines += [f"Made on {made}. After you have graded by hand: `make report ASSIGNMENT={report.assignment}`", ""]
    lines += ["| student | points | of | wait for a human | seconds |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {_cell(r.student)} | {r.score:g} | {report.most:g} | {r.by_hand:g} | {r.seconds:.0f} |" for r in report.rows]
    lines += ["", "## To look at", "", "| student | cell | reason |", "| --- | --- | --- |"]
    lines += [f"| {_cell(student)} | {_cell(flag.cell)} | {_cell(flag.reason)} |" for student, flag in report.flagged]
    if any(row.errors for row in report.rows):
        lines += ["", "## Errors on hidden inputs", "", "For you: they can carry these inputs.", ""]
        lines += ["| student | exercise | error |", "| --- | --- | --- |"]
        told = [(row.student, *error) for row in report.rows for error in sorted(row.errors.items())]
        lines += [f"| {' | '.join(map(_cell, each))} |" for each in told]
    if report.late:
        lines += ["", "## Late", "", f"| {' | '.join(LATE)} |", f"|{' --- |' * len(LATE)}"]
        lines += [f"| {' | '.join(map(_cell, lateness(line)))} |" for line in report.late]
    if report.missing:
        lines += ["", "## Nothing handed in", "", *(f"- {_cell(student)}" for student in report.missing)]
    lines += ["", "## What went wrong, and how often", ""]
    lines += [f"- {count} x {_cell(text)}" for text, count in report.messages.most_common()]
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as file:
        file.write(("\n".join(lines) + "\n").encode("utf-8"))


def lateness(line: Line) -> tuple[str, ...]:
    """Return what is to be said of a late submission, in the columns of `LATE`."""
    times = [time.strftime("%Y-%m-%d %H:%M") for time in (line.duedate, line.timestamp) if time is not None]
    numbers = (line.hours_late, line.raw_score, line.late_submission_penalty)
    return (line.student_id, *times, *(f"{number:g}" for number in numbers))


def write_grades(api: NbGraderAPI, path: Path) -> None:
    """Write all grades of the course as a CSV file: nbgrader's columns, and those of `Line`; penalties are counted anew.

    Args:
        api: nbgrader's.
        path: of the file; what was there is replaced as a whole.
    """
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        renew_penalties(api, gradebook)
        assignments = sorted(gradebook.assignments, key=lambda assignment: natural(assignment.name))
        lines = [line for assignment in assignments for line in lines_of(Path(api.coursedir.root), gradebook, assignment)]
    with written_whole(path) as file:
        file.write(as_csv(lines))


def _alike(student: str, others: Iterable[str]) -> list[str]:
    return [other for other in others if other != student and alike(other) == alike(student)]


def _at_most(flags: list[Flag], assignment: str, student: str) -> list[Flag]:
    """Return the first flags for each reason, and how many more there are: one student must not fill the report."""
    often: Counter[str] = Counter()
    shown: list[Flag] = []
    for flag in flags:
        often[flag.reason] += 1
        if often[flag.reason] <= OF_ONE_REASON and len(shown) < OF_ONE_STUDENT:
            shown.append(flag)
    if more := len(flags) - len(shown):
        shown.append(Flag("notebook", f"and {more} more, all in reports/{assignment}/{student}.json"))
    return shown


def _graded(root: Path, assignment: str, student: str) -> Graded:
    path = papers.found(root, assignment, student)
    return Graded.from_json(path.read_text("utf-8")) if path.exists() else Graded()


def _failure(root: Path, assignment: str, student: str) -> str:
    path = papers.failure(root, assignment, student)
    return path.read_text("utf-8") if path.exists() else ""


def _cell(text: str) -> str:
    """Return a text for a cell of a table: no link, no picture, no code, for it can be a student's."""
    return re.sub(r"([\\`|\[\]])", r"\\\1", plain_text(text)).replace("&", "&amp;").replace("<", "&lt;")
