"""nbgrader for a student: fetches from the exchange, and hands in to it."""

import os
from pathlib import Path

from course_utils.grading.exchanging import use_exchange

use_exchange(get_config(), Path(os.environ["COURSE_EXCHANGE"]))  # noqa: F821 - nbgrader defines it
