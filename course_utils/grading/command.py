"""`make collect` and `make grade`: a lecturer's evening in two commands."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from course_utils.errors import DataError
from course_utils.grading.batch import GradingError, grade_assignment, open_gradebook
from course_utils.grading.collecting import collect
from course_utils.grading.locking import CourseBusyError, one_writer
from course_utils.grading.people import enter_roster
from course_utils.grading.report import LATE, Report, lateness, report_of, write_grades, write_report
from course_utils.grading.roster import read_roster
from course_utils.grading.walls import sealed_here


def collect_and_tell(source: Path, root: Path, assignment: str, roster: Path | None) -> int:
    """Put what a learning platform has packed into its place, and tell what was not collected, and why.

    Args:
        source: the zip as it was downloaded, or a folder.
        root: the folder of the assignments.
        assignment: its name.
        roster: a table of who takes part, or None.

    Returns:
        0 if every notebook found its place, else 1.
    """
    console = Console()
    try:
        taking_part = None if roster is None else read_roster(roster)
        with one_writer(root, f"collect {assignment}"):
            collection = collect(source, root, assignment, taking_part)
            if taking_part is not None:
                enter_roster(root, taking_part)
    except (DataError, CourseBusyError) as error:
        console.print(escape(str(error)))
        return 1
    _list(console, "not collected", ("file or student", "reason"), collection.refused)
    _list(console, "to know", ("student", "remark"), collection.remarks)
    _list(console, "nothing from", ("student",), [(student,) for student in collection.missing])
    for note in collection.notes:
        console.print(f"Note: {escape(note)}")
    if collection.passed_over:
        console.print(f"Files that are no notebooks, passed over: {collection.passed_over}.")
    console.print(f"Notebooks in submitted/STUDENT/{escape(assignment)}/: {len(collection.collected)}.")
    if collection.collected:
        console.print(f"Grade them: make grade ASSIGNMENT={escape(assignment)}")
    return 1 if collection.refused else 0


def grade_and_report(root: Path, assignment: str, scheduler: str | None) -> int:
    """Grade an assignment, write feedback, report and grades, and show the report.

    Args:
        root: the folder of the assignments.
        assignment: its name.
        scheduler: the address of a Dask scheduler, or None for this machine alone.

    Returns:
        0 if every submission was graded, else 1; also where somebody else is at work in the course.
    """
    console = Console()
    try:
        with one_writer(root, f"grade {assignment}"):
            return _grade_and_report(root, assignment, scheduler, console)
    except (GradingError, CourseBusyError) as error:
        console.print(escape(str(error)))
    except SQLAlchemyError as error:
        reason = escape(str(error.__cause__ or error))
        console.print(f"gradebook.db cannot be used ({reason}). What was graded before this stands; grade again when it can.")
    return 1


def _grade_and_report(root: Path, assignment: str, scheduler: str | None, console: Console) -> int:
    if scheduler is None and not sealed_here():
        console.print("Not sealed: without bubblewrap, student code runs as a plain process with limits.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        bar = bars.add_task("grading", total=None)

        def show(done: int, of: int, student: str) -> None:
            bars.update(bar, completed=done, total=of, description=escape(student))

        failed = grade_assignment(root, assignment, scheduler, progress=show)
    api = open_gradebook(root, assignment)
    report = report_of(root, api, assignment, failed)
    write_report(report, root / "reports" / f"{assignment}.md")
    write_grades(api, root / "grades.csv")
    _show(report, console)
    console.print(f"Report: reports/{assignment}.md. Grades: grades.csv. Feedback: feedback/STUDENT/{assignment}/.")
    return 1 if failed else 0


def _show(report: Report, console: Console) -> None:
    table = Table("student", "points", "wait for a human", title=f"{report.assignment}, of {report.most:g} points")
    for row in report.rows:
        table.add_row(escape(row.student), f"{row.score:g}", f"{row.by_hand:g}")
    console.print(table)
    flags = [(student, flag.cell, flag.reason) for student, flag in report.flagged]
    _list(console, "to look at", ("student", "cell", "reason"), flags)
    _list(console, "late", LATE, map(lateness, report.late))
    _list(console, "nothing handed in", ("student",), [(student,) for student in report.missing])


def _list(console: Console, title: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Show a table with a title; nothing if it has no rows."""
    table = Table(*header, title=title)
    for row in rows:
        table.add_row(*map(escape, row))
    if table.rows:
        console.print(table)
