"""`make grade`: a lecturer's evening in one command."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from course_utils.grading.batch import GradingError, grade_assignment, open_gradebook
from course_utils.grading.report import Report, report_of, write_grades, write_report
from course_utils.grading.walls import sealed_here


def grade_and_report(root: Path, assignment: str, scheduler: str | None) -> int:
    """Grade an assignment, write feedback, report and grades, and show the report.

    Args:
        root: the folder of the assignments.
        assignment: its name.
        scheduler: the address of a Dask scheduler, or None for this machine alone.

    Returns:
        0 if every submission was graded, else 1.
    """
    console = Console()
    if scheduler is None and not sealed_here():
        console.print("Not sealed: without bubblewrap, student code runs as a plain process with limits.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True) as bars:
            bar = bars.add_task("grading", total=None)

            def show(done: int, of: int, student: str) -> None:
                bars.update(bar, completed=done, total=of, description=escape(student))

            failed = grade_assignment(root, assignment, scheduler, progress=show)
    except GradingError as error:
        console.print(escape(str(error)))
        return 1
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
    if report.flagged:
        flags = Table("student", "cell", "reason", title="to look at")
        for student, flag in report.flagged:
            flags.add_row(escape(student), escape(flag.cell), escape(flag.reason))
        console.print(flags)
