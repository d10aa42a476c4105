"""`make collect`, `make grade`, `make report` and `make export`: a lecturer's evening in four commands."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Gradebook
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from course_utils.data.files import written_whole
from course_utils.errors import DataError
from course_utils.grading.batch import GradingError, grade_assignment, open_gradebook, renew_feedback
from course_utils.grading.collecting import collect
from course_utils.grading.configuration import ROSTER
from course_utils.grading.exports import PLATFORMS
from course_utils.grading.grades import GRADED, lines_of
from course_utils.grading.locking import CourseBusyError, one_writer
from course_utils.grading.misconceptions import write_class_page
from course_utils.grading.people import enter_roster
from course_utils.grading.plain import plain_text
from course_utils.grading.report import LATE, Report, lateness, report_of, write_grades, write_report
from course_utils.grading.roster import read_roster
from course_utils.grading.walls import UNSEALED_ON_A_HUB, sealed_here, token_in_reach


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
            if taking_part is not None and roster is not None:
                enter_roster(root, taking_part)
                with written_whole(root / ROSTER) as file:  # the exports ask for it
                    file.write(roster.read_bytes())
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


def export_and_tell(root: Path, assignment: str, platform: str, roster: Path | None, column: str | None) -> int:
    """Write the final grades as a learning platform imports them, and grades.csv anew; tell whose grade is not final.

    Args:
        root: the folder of the assignments.
        assignment: its name.
        platform: one of `PLATFORMS`.
        roster: a table of who takes part, as the platform exports it; without it, the one that was last collected with.
        column: the title of the assignment on the platform, or None.

    Returns:
        0 if a table was written, else 1.
    """

    def work(console: Console) -> int:
        kept = root / ROSTER
        if roster is None and not kept.exists():
            raise DataError("whose grades? Collect with a roster, or name one: --roster roster.csv")
        taking_part = read_roster(roster or kept)
        write_grades(api := open_gradebook(root, assignment), root / "grades.csv")
        with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
            lines = lines_of(root, gradebook, gradebook.find_assignment(assignment))
        why_not = {line: line.status if line.student_id in taking_part.rows else "not in the roster" for line in lines}
        final = [line for line, why in why_not.items() if why == GRADED]
        if not final:
            raise DataError(f"no grade of {assignment} is final, of the students in the roster.")
        path = root / f"grades_{assignment}_{platform}.csv"
        with written_whole(path) as file:
            file.write(PLATFORMS[platform](final, taking_part, column).encode("utf-8"))
        others = [(line.student_id, why) for line, why in why_not.items() if line not in final]
        _list(console, "not exported", ("student", "why"), others)
        console.print(f"Final grades in {escape(path.name)}: {len(final)}. All that is known: grades.csv.")
        return 0

    return _alone(root, f"export {assignment}", work)


def grade_and_report(root: Path, assignment: str, scheduler: str | None) -> int:
    """Grade an assignment, write feedback, report and grades, and show the report.

    Args:
        root: the folder of the assignments.
        assignment: its name.
        scheduler: the address of a scheduler of this course, or None for this machine alone.

    Returns:
        0 if every submission was graded, else 1; also where somebody else is at work in the course.
    """

    def work(console: Console) -> int:
        if scheduler is None and token_in_reach():
            raise GradingError(UNSEALED_ON_A_HUB)
        if scheduler is None and not sealed_here():
            console.print("Not sealed: without bubblewrap, student code runs as a plain process with limits.")
        with _bar(console, "grading") as show:
            failed = grade_assignment(root, assignment, scheduler, progress=show)
        report = _write_and_show(root, assignment, console)
        return 1 if failed or any(flag.is_ours for row in report.rows for flag in row.flags) else 0

    return _alone(root, f"grade {assignment}", work)


def report_again(root: Path, assignment: str) -> int:
    """Write feedback, report and grades anew from the gradebook, as after grading by hand, and show the report.

    Args:
        root: the folder of the assignments.
        assignment: its name; it has been graded.

    Returns:
        0 if all was written, else 1; also where somebody else is at work in the course.
    """

    def work(console: Console) -> int:
        with _bar(console, "feedback") as show:
            without = renew_feedback(root, assignment, show)
        _write_and_show(root, assignment, console)
        _list(console, "no feedback could be written", ("student",), [(student,) for student in without])
        return 1 if without else 0

    return _alone(root, f"report {assignment}", work)


def _alone(root: Path, what: str, work: Callable[[Console], int]) -> int:
    """Do some work while nobody else writes into the course, tell what keeps one from it, and return how it ended."""
    console = Console()
    try:
        with one_writer(root, what):
            return work(console)
    except (GradingError, CourseBusyError, DataError) as error:
        console.print(escape(plain_text(str(error), longest=2000)))
    except SQLAlchemyError as error:
        reason = escape(plain_text(str(error.__cause__ or error)))
        console.print(f"gradebook.db cannot be used ({reason}). What was graded before this stands; grade again when it can.")
    except OSError as error:  # such as a full disk
        what_failed = escape(plain_text(f"{error.filename or root} cannot be read or written ({error.strerror or error})"))
        console.print(f"{what_failed}. What was graded before this stands; mend that, and do this again.")
    return 1


@contextmanager
def _bar(console: Console, work: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar while something is done for each student, and give what it is told with."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        bar = bars.add_task(work, total=None)

        def show(done: int, of: int, student: str) -> None:
            bars.update(bar, completed=done, total=of, description=escape(plain_text(student)))

        yield show


def _write_and_show(root: Path, assignment: str, console: Console) -> Report:
    api = open_gradebook(root, assignment)
    write_grades(api, root / "grades.csv")  # first, for it counts penalties anew
    report = report_of(root, api, assignment)
    write_report(report, root / "reports" / f"{assignment}.md")
    page = write_class_page(root, assignment)
    _show(report, console)
    console.print(f"Report: reports/{assignment}.md. Grades: grades.csv. Feedback: feedback/STUDENT/{assignment}/.")
    console.print(f"What the class gets wrong, without names: reports/{page.name}.")
    return report


def _show(report: Report, console: Console) -> None:
    table = Table("student", "points", "wait for a human", title=f"{report.assignment}, of {report.most:g} points")
    for row in report.rows:
        table.add_row(escape(plain_text(row.student)), f"{row.score:g}", f"{row.by_hand:g}")
    console.print(table)
    flags = [(student, flag.cell, flag.reason) for student, flag in report.flagged]
    _list(console, "to look at", ("student", "cell", "reason"), flags)
    _list(console, "late", LATE, map(lateness, report.late))
    _list(console, "nothing handed in", ("student",), [(student,) for student in report.missing])


def _list(console: Console, title: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Show a table with a title; nothing if it has no rows."""
    table = Table(*header, title=title)
    for row in rows:
        table.add_row(*(escape(plain_text(text)) for text in row))
    if table.rows:
        console.print(table)
