"""What is told of the assignments: quotations are what comes out, numbers are the limits of the code."""

import re
from pathlib import Path

import numpy as np
import pytest

from course_utils.feedback.bank import find
from course_utils.feedback.checking import judge
from course_utils.grading.limits import FLOOD, Limits

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "notebooks" / "assignments" / "README.md").read_text("utf-8")
LECTURER = (ROOT / "docs" / "instructor" / "assignments.md").read_text("utf-8")
LEARNER = re.findall(r"```python\n(.*?)```.*?\n> (.*?)\n", README, re.DOTALL)


@pytest.mark.parametrize(("code", "said"), LEARNER)
def test_the_check_says_what_is_quoted(code, said):
    scope = {"np": np}
    exec(code, scope)
    assert judge(find("euclidean"), scope["euclidean"]).message == said


def test_the_learner_makes_three_mistakes_and_gets_there():
    assert len(LEARNER) == 4
    assert LEARNER[-1][1] == "Right."


def test_the_limits_are_those_of_the_code():
    limits, megabyte, gigabyte = Limits(), 2**20, 2**30
    assert (
        f"- Limits: {limits.cell_seconds:g} seconds a cell, {limits.call_seconds:g} seconds a call, "
        f"{limits.notebook_seconds / 60:g} minutes a notebook, {limits.memory_bytes / gigabyte:g} GB of memory, "
        f"{limits.processes} processes, {limits.file_bytes / megabyte:g} MB a file, {FLOOD / megabyte:g} MB of output a cell."
    ) in LECTURER
