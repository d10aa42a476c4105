"""How long a lecturer waits: a hundred submissions of one set, graded on this machine. Run by `make bench-grading`.

It writes docs/results/grading.json, of which the site's page of results is made.
"""

import os
import resource
import time

import pytest

from course_utils.grading.batch import grade_assignment
from course_utils.grading.walls import sealed_here
from tests.benchmarks.record import machine, record
from tests.grading.corpus.courses import practice_course

SET = os.environ.get("GRADING_BENCH_SET", "06_exercises")
STUDENTS = int(os.environ.get("GRADING_BENCH_STUDENTS", "100"))

pytestmark = pytest.mark.benchmark


def test_a_hundred_submissions(tmp_path, capsys):
    practice_course(tmp_path, SET, STUDENTS)
    begun = time.perf_counter()
    failed = grade_assignment(tmp_path, SET)
    seconds = time.perf_counter() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux tells kilobytes
    walls, here = "behind bubblewrap" if sealed_here() else "as plain processes", machine("nbgrader")
    with capsys.disabled():
        print(f"\n{STUDENTS} submissions of {SET} {walls}, {here}:")
        print(f"{seconds / 60:.1f} minutes, {seconds / STUDENTS:.1f} s each; this process took {megabytes:.0f} MB at most")
    assert failed == {}
    record("grading", f"{SET} {walls}", {"submissions": STUDENTS, "seconds": seconds, "walls": walls, "set": SET}, here)
