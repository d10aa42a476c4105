"""What the README of the assignments tells learners: its quotations are what comes out."""

import re
from pathlib import Path

import numpy as np
import pytest

from course_utils.feedback.bank import find
from course_utils.feedback.checking import judge

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "notebooks" / "assignments" / "README.md").read_text("utf-8")
LEARNER = re.findall(r"```python\n(.*?)```.*?\n> (.*?)\n", README, re.DOTALL)


@pytest.mark.parametrize(("code", "said"), LEARNER)
def test_the_check_says_what_is_quoted(code, said):
    scope = {"np": np}
    exec(code, scope)
    assert judge(find("euclidean"), scope["euclidean"]).message == said


def test_the_learner_makes_three_mistakes_and_gets_there():
    assert len(LEARNER) == 4
    assert LEARNER[-1][1] == "Right."
