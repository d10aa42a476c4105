"""The students in nbgrader's gradebook, with names: the formgrader shows "None" for a name that is not there."""

from pathlib import Path

from nbgrader.api import Gradebook

from course_utils.grading.configuration import config_of
from course_utils.grading.roster import Roster


def enter(gradebook: Gradebook, student: str) -> None:
    """Enter a student; one who has no name yet goes by that in the course.

    Args:
        gradebook: nbgrader's.
        student: the name in the course.
    """
    if gradebook.update_or_create_student(student).last_name is None:
        gradebook.update_or_create_student(student, last_name=student, first_name="")


def enter_roster(root: Path, roster: Roster) -> None:
    """Enter all who take part, with the names that the roster has for them.

    Args:
        root: the folder of the assignments, with the gradebook or a place for it.
        roster: who takes part.
    """
    config = config_of(root)
    with Gradebook(config.CourseDirectory.db_url, config.CourseDirectory.course_id) as gradebook:
        for student in roster.students:
            row = roster.rows[student]
            if email := row.get("email address") or row.get("email"):
                gradebook.update_or_create_student(student, email=email.strip())
            if student in roster.names:
                first, last = roster.names[student]
                gradebook.update_or_create_student(student, first_name=first, last_name=last)
            else:
                enter(gradebook, student)
