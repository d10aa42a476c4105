"""nbgrader for the grader: the course in the grader's home, graded behind walls, and the exchange."""

import os
from pathlib import Path

from course_utils.grading.configuration import configure
from course_utils.grading.exchanging import use_exchange

c = get_config()  # noqa: F821 - nbgrader defines it
configure(c, Path.home() / "course")
use_exchange(c, Path(os.environ["COURSE_EXCHANGE"]))
