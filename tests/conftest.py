"""How two processes share the tests: by files, for the tests of a file share what they set up, and all grading in one."""

import pytest
from xdist.scheduler import LoadScopeScheduling

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    return Sharing(config, log)
