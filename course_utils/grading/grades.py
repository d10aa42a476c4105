"""Who has what: a line for each student and assignment, as the gradebook has it, sorted as people sort names."""

import csv
import io
import math
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student

from course_utils.grading.folders import collected_since, notebooks_in
from course_utils.grading.plain import no_formula
from course_utils.grading.platforms import is_nobody

GRADED, WAITS, MISSING, UNGRADED = "graded", "waits for a human", "missing", "not graded yet"
CHANGED = "handed in again, not graded since"


@dataclass(frozen=True)
class Line:
    """A student's grade for an assignment; the names are those of nbgrader's own table, times are in UTC.

    Attributes:
        assignment: its name.
        duedate: until when it was to be handed in by this student, extensions included, or None.
        timestamp: when it was handed in, or None.
        student_id: the name in the course.
        last_name, first_name, email: as far as the gradebook has them.
        status: `GRADED`, `WAITS`, `MISSING`, `UNGRADED` or `CHANGED`.
        hours_late: after the due date, in hundredths that have begun; 0 if it is not known.
        waits: points that a human has yet to give or to look at.
        raw_score: points so far, those for lateness not yet taken off.
        late_submission_penalty: points that are taken off.
        score: what is left.
        max_score: all points of the assignment.
    """

    assignment: str
    duedate: datetime | None
    timestamp: datetime | None
    student_id: str
    last_name: str | None
    first_name: str | None
    email: str | None
    status: str
    hours_late: float
    waits: float
    raw_score: float
    late_submission_penalty: float
    score: float
    max_score: float


def lines_of(root: Path, gradebook: Gradebook, assignment: Assignment) -> list[Line]:
    """Return the line of each student of the gradebook.

    Args:
        root: the folder of the assignments.
        gradebook: nbgrader's.
        assignment: in it.
    """
    students = [student for student in gradebook.students if not is_nobody(student.id)]
    return [_line(root, gradebook, assignment, student) for student in sorted(students, key=lambda one: natural(one.id))]


def as_csv(lines: list[Line]) -> bytes:
    """Return lines as a table; what is not known is empty, and no name is taken for a formula."""
    text = io.StringIO()
    table = csv.DictWriter(text, list(Line.__dataclass_fields__), lineterminator="\n")
    table.writeheader()
    for line in lines:
        table.writerow({name: no_formula(value) if isinstance(value, str) else value for name, value in asdict(line).items()})
    return text.getvalue().encode("utf-8")


def natural(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """Return a key to sort names by: student-9 stands before student-10, and capitals do not count."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts], name


def _line(root: Path, gradebook: Gradebook, assignment: Assignment, student: Student) -> Line:
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        submission = None
    grades = [] if submission is None else [grade for notebook in submission.notebooks for grade in notebook.grades]
    waits = float(sum(grade.max_score for grade in grades if grade.needs_manual_grade))
    never_graded = all(grade.needs_manual_grade for grade in grades)
    missing = never_graded and not notebooks_in(root / "submitted" / student.id / assignment.name)
    counts = submission is not None and not missing
    changed = counts and not never_graded and collected_since(root, assignment.name, student.id)
    raw = float(submission.score) if counts else 0.0
    penalty = float(submission.late_submission_penalty or 0.0) if counts else 0.0
    return Line(
        assignment=assignment.name,
        duedate=assignment.duedate if submission is None else submission.duedate,
        timestamp=None if submission is None else submission.timestamp,
        student_id=student.id,
        last_name=student.last_name,
        first_name=student.first_name,
        email=student.email,
        status=MISSING if missing else UNGRADED if submission is None else CHANGED if changed else WAITS if waits else GRADED,
        hours_late=0.0 if submission is None else math.ceil(submission.total_seconds_late / 36) / 100,
        waits=0.0 if missing else waits,
        raw_score=raw,
        late_submission_penalty=penalty,
        score=max(0.0, raw - penalty),
        max_score=float(assignment.max_score),
    )
