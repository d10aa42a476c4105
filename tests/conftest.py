"""How two processes share the tests: by files, for the tests of a file share what they set up, and all grading in one."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # Tests of grading look on the whole machine for what is left over: no other grading may be at work then.
        group = "grading" if item.path.parent.name == "grading" else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))
