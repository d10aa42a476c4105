"""How all tests run: two processes share them by files, all grading in one; the quick half tries fewer examples."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from course_utils.feedback.progress import NAMED_BY

# On a busy machine any example can be slow: none is judged by how long it takes.
settings.register_profile("all", deadline=None, max_examples=60)
settings.register_profile("quick", deadline=None, max_examples=10)

NOTEBOOKS_RUN = ("test_run.py", "test_exercises.py")


class Sharing(LoadScopeScheduling):
    """Says which tests go to one process, together."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        if path.startswith("tests/grading/"):
            return "tests/grading/"  # they look on the whole machine for what is left over: no other grading may be at work
        if path.endswith(NOTEBOOKS_RUN):
            return nodeid  # a notebook takes long and shares nothing: whoever is free runs the next
        return path


def pytest_configure(config: pytest.Config) -> None:
    # Kernels and commands that tests start are learners, too: none of them writes into the file of whoever runs the tests.
    nobodys = tempfile.TemporaryDirectory()
    config.add_cleanup(nobodys.cleanup)
    os.environ[NAMED_BY] = str(Path(nobodys.name) / "progress.json")
    settings.load_profile("quick" if config.option.markexpr == "not slow" else "all")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    return Sharing(config, log)
