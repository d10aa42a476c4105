"""The settings of the assignments: nbgrader with the course's own preprocessors."""

from pathlib import Path

from course_utils.grading.configuration import configure

configure(get_config(), Path(__file__).resolve().parent)  # noqa: F821 - nbgrader defines it
