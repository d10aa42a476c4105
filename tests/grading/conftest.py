"""Grading in these tests runs without bubblewrap, as on a machine that has none; tests/sandbox has it."""

import sys
from pathlib import Path

import pytest

from course_utils.grading import walls


@pytest.fixture(scope="module", autouse=True)
def plain_process():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent))
        walls.sealed_here.cache_clear()
        yield
    walls.sealed_here.cache_clear()
