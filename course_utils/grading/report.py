"""The report of an assignment: who has what, what a human should look at, and which mistakes the class makes."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins import CsvExportPlugin

from course_utils.data.files import written_whole
from course_utils.grading import papers
from course_utils.grading.folders import handed_in
from course_utils.grading.running import Graded
from course_utils.grading.submission import Flag


@dataclass(frozen=True)
class Row:
    """One student.

    Attributes:
        student: the name in the gradebook.
        score: points so far.
        by_hand: points that wait for a human.
        seconds: how long the grading took.
        flags: what a human should look at.
    """

    student: str
    score: float
    by_hand: float
    seconds: float
    flags: list[Flag]


@dataclass(frozen=True)
class Report:
    """An assignment, after grading.

    Attributes:
        assignment: its name.
        most: all its points.
        rows: a row for each student who has handed something in.
        messages: what was said of wrong answers, and how often.
        sealed: whether all code ran behind bubblewrap's walls.
    """

    assignment: str
    most: float
    rows: list[Row]
    messages: Counter[str]
    sealed: bool

    @property
    def flagged(self) -> list[tuple[str, Flag]]:
        """All flags, with the student."""
        return [(row.student, flag) for row in self.rows for flag in row.flags]


def report_of(root: Path, api: NbGraderAPI, assignment: str, failed: dict[str, str]) -> Report:
    """Gather the report from the gradebook and from what grading has left.

    Args:
        root: the folder of the assignments.
        api: nbgrader's.
        assignment: its name.
        failed: who could not be graded, and why.
    """
    rows, messages, sealed = [], Counter[str](), True
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        most = float(gradebook.find_assignment(assignment).max_score)
        for student in sorted(handed_in(root, assignment).keys() | failed.keys()):
            graded = _graded(root, assignment, student)
            flags = graded.flags
            if student in failed:
                flags = [*flags, Flag("notebook", failed[student])]
            else:
                sealed &= graded.sealed or not graded.seconds
                messages.update(text for name, text in graded.messages.items() if not graded.right[name])
            rows.append(Row(student, *_points(gradebook, assignment, student), graded.seconds, flags))
    return Report(assignment, most, rows, messages, sealed)


def write_report(report: Report, path: Path) -> None:
    """Write a report as Markdown.

    Args:
        report: to write.
        path: of the file; what was there is replaced as a whole.
    """
    lines = [f"# {report.assignment}", ""]
    if not report.sealed:
        lines += [
            "**Not sealed**: bubblewrap is missing or forbidden here, so student code ran as a plain process with limits.",
            "",
        ]
    lines += ["| student | points | of | wait for a human | seconds |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {_cell(r.student)} | {r.score:g} | {report.most:g} | {r.by_hand:g} | {r.seconds:.0f} |" for r in report.rows]
    lines += ["", "## To look at", "", "| student | cell | reason |", "| --- | --- | --- |"]
    lines += [f"| {_cell(student)} | {_cell(flag.cell)} | {_cell(flag.reason)} |" for student, flag in report.flagged]
    lines += ["", "## What went wrong, and how often", ""]
    lines += [f"- {count} x {_cell(text)}" for text, count in report.messages.most_common()]
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as file:
        file.write(("\n".join(lines) + "\n").encode("utf-8"))


def write_grades(api: NbGraderAPI, path: Path) -> None:
    """Write all grades of the course as nbgrader's CSV.

    Args:
        api: nbgrader's.
        path: of the file; what was there is replaced as a whole.
    """
    with tempfile.TemporaryDirectory() as folder, written_whole(path) as file:
        exported = Path(folder) / path.name
        with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
            CsvExportPlugin(to=str(exported), parent=api).export(gradebook)
        file.write(exported.read_bytes())


def _graded(root: Path, assignment: str, student: str) -> Graded:
    path = papers.found(root, assignment, student)
    return Graded.from_json(path.read_text("utf-8")) if path.exists() else Graded()


def _points(gradebook: Gradebook, assignment: str, student: str) -> tuple[float, float]:
    """Return a student's points, and those of the cells that a human has yet to grade."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return 0.0, 0.0
    waiting = [grade for notebook in submission.notebooks for grade in notebook.grades if grade.needs_manual_grade]
    return float(submission.score), float(sum(grade.max_score for grade in waiting))


def _cell(text: str) -> str:
    """Return a text for a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
