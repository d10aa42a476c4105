"""How two processes share the tests: by files, for the tests of a file share what they set up, and all grading in one."""

import pytest

NOTEBOOKS_RUN = {"test_run.py", "test_exercises.py"}  # share nothing, and take long: whichever process is free runs the next


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # Tests of grading look on the whole machine for what is left over: no other grading may be at work then.
        group = "grading" if item.path.parent.name == "grading" else item.path.stem
        if item.path.name not in NOTEBOOKS_RUN:
            item.add_marker(pytest.mark.xdist_group(group))
