"""Grades for a learning platform's gradebook: the tables that Moodle and Canvas import.

Moodle, "Grade import" by CSV, as its documentation for 3.11 and the importer of 4.0 (grade/import/csv) have it: one column
names the student, by e-mail address, ID number or username; a column that is mapped to nothing is passed over, so the due date
has one. https://docs.moodle.org/311/en/Grade_import

Canvas, as the importer in its source has it (canvas-lms, lib/gradebook_importer.rb at 2702e63): the first columns are Student,
ID, SIS User ID, SIS Login ID and Section, in this order; each further one is an assignment, "Title (number)", so there is no
place for a due date. A line "Points Possible" comes before the students.

To both an empty grade means that there is none, and takes away one that was there. So who has no final grade has no line.
"""

import csv
import io
import re
from collections.abc import Sequence

from course_utils.errors import DataError
from course_utils.grading.grades import Line
from course_utils.grading.plain import no_formula
from course_utils.grading.roster import Roster, compact

# Columns of Moodle's own export, each with the names that a roster may have for it.
MOODLE = {
    "First name": ("first name", "first_name"),
    "Last name": ("last name", "last_name", "surname"),
    "ID number": ("id number",),
    "Email address": ("email address", "email"),
    "Username": ("username",),
}
MOODLE_KNOWS_BY = ("ID number", "Email address", "Username")
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def for_moodle(lines: Sequence[Line], roster: Roster, column: str | None = None) -> str:
    """Return the table that Moodle imports.

    Args:
        lines: of one assignment and students of the roster, at least one; all their grades are final.
        roster: who takes part, with ID numbers, e-mail addresses or usernames.
        column: the title of the grades; without it, the assignment's name.

    Raises:
        DataError: the roster does not have for everybody something by which Moodle knows a student.
    """
    people = [_of(roster, line, MOODLE) for line in lines]
    if not any(all(person[title] for person in people) for title in MOODLE_KNOWS_BY):
        raise DataError(f"Moodle knows students by {_or(MOODLE_KNOWS_BY)}: the roster has none of these for everybody.")
    titles = [title for title in MOODLE if any(person[title] for person in people)]
    table = [[*titles, column or lines[0].assignment, "Due date"]]
    for line, person in zip(lines, people, strict=True):
        due = "" if line.duedate is None else f"{line.duedate:%Y-%m-%d %H:%M} UTC"
        table.append([*(person[title] for title in titles), _points(line.score), due])
    return _written(table)


def for_canvas(lines: Sequence[Line], roster: Roster, column: str | None = None) -> str:
    """Return the table that Canvas imports.

    Args:
        lines: of one assignment and students of the roster, at least one; all their grades are final.
        roster: who takes part, best as Canvas exports its gradebook.
        column: the title of the assignment in Canvas, with its number; without it, the column of the roster that has the
            assignment's name and a number, or else the name alone, for which Canvas asks.

    Raises:
        DataError: the roster does not have for everybody something by which Canvas knows a student.
    """
    people = [_of(roster, line, {title: (title.casefold(),) for title in CANVAS}) for line in lines]
    if not all(any(person[title] for title in CANVAS[:4]) for person in people):
        raise DataError(f"Canvas knows students by {_or(CANVAS[:4])}: the roster has none of these for everybody.")
    assignment = lines[0].assignment
    numbered = [title for title in roster.columns if compact(re.sub(r" \(\d+\)$", "", title)) == compact(assignment)]
    table = [[*CANVAS, column or next(iter(numbered), assignment)]]
    table.append(["    Points Possible", *[""] * (len(CANVAS) - 1), _points(lines[0].max_score)])
    table += [[*person.values(), _points(line.score)] for line, person in zip(lines, people, strict=True)]
    return _written(table)


PLATFORMS = {"moodle": for_moodle, "canvas": for_canvas}


def _of(roster: Roster, line: Line, columns: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return what the roster has of a student, under a platform's names of the columns."""
    row = roster.rows[line.student_id]
    return {title: next((row[name].strip() for name in names if row.get(name)), "") for title, names in columns.items()}


def _or(titles: Sequence[str]) -> str:
    return f"{', '.join(titles[:-1])} or {titles[-1]}"


def _points(points: float) -> str:
    """Return points as both platforms show them, to a hundredth."""
    return f"{round(points, 2):g}"


def _written(table: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([no_formula(cell) for cell in row] for row in table)
    return text.getvalue()
